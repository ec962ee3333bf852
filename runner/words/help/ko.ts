import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'help.what': '따라 하며 배우는 워크숍: 모든 대시보드가 놓치는 메모리 누수를 eBPF로 찾습니다.',
  'help.usage': '사용법',
  'help.bare': '시작하거나 이어서 하기. 터미널이 없으면 tour',
  'help.cmd': '아래 명령 가운데 하나',
  'help.commands': '명령',
  'help.options': '옵션',
  'help.command.tour': '누수를 찾아내는 과정을 처음부터 끝까지 보기',
  'help.command.list': '레슨과 단계 목록, 진행 상황',
  'help.command.run': '레슨 하기. 번호나 이름으로 지정',
  'help.command.check': '파일에 저장한 도구 출력을 판정. 질문이면 --answer TEXT',
  'help.command.hint': '다음 힌트. --level 1–3',
  'help.command.solution': '명령과 완성된 스크립트',
  'help.command.reset': '단계, 레슨, 또는 전체의 진행 기록 지우기',
  'help.command.status': '진행 상황, 다음 단계, 실행 중인 랩',
  'help.command.shell': '랩 옆에서 쓰는 내 셸. 기록되며 단계가 저절로 통과됨',
  'help.command.updown': 'down까지 유지되는 랩. down은 비정상 종료의 흔적도 정리',
  'help.command.doctor': '이 머신에 있는 것과 없는 것. --install로 설치',
  'help.command.verify': '모든 단계와 대조군, 두 번째 실행까지 실제로. --junit FILE',
  'help.command.lint': '모든 레슨을 두 언어로 검사. 둘 다 읽었으면 --accept',
  'help.command.bundle': 'kind 환경의 모든 이미지를 저장, 오프라인 교실용 (up --bundle FILE)',
  'help.option.env': '이 호스트, 전용 kind 클러스터, 또는 이미 있는 클러스터 (--context, --namespace)',
  'help.option.lang': '언어 (기본값은 로캘)',
  'help.option.pace': 'real: 8초마다 블록 하나, fast: 0.3초마다 하나',
  'help.option.json': 'stdout에는 JSON 문서 하나, 나머지는 모두 stderr',
  'help.option.yes': '모든 질문에 예로 답함 / 아무것도 설치하지 않음',
  'help.option.debug': '오류와 함께 스택 트레이스 출력',
  'help.exit':
    '종료 코드: 0 정상 · 1 확인 실패 · 2 사용법 · 3 워크숍 결함 · 4 이 머신에서 불가 · 5 실행한 것 없음 · 130/143 중단됨',
} as const satisfies Translation<typeof en>;
