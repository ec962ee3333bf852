import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'cause.wrong-pid': '다른 프로세스의 출력입니다. 랩의 pid는 위 본문에 나와 있고, 랩을 새로 띄우면 pid도 바뀝니다.',
  'cause.inner-pid':
    '서비스 자신의 pid 네임스페이스 안에서 보이는 pid입니다. 추적 도구에는 바깥에서 커널이 쓰는 pid가 필요합니다.',
  'cause.unfiltered': '다른 프로세스도 섞여 있습니다. 모든 프로브에 조건을 거세요: /pid == …/.',
  'cause.foreign-address': '이 주소들의 블록은 이 프로세스에 있었던 적이 없습니다. 다른 랩의 출력입니다.',
  'cause.too-short': '약 {moreMs:time} 더 지켜보세요.',
  'cause.through-mmap': 'libc 안에서 부르는 mmap입니다. 프로그램이 요청한 것보다 한 페이지 큽니다.',
  'cause.no-stack': '스택이 출력되지 않았습니다. printf에 ustack을 추가하세요.',
  'cause.entry-probe':
    '스택이 프로그램의 함수 없이 start_thread에서 끝납니다. 진입 프로브라서, 걸린 시점에 libc의 프레임이 없기 때문입니다. malloc이 반환할 때(uretprobe) 스택을 뜨세요.',
  'cause.no-symbols': '스택에 주소만 나옵니다. 프로그램의 심볼을 찾지 못했습니다.',
  'cause.other-leak': '누수가 있기는 하지만, {expected:bytes} 블록은 아닙니다.',
  'cause.no-such-field':
    '목록에 항목은 있지만 그 필드가 없습니다. 고치기 전의 프로그램을 실행한 것입니다. 다시 컴파일해서 새로 나온 것을 실행하세요.',
  'cause.other-value': '필드는 있지만, 값이 블록 하나의 크기와 다릅니다.',
  'cause.nothing-found':
    '누수라면 찾아내고도 남을 시간 동안, 계속 남아 있는 메모리를 찾지 못했습니다. 제대로 돌려주는 서비스가 바로 이렇게 보입니다.',
  'cause.unproven':
    '늘어나고 있지만 아직 누수로 증명되지는 않았습니다. 프로브가 malloc에 걸려 있을 수 있는 시간을 다 썼습니다. --escalate를 늘려 다시 실행하세요.',
  'cause.other-function': '누수가 있기는 하지만, {expected} 함수는 아닙니다.',
  'cause.comes-back': '블록이 얼마 뒤에 돌아옵니다. 제대로 해제하는 서비스이고, 건강한 쌍둥이가 바로 이렇게 보입니다.',
  'cause.same-as-healthy':
    '블록을 모두 돌려주는 건강한 서비스를 보고도 이 스크립트는 같은 말을 합니다. 둘을 구분해 주는 것이 빠져 있습니다.',
  'cause.same-elsewhere':
    '다르게 동작하는 서비스를 보고도 이 스크립트는 같은 말을 합니다. 이 단계에서 봐야 할 것을 보지 않습니다.',
  'cause.other-no': '거기서 통과하지 않기는 했지만, 이 단계에서 다루는 것과는 다른 이유 때문입니다.',
  'cause.blind-there':
    '거기서는 아무것도 보지 못했습니다. 이 랩의 pid나 경로를 스크립트에 직접 써넣지 않았나요? $1과 $2가 실행할 때 넘긴 값입니다.',
  'cause.only-here':
    '이 출력은 한 서비스의 것뿐입니다. 워크숍에서 `r`을 누르면 이 서비스와 다른 서비스에서 모두 실행하며, 그래야 통과합니다.',
  'cause.too-little-there': '거기서 출력된 것만으로는 판단하기에 모자랍니다.',
  'cause.other-file': '프로브는 파일 하나에 걸립니다. 이것은 다른 파일입니다.',
  'cause.flat': '그대로 멈춰 있습니다. 가져간 만큼 돌려주는 프로세스는 이렇게 보입니다.',
  'cause.gauge-moves': '게이지도 함께 움직입니다. 이런 대시보드라면 누수를 알려 주었을 것입니다.',
  'cause.no-addresses': '목록에 합계만 있습니다. 블록 하나하나의 주소와 크기를 더해 주는 옵션이 있습니다.',
  'cause.only-mmap':
    '이 스택에는 libc 안의 mmap만 남아 있습니다. malloc에서 mmap으로 가는 사이에 도구가 호출한 함수를 잃은 것입니다. BCC 0.31 이전 버전과 libbpf-tools는 128 KiB 이상인 블록에서 그렇게 됩니다. mmap 임계값을 올린 서비스에서 실행해 보세요.',
  'cause.other-size': '해제되지 않은 블록이 있지만 크기가 다릅니다. 누수 크기인 것은 없습니다.',
  'cause.user-stacks': '프로그램의 스택입니다. memleak은 -p가 있으면 한 프로세스를, 없으면 커널의 할당자를 봅니다.',
  'cause.one-namespace': '보는 쪽과 같은 네임스페이스에서 실행되고 있습니다.',
  'cause.other-frame': '스택에 있기는 하지만 이 블록들을 요청한 함수는 아닙니다. 프로그램의 가장 안쪽 프레임을 보세요.',
  'cause.no-such-frame': '그 실행의 어느 스택에도 이런 이름은 없습니다.',
  'cause.no-evidence': '먼저 이 랩에서 “{from}” 단계를 실행하세요. 답은 그 출력에 있습니다.',
  'cause.no-answer': '답을 입력하세요.',
  'cause.not-a-number': '숫자로 답하는 질문입니다.',
  'cause.other-class': '그 실행이 보여 준 것과 맞지 않습니다.',
  'cause.not-among': '질문에 나온 낱말 가운데 하나를 입력하세요.',
  'cause.tool-silent':
    '도구의 줄에는 그 도구의 이름이 붙어 있습니다. 목록 대신 무엇이라고 하는지 그 줄에서 보세요. 다른 도구보다 시작이 느린 것이 하나 있습니다.',
  'cause.nothing-ended': '돌아온 블록이 없으니, 비교할 끝난 수명이 없습니다.',
  'cause.no-witness':
    '아직도 늘어나는데, 프로세스 안에서 오래된 블록을 가리키는 것이 있는지 아무도 보지 않았습니다. 이대로는 잃어버린 것과 붙들고 있는 것이 똑같아 보입니다.',
  'cause.cannot-look':
    '아직도 늘어나는데, 프로세스 안에서 오래된 블록을 가리키는 것이 있는지 도구가 볼 수 없었습니다. 도구가 말한 이유: {why}.',
  'cause.too-high': '너무 큽니다. 출력을 다시 보고, 어떤 단위로 묻는지도 확인하세요.',
  'cause.too-low': '너무 작습니다. 출력을 다시 보고, 어떤 단위로 묻는지도 확인하세요.',
} as const satisfies Translation<typeof en>;
