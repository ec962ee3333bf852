import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'error.usage.unknown-command.what': '“{command}” 명령은 없습니다.',
  'error.usage.unknown-command.why': '쓸 수 있는 명령: {commands}',
  'error.usage.unknown-command.next': '{meant}',
  'error.usage.unknown-option.what': '알 수 없는 옵션입니다: {option}',
  'error.usage.unknown-option.why': '{detail}',
  'error.usage.unknown-option.next': '`npm run workshop -- --help`를 참고하세요.',
  'error.usage.bad-value.what': '{option}에는 “{value}” 값을 쓸 수 없습니다.',
  'error.usage.bad-value.why': '쓸 수 있는 값: {allowed}',
  'error.usage.bad-value.next': '`npm run workshop -- --help`를 참고하세요.',
  'error.usage.needs-terminal.what':
    '`npm run workshop -- {command}` 명령은 진행하면서 질문을 하는데, 물어볼 터미널이 없습니다.',
  'error.usage.needs-terminal.why': '표준 입력이나 출력이 터미널이 아닙니다.',
  'error.usage.needs-terminal.next': '{instead}',
  'error.usage.unknown-lesson.what': '“{lesson}” 레슨은 없습니다.',
  'error.usage.unknown-lesson.why': '레슨: {lessons}',
  'error.usage.unknown-lesson.next': '{meant}',
  'error.usage.unknown-step.what': '레슨 {lesson}에 “{step}” 단계는 없습니다.',
  'error.usage.unknown-step.why': '이 레슨의 단계: {steps}',
  'error.usage.unknown-step.next': '{meant}',
  'error.usage.which-step.what': '어느 단계인가요? 이름이 없습니다.',
  'error.usage.which-step.why': '있는 것: {steps}',
  'error.usage.which-step.next': '레슨/단계로 적으세요. 예: {example}. 모두 보려면 `npm run workshop -- list`.',
  'error.usage.no-transcript.what': '확인할 출력이 없습니다.',
  'error.usage.no-transcript.why': '표준 입력이 터미널이고, 파일도 지정하지 않았습니다.',
  'error.usage.no-transcript.next':
    '도구의 출력을 파일로 저장한 뒤 실행하세요: npm run workshop -- check {step} < FILE   (또는 --file FILE, 질문 단계라면 --answer TEXT)',
  'error.usage.unreadable-file.what': '파일을 읽을 수 없습니다: {file}',
  'error.usage.unreadable-file.why': '{detail}',
  'error.usage.unreadable-file.next': '실제로 있고 읽기 권한이 있는 파일을 지정하세요.',
  'error.lesson.invalid.what': '워크숍 파일에 오류가 있습니다: {file}',
  'error.lesson.invalid.why': '{detail}',
  'error.lesson.invalid.next':
    '직접 고친 파일이 아니라면 알려 주세요. `npm run workshop -- lint`로 모든 레슨을 검사할 수 있습니다.',
  'error.verify.nothing-ran.what': '검증한 것이 없습니다.',
  'error.verify.nothing-ran.why': '선택된 단계가 없거나, 실행할 수 있는 단계가 하나도 없었습니다.',
  'error.verify.nothing-ran.next': '있는 레슨을 지정하세요: `npm run workshop -- list`',
  'error.fault.what': '워크숍 자체에 문제가 생겼습니다: {detail}',
  'error.fault.why': '사용자의 실수가 아니라 워크숍의 결함입니다.',
  'error.fault.next':
    '--debug를 붙여 다시 실행하고 그 출력을 알려 주세요. 남은 것이 있으면 `npm run workshop -- down`이 정리합니다.',
  'error.because': '이유',
  'error.do': '해결',
  meant: '혹시 “{name}”인가요?',
} as const satisfies Translation<typeof en>;
