import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'notice.needs-root': '이 도구는 root로 실행해야 합니다. 명령 앞에 sudo를 붙이세요.',
  'notice.no-such-process': '그런 프로세스가 없습니다: {detail}',
  'notice.no-such-library':
    '프로브에 지정한 파일이 없습니다: {detail}. 대상 프로세스의 libc를 /proc/PID/root/… 경로로 지정하세요.',
  'notice.no-such-symbol': '프로브에 지정한 함수가 그 파일에 없습니다: {detail}',
  'notice.no-tracepoint':
    'tracepoint를 찾지 못했습니다. tracefs가 마운트되어 있지 않거나, 이 커널에 없는 tracepoint입니다. {detail}',
  'notice.saw-nothing':
    '지켜보는 동안 서비스가 {detail}번 할당했는데 출력에는 하나도 없습니다. 필터가 모두 걸러 냈거나, 프로브가 다른 libc나 다른 프로세스에 걸려 있습니다. 서비스의 libc는 /proc/PID/root/… 아래에 있습니다.',
  'notice.script-rejected': 'bpftrace가 스크립트를 거부했습니다: {detail}',
  'notice.map-full': '맵이 가득 차서 숫자가 실제보다 작습니다: {detail}',
  'notice.lost-events': '놓친 이벤트가 있습니다: {detail}',
  'notice.gadget-refused':
    'Inspektor Gadget에 이것을 실행할 권한이 없습니다: {detail}. 이미지에는 배포가 신뢰하는 서명이 있어야 하고, 허용된 가젯 목록에도 있어야 합니다(k8s/inspektor-gadget/allow-ours). 사람에게는 gadget 네임스페이스의 권한이 필요합니다.',
  'notice.empty-stream':
    '가젯은 실행되었지만 목록이 모두 비어 있습니다({detail}). “누수가 없다”는 뜻이 아닙니다. 프로브가 어디에도 걸리지 않았거나(Inspektor Gadget은 커널에 kprobe가 없거나 /etc/ld.so.cache에서 libc를 찾지 못하면 걸지 않습니다), 고른 컨테이너가 없거나(네임스페이스, 파드 이름), 실행되는 동안 할당이 없었던 것입니다.',
  'notice.tool-missing': '도구나 도구에 필요한 것이 설치되어 있지 않습니다: {detail}',
  'notice.no-headers':
    '이 도구는 시작할 때 프로그램을 컴파일하는데, 거기에 필요한 커널 헤더를 찾지 못했습니다: {detail}',
  'notice.probe-refused':
    '커널이 프로브를 거부했습니다. 다른 추적 도구가 같은 libc의 같은 함수를 잡고 있을 때 흔히 그렇습니다. 그것을 먼저 끝내거나, 둘 다 워크숍을 통해 실행하세요. {detail}',
  'notice.kernel-refused': '이 커널이 도구의 프로그램을 받아 주지 않습니다: {detail}',
  'notice.bad-usage': '도구가 모르는 옵션이나 값입니다: {detail}',
  'notice.target-died': '추적하는 동안 프로세스가 끝났습니다. 그 뒤에 나온 출력은 옛것입니다. {detail}',
  'notice.cut-off': '출력이 중간에 잘렸습니다: {detail}',
  'notice.too-much': '출력이 너무 많아 뒷부분은 읽지 않았습니다: {detail}',
  'notice.other-tool': '다른 도구의 출력입니다: {detail}',
  'notice.unreadable': '도구가 출력한 텍스트가 아닙니다: {detail}',
  'notice.lockdown':
    '이 커널은 lockdown 상태라서(Secure Boot를 켰을 때 흔합니다) 이런 도구가 커널을 들여다볼 수 없습니다. 스크립트 탓이 아닙니다. {detail}',
  'notice.maps-refused':
    '도구가 맵을 만들 수 없습니다. 권한이 모자라거나 SELinux, AppArmor, seccomp, 커널 lockdown이 막고 있습니다. {detail}',
  'notice.no-memory': '도구가 쓸 메모리가 모자랐습니다: {detail}',
  'notice.tool-failed': '도구가 실패하면서 남긴 말: {detail}',
  'notice.absurd': '합계가 0보다 작거나 어떤 메모리보다도 커서 있을 수 없는 값이므로 뺐습니다: {detail}',
  'notice.unused': '사용하지 않음: {detail}',
  'notice.oom-killed': '파드의 메모리 한도에 이르러 커널이 죽였습니다(OOMKilled).',
} as const satisfies Translation<typeof en>;
