import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'error.session.locked.what': '워크숍이 이미 다른 터미널에서 열려 있습니다 (pid {pid}).',
  'error.session.locked.why': '두 세션을 함께 열면 같은 진행 기록에 동시에 쓰게 됩니다.',
  'error.session.locked.next':
    '그 터미널에서 계속하거나, 그쪽을 끝내고 다시 시작하세요. `npm run workshop -- status`, `check`, `shell`은 함께 쓸 수 있습니다.',
  'error.session.disk.what': '파일에 쓰지 못했습니다: {detail}',
  'error.session.disk.why': '디스크가 가득 찼거나 {dir}에 쓰기 권한이 없습니다.',
  'error.session.disk.next':
    '공간을 비우거나 {variable} 환경 변수에 다른 디렉터리를 지정하세요. 이미 저장된 기록은 그대로 남아 있습니다.',
  'error.session.not-own.what': '{at}: 다른 사용자(uid {uid})의 것입니다.',
  'error.session.not-own.why': 'root로 실행하면 그 사용자가 거기에 써 둔 대로 동작하게 됩니다.',
  'error.session.not-own.next':
    '추적 명령만 권한을 올려 실행하므로 그 사용자로 실행하세요. 아니면 {variable} 환경 변수에 root의 디렉터리를 지정하세요.',
  'error.export.no-process.what': '지켜볼 프로세스가 없습니다: pid {pid}',
  'error.export.no-process.why': '끝났거나, 좀비이거나, 다른 pid 네임스페이스의 pid입니다.',
  'error.export.no-process.next': '찾아보세요: pgrep -l NAME. --name으로 지정하면 아직 없어도 됩니다.',
  'error.export.no-address.what': '연결을 받을 수 없습니다: 주소 {address}, 포트 {port}',
  'error.export.no-address.why': '{detail}',
  'error.export.no-address.next':
    '다른 익스포터가 그 포트를 쓰고 있을 수 있습니다. --port로 다른 포트를, --address로 이 머신의 주소를 지정하세요. 추적기는 시작하지 않았습니다.',
  'error.export.cannot-trace.what': '이 프로세스는 추적할 수 없습니다: pid {pid}',
  'error.export.cannot-trace.why': '{detail}',
  'error.export.cannot-trace.next':
    '이 머신에서 추적이 되는지는 `npm run workshop -- doctor`가 알려 줍니다. 실행 중인 것은 남지 않았습니다.',
  'error.lab.none.what': '실행 중인 랩이 없습니다.',
  'error.lab.none.why': '출력은 그 출력이 나온 프로세스와 대조해서 판정하므로, 그 프로세스가 실행 중이어야 합니다.',
  'error.lab.none.next':
    '`{up}` 명령으로 랩을 띄우거나(`npm run workshop -- down`을 할 때까지 유지됩니다) `npm run workshop -- run`으로 레슨을 여세요.',
  'error.lab.no-compiler.what': '누수 서비스를 빌드하는 데 필요한 “{program}” 프로그램이 설치되어 있지 않습니다.',
  'error.lab.no-compiler.why': '워크로드는 이 머신에서 직접 빌드하는 C 프로그램입니다.',
  'error.lab.no-compiler.next': '`npm run workshop -- doctor`가 설치 명령을 알려 주고, 원하면 바로 실행해 줍니다.',
  'error.lab.build-failed.what': '빌드에 실패했습니다: {workload}',
  'error.lab.build-failed.why': '{detail}',
  'error.lab.build-failed.next':
    '`npm run workshop -- doctor`로 컴파일러를 점검하세요. 아직 아무것도 띄우지 않았습니다.',
  'error.lab.no-static-libc.what':
    '{workload}: 정적 바이너리로 빌드하지 못했습니다. 바이너리에 넣을 libc(libc.a)가 이 머신에 없습니다.',
  'error.lab.no-static-libc.why': '{detail}',
  'error.lab.no-static-libc.next':
    '`dnf install glibc-static`(Fedora, RHEL), `zypper install glibc-devel-static`(openSUSE), `apt-get install libc6-dev`(Debian, Ubuntu) 가운데 맞는 명령으로 설치하세요. 이 실습에만 필요합니다. 아직 아무것도 띄우지 않았습니다.',
  'error.lab.start-failed.what': '누수 서비스가 시작되지 않았습니다.',
  'error.lab.start-failed.why': '{detail}',
  'error.lab.start-failed.next': '다시 시도하세요. 남은 것이 있으면 `npm run workshop -- down`이 정리합니다.',
  'error.lab.died.what': '랩의 서비스가 종료되었습니다.',
  'error.lab.died.why': '밖에서 누군가 종료했거나, 메모리가 부족해 커널이 강제로 종료했습니다.',
  'error.lab.died.next':
    '새 랩을 띄우세요. `npm run workshop -- up`을 실행하거나, 세션에서는 `r`을 누르면 됩니다. 진행 기록은 그대로입니다.',
  'error.lab.still-there.what': '프로세스 {pid}번을 종료하지 못했습니다 (랩 {id}).',
  'error.lab.still-there.why': '다른 사용자의 프로세스이거나, 커널 안에서 멈춰 있습니다.',
  'error.lab.still-there.next':
    '그 프로세스의 소유자로 종료한 다음(kill {pid}) `npm run workshop -- down`을 다시 실행하세요.',
  'error.lab.tracer-stays.what': '세션이 사라진 추적 도구가 끝나지 않습니다(pid {pid}).',
  'error.lab.tracer-stays.why': '아직 프로브를 떼는 중이거나 멈춰 있습니다: {command}',
  'error.lab.tracer-stays.next':
    '잠시 뒤에 `npm run workshop -- down`을 다시 실행하고, 그래도 남아 있으면 `sudo kill -9 {pid}` 명령을 실행하세요.',
  'error.lab.still-mounted.what': '랩에서 마운트한 {at}의 마운트를 해제하지 못했습니다.',
  'error.lab.still-mounted.why': '{detail}',
  'error.lab.still-mounted.next': '`sudo umount {at}` 명령을 실행한 다음 `npm run workshop -- down`을 실행하세요.',
  'error.tool.missing.what': '“{program}” 프로그램이 설치되어 있지 않습니다.',
  'error.tool.missing.why': '이 레슨에서 쓰는 도구입니다.',
  'error.tool.missing.next': '설치 명령: {command}   (`npm run workshop -- doctor`에 맡겨도 됩니다)',
  'error.tool.unusable.what': '{tool}: 설치되어 있지만 여기서는 추적이 되지 않습니다.',
  'error.tool.unusable.why': '{detail}',
  'error.tool.unusable.next':
    '`npm run workshop -- doctor`를 실행하면 무엇이 빠졌는지와 해결하는 명령을 볼 수 있습니다.',
  'error.tool.build-failed.what': '{tool}에서 워크숍의 추적 도구를 빌드하지 못했습니다.',
  'error.tool.build-failed.why': '컴파일러의 출력:\n{detail}',
  'error.tool.build-failed.next':
    '`make -C {tool}` 명령을 실행하면 전부 볼 수 있고, `npm run workshop -- doctor`를 실행하면 빌드에 빠진 것이 있는지 볼 수 있습니다.',
  'error.sudo.missing.what': '추적에는 root 권한이 필요한데, root도 아니고 sudo도 설치되어 있지 않습니다.',
  'error.sudo.missing.why':
    'BPF 프로그램을 로드하려면 CAP_BPF와 CAP_PERFMON, 또는 CAP_SYS_ADMIN이 필요합니다. 프로그램에 프로브를 걸려면 CAP_SYS_ADMIN이 필요할 수도 있습니다.',
  'error.sudo.missing.next': 'sudo를 설치하거나, 본인 소유의 머신이라면 root로 워크숍을 실행하세요.',
  'error.sudo.refused.what': 'sudo가 거부했습니다.',
  'error.sudo.refused.why': '{detail}',
  'error.sudo.refused.next':
    'sudo를 쓸 수 있는 계정으로 실행하세요. root로 실행하는 것은 추적 명령뿐이고, 실행하기 전에 화면에 보여 줍니다.',
  'error.sudo.some.what': 'sudo로 실행할 수 있는 프로그램이 정해져 있고, 거기에 {program} 프로그램은 없습니다.',
  'error.sudo.some.why':
    '도구 하나만 허용하는 규칙으로는 부족합니다. 추적 명령은 읽는 쪽이 사라지면 끝내 주는 작은 부모 프로세스 아래에서 실행되기 때문입니다.',
  'error.sudo.some.next': 'sudo를 모두 쓸 수 있는 계정이나, 자신의 컴퓨터라면 root로 실행하세요.',
  'error.sudo.no-terminal.what': 'sudo가 암호를 묻는데, 입력할 터미널이 없습니다.',
  'error.sudo.no-terminal.why': '추적에는 root 권한이 필요합니다.',
  'error.sudo.no-terminal.next':
    '터미널에서 실행하거나, root로 실행하거나, 암호 없이 쓸 수 있는 sudo 규칙을 설정하세요.',
  'error.install.forbidden.what': '설치되어 있지 않은 것: {packages}',
  'error.install.forbidden.why': '{reason}',
  'error.install.forbidden.next': '직접 설치하세요: {command}',
  'error.install.failed.what': '설치에 실패했습니다: {packages}',
  'error.install.failed.why': '{detail}',
  'error.install.failed.next': '직접 실행해서 출력을 확인하세요: {command}',
  'error.shipped.no-package.what': '데비안 패키지를 가져오지 못했습니다: {package}.',
  'error.shipped.no-package.why': '{detail}',
  'error.shipped.no-package.next':
    '누수가 있는 채로 배포된 프로그램은 데비안의 패키지에서 가져오므로, 패키지 없이는 만들 수 없습니다. `apt-get update`로 이 머신이 패키지 저장소에 닿는지 확인하세요. 바꾼 것은 없습니다.',
} as const satisfies Translation<typeof en>;
