import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'list.meta': '{minutes}분 · {passed}/{of}',
  'list.next': '다음',
  'list.back': '돌아가기',
  'list.choose': '어느 레슨을 할까요?',
  'status.skipped': '{n}개 건너뜀',
  'status.next': '다음: {step}   (npm run workshop)',
  'status.done': '모든 단계를 마쳤습니다.',
  'progress.aside.corrupt':
    '진행 기록 파일에 읽을 수 없는 줄이 있었습니다. 그 파일은 {aside} 이름으로 남겨 두고, 읽을 수 있는 것만으로 이어 갑니다.',
  'progress.aside.newer':
    '더 새로운 버전이 쓴 진행 기록 파일입니다. 그 파일은 {aside} 이름으로 남겨 두고, 이 버전이 아는 것만으로 이어 갑니다.',
  'reset.ask': '진행 기록을 지울까요? 대상: {what}',
  'reset.done': '초기화했습니다: {what}',
  'reset.aside': '작성하던 스크립트를 남겨 둔 파일: {file}',
  'hint.level': '힌트 {level}/{of}',
  'solution.script': '완성된 스크립트 ({file}):',
  'solution.diagnosis': '원인: {name}. 고친 명령:',
  'solution.question': '답은 이 랩에서 “{from}” 단계가 출력한 내용에 있습니다. 다시 보려면:',
  'solution.no-lab':
    '실행 중인 랩이 없어서 실제 값 대신 이름을 보여 줍니다. `npm run workshop -- up`으로 랩을 띄울 수 있습니다.',
  'solution.take': '작성하던 스크립트를 이것으로 바꿀까요?',
  'solution.take.yes': '예 (작성하던 것은 옆에 따로 남겨 둡니다)',
  'solution.take.no': '아니요, 보기만 하겠습니다',
} as const satisfies Translation<typeof en>;
