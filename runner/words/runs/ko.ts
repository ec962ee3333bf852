import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'tour.title': '모든 대시보드가 놓치는 누수를 약 30초 만에 찾기',
  'tour.lab': '누수가 있는 서비스를 시작하는 중…',
  'tour.fast': 'pid {pid}. 빠른 속도라서 블록이 8초가 아니라 {period:time}마다 하나씩 생깁니다',
  'tour.dashboards': '대시보드의 말: 모두 정상입니다.',
  'tour.kernel': '커널의 말: {ms:time} 간격으로 두 번 봅니다(RSS를 보세요, 단위 KiB).',
  'tour.trace': '모든 malloc을 주소로 free와 짝지어 보면:',
  'tour.down': '서비스를 종료했고, 남은 것은 없습니다. (bpftrace {version})',
  'tour.not-found': '이번 추적에서는 누수가 보이지 않았습니다. `npm run workshop -- doctor`로 이 머신을 점검해 보세요.',
  'tour.next': '이야기는 여기까지입니다. 한 단계씩 직접 찾아보려면 터미널에서: npm run workshop',
  'verify.begin': '{steps}단계를 실제 실행 {runs}번으로 검증합니다 (속도 {pace})',
  'verify.end':
    '{steps}단계를 한국어와 영어로 각각 판정: 통과 {passed}개, 실패 {failed}개, 건너뜀 {skipped}개, 걸린 시간 {ms:time}',
  'verify.again': '다른 실행 없이 한 번 더: {step} ({why})',
  'verify.skipped': '건너뜀: {why}',
  'verify.mutants': '한 줄씩 뺀 스크립트 {tried}개 가운데 {fell}개가 통과하지 않습니다',
  'verify.leftover': '정리되지 않고 남은 것: {thing}',
  'new.made': '이제부터 쓸 레슨을 만들었습니다: {lesson}',
  'new.next': '단계를 쓰고, 본문을 두 언어로 쓰세요. 그다음에는:',
  'new.lint': '빠진 것은 없는지, 두 언어의 내용이 같은지. 지금은 이상이 없습니다. 그대로 유지하세요.',
  'new.verify': '검사가 정답은 실제로 통과시키고 대조군은 통과시키지 않는지. 다 쓰기 전까지는 실패합니다.',
  'new.accept': '두 언어를 나란히 읽은 다음에',
  'lint.ok': '레슨 {lessons}개, 두 언어 모두 이상 없습니다.',
  'lint.bad': '오류 {n}개.',
} as const satisfies Translation<typeof en>;
