import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'notice.needs-root': '이 도구는 root로 실행해야 합니다. 명령 앞에 sudo를 붙이세요.',
  'notice.no-such-process': '그런 프로세스가 없습니다: {detail}',
  'notice.thread-id': '그 번호는 스레드 번호입니다. 추적 도구에는 프로세스 번호를 주어야 합니다: {detail}',
  'notice.zombie': '이미 끝난 프로세스라 가진 메모리가 없습니다: {detail}',
  'notice.first-thread-ended': '첫 스레드가 끝난 채로 도는 프로세스라 더는 들여다볼 수 없습니다: {detail}',
  'notice.kernel-thread': '커널 자신의 스레드입니다. 뒤에 프로그램이 없습니다. {detail}',
  'notice.program-32-bit': '32비트 프로그램이라 malloc 호출을 따라갈 수 없습니다: {detail}',
  'notice.not-linked-yet': '프로그램이 아직 libc를 불러오지 못한 상태였습니다. 다시 실행하세요. {detail}',
  'notice.no-such-library':
    '프로브에 지정한 파일이 없습니다: {detail}. 대상 프로세스의 libc를 /proc/PID/root/… 경로로 지정하세요.',
  'notice.library-by-name':
    '프로브에 라이브러리의 경로가 아니라 이름만 적혀 있고, 이 판의 bpftrace는 이름으로 찾지 않습니다: {detail}. 대상 프로세스의 libc를 /proc/PID/root/… 경로로 지정하세요.',
  'notice.no-such-symbol': '프로브에 지정한 함수가 그 파일에 없습니다: {detail}',
  'notice.no-tracepoint':
    'tracepoint를 찾지 못했습니다. tracefs가 마운트되어 있지 않거나, 이 커널에 없는 tracepoint입니다. {detail}',
  'notice.saw-nothing':
    '지켜보는 동안 서비스가 {detail}번 할당했는데 출력에는 하나도 없습니다. 필터가 모두 걸러 냈거나, 프로브가 다른 libc나 다른 프로세스에 걸려 있습니다. 서비스의 libc는 /proc/PID/root/… 아래에 있습니다.',
  'notice.script-rejected': 'bpftrace가 스크립트를 거부했습니다: {detail}',
  'notice.map-full': '맵이 가득 차서 숫자가 실제보다 작습니다: {detail}',
  'notice.lost-events': '놓친 이벤트가 있습니다: {detail}',
  'notice.unseen-growth': '이 목록에 없는 메모리만큼 프로세스가 더 커졌습니다: {detail}',
  'notice.gadget-refused':
    'Inspektor Gadget에 이것을 실행할 권한이 없습니다: {detail}. 이미지에는 배포가 신뢰하는 서명이 있어야 하고, 허용된 가젯 목록에도 있어야 합니다(k8s/inspektor-gadget/allow-ours). 사람에게는 gadget 네임스페이스의 권한이 필요합니다.',
  'notice-machine.gadget-refused':
    'Inspektor Gadget이 이 이미지를 실행하지 않습니다: {detail}. 기본으로는 프로젝트가 서명한 이미지만 신뢰합니다. 이 머신에서 빌드한 이미지는 --verify-image=false를 붙여 실행합니다.',
  'notice-machine.empty-stream':
    '가젯은 실행되었지만 목록이 모두 비어 있습니다({detail}). “누수가 없다”는 뜻이 아닙니다. 프로브가 어디에도 걸리지 않았거나(Inspektor Gadget은 커널에 kprobe가 없으면 걸지 않고, /etc/ld.so.cache에 있는 libc에만 겁니다. `up`으로 띄운 서비스는 libc 사본을 쓰지만 8과의 세션이 띄운 서비스는 그렇지 않습니다), --host가 빠졌거나 pid가 다르거나, 첫 목록이 나온 뒤로 할당이 없었던 것입니다.',
  'notice.empty-stream':
    '가젯은 실행되었지만 목록이 모두 비어 있습니다({detail}). “누수가 없다”는 뜻이 아닙니다. 프로브가 어디에도 걸리지 않았거나(Inspektor Gadget은 커널에 kprobe가 없거나 컨테이너의 /etc/ld.so.cache에서 libc를 찾지 못하면 걸지 않습니다), 고른 컨테이너가 없거나(네임스페이스, 파드 이름), 실행되는 동안 할당이 없었던 것입니다.',
  'notice.tool-missing': '도구나 도구에 필요한 것이 설치되어 있지 않습니다: {detail}',
  'notice.no-headers':
    '이 도구는 시작할 때 프로그램을 컴파일하는데, 거기에 필요한 커널 헤더를 찾지 못했습니다: {detail}',
  'notice.probe-refused':
    '커널이 프로브를 거부했습니다. 다른 추적 도구가 같은 libc의 같은 함수를 잡고 있을 때 흔히 그렇습니다. 그것을 먼저 끝내거나, 둘 다 워크숍을 통해 실행하세요. {detail}',
  'notice.kernel-refused': '이 커널이 도구의 프로그램을 받아 주지 않습니다: {detail}',
  'notice.bad-usage': '도구가 모르는 옵션이나 값입니다: {detail}',
  'notice.target-died':
    '추적하는 동안 프로세스가 종료되었습니다. 그 뒤의 출력은 그때까지의 값을 되풀이한 것입니다. {detail}',
  'notice.cut-off': '출력이 중간에 잘렸습니다: {detail}',
  'notice.too-much': '출력이 너무 많아 뒷부분은 읽지 않았습니다: {detail}',
  'notice.other-tool': '다른 도구의 출력입니다: {detail}',
  'notice.unreadable': '도구가 출력한 텍스트가 아닙니다: {detail}',
  'notice.lockdown':
    '이 커널은 lockdown 상태라서(Secure Boot를 켰을 때 흔합니다) 이런 도구가 커널을 들여다볼 수 없습니다. 스크립트 탓이 아닙니다. {detail}',
  'notice.maps-refused':
    '도구가 맵을 만들 수 없습니다. 권한이 모자라거나 SELinux, AppArmor, seccomp, 커널 lockdown이 막고 있습니다. {detail}',
  'notice.no-memory': '도구가 쓸 메모리가 모자랐습니다: {detail}',
  'notice.tool-killed':
    '도구가 강제로 종료되었습니다(SIGKILL). 파드나 cgroup, 머신의 메모리가 바닥나면 커널이 이렇게 합니다: {detail}. 다른 도구를 끝내거나 한도를 올린 뒤 다시 실행하세요.',
  'notice.tool-failed': '도구가 실패하면서 남긴 말: {detail}',
  'notice.absurd': '합계가 0보다 작거나 어떤 메모리보다도 커서 있을 수 없는 값이므로 뺐습니다: {detail}',
  'notice.unused': '사용하지 않음: {detail}',
  'notice.no-function':
    '함수 이름이 온전히 나오지 않은 columns 출력입니다. 너비가 충분한 터미널에서 --fields +ustack.symbols를 붙이거나, -o json으로 출력하세요. {detail}',
  'notice.other-form': '여기서 읽지 않는 출력 형식입니다. -o json을 붙이세요. {detail}',
  'notice.oom-killed': '파드가 메모리 한도에 이르러 커널이 강제로 종료했습니다(OOMKilled).',
} as const satisfies Translation<typeof en>;
