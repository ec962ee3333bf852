import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'error.docker.missing.what': 'Docker가 설치되어 있지 않습니다.',
  'error.docker.missing.why': 'kind 환경은 Docker 컨테이너로 클러스터를 만듭니다.',
  'error.docker.missing.next':
    '`npm run workshop -- doctor --env kind`가 설치 명령을 알려 줍니다. Docker 없이 하려면: --env host',
  'error.docker.refused.what': 'Docker가 접근을 허락하지 않습니다.',
  'error.docker.refused.why': '{detail}',
  'error.docker.refused.next':
    'docker 그룹에 들어간 뒤(`sudo usermod -aG docker $USER`) 다시 로그인하세요. 이 그룹의 구성원은 root나 다름없습니다.',
  'error.docker.unreachable.what': 'Docker가 응답하지 않습니다.',
  'error.docker.unreachable.why': '{detail}',
  'error.docker.unreachable.next':
    'Docker를 시작한 뒤(`sudo systemctl start docker`) 같은 명령을 다시 실행하세요. `up`은 끊긴 곳에서 이어 가고, `down`은 남은 것을 정리합니다.',
  'error.docker.no-space.what': 'Docker가 이미지를 두는 디스크가 가득 찼습니다.',
  'error.docker.no-space.why': '{detail}',
  'error.docker.no-space.next':
    '공간을 비운 뒤(`docker system df`로 무엇이 차지하는지 볼 수 있습니다) 같은 명령을 다시 실행하세요. 끊긴 곳에서 이어 갑니다.',
  'error.docker.failed.what': '`{command}` 명령이 실패했습니다.',
  'error.docker.failed.why': '{detail}',
  'error.docker.failed.next':
    '같은 명령을 다시 실행하면 끊긴 곳에서 이어 갑니다. `npm run workshop -- down`은 남은 것을 정리합니다.',
  'error.kind.name-taken.what': '이름이 “{name}”인 kind 클러스터가 이미 있는데, 이 워크숍이 만든 것이 아닙니다.',
  'error.kind.name-taken.why': '워크숍은 자기 클러스터만 쓰고 다른 것은 건드리지 않습니다.',
  'error.kind.name-taken.next':
    '워크숍 클러스터에 다른 이름을 주거나(WORKSHOP_KIND_NAME=NAME) 그 클러스터를 직접 지우세요: kind delete cluster --name {name}',
  'error.kind.being-made.what': '다른 워크숍(pid {pid})이 “{name}” 클러스터를 만드는 중입니다.',
  'error.kind.being-made.why': '둘이 한 클러스터를 만들면 서로의 일을 되돌리게 됩니다.',
  'error.kind.being-made.next': '끝날 때까지 기다렸다가 같은 명령을 다시 실행하세요.',
  'error.kind.other-bundle.what': '다른 버전의 워크숍에서 만든 묶음입니다: {file}',
  'error.kind.other-bundle.why': '빠진 이미지: {image}',
  'error.kind.other-bundle.next':
    '네트워크가 있는 곳에서 이 체크아웃으로 다시 만드세요: npm run workshop -- bundle FILE',
  'error.kind.no-bundle.what': '묶음 파일이 아닙니다: {file}',
  'error.kind.no-bundle.why': '{detail}',
  'error.kind.no-bundle.next':
    '네트워크가 있는 곳에서 `npm run workshop -- bundle FILE`이 쓴 파일을 지정하세요. 이 파일에서 Docker에 올라간 것은 없습니다.',
  'error.kind.bundle-cut.what': '파일이 {bytes}바이트에서 끊겨 있습니다: {file}',
  'error.kind.bundle-cut.why': '복사가 중간에 끊겼거나 디스크가 모자랐을 때 이렇게 됩니다.',
  'error.kind.bundle-cut.next':
    '만든 곳에서 다시 복사하거나, 네트워크가 있는 곳에서 새로 만드세요: npm run workshop -- bundle FILE',
  'error.kind.bundle-damaged.what': '묶음 파일이 손상되었습니다: {file}',
  'error.kind.bundle-damaged.why':
    '{bytes}바이트 자리부터의 내용이 만들 때 쓴 것과 다릅니다. 그 내용은 Docker에 올리지 않았습니다.',
  'error.kind.bundle-damaged.next':
    '만든 곳에서 다시 복사하거나, 네트워크가 있는 곳에서 새로 만드세요: npm run workshop -- bundle FILE',
  'error.kind.not-saved.what': '묶음 파일을 쓰지 못했습니다.',
  'error.kind.not-saved.why': '{file}: {detail}',
  'error.kind.not-saved.next': '공간을 비우거나 다른 곳을 지정하세요. 남은 것은 없습니다.',
  'error.cluster.not-confirmed.what': '{context}에서 아무것도 바꾸지 않았습니다.',
  'error.cluster.not-confirmed.why': '남의 클러스터이므로, 거기에 무엇을 만들지 동의를 받아야 합니다.',
  'error.cluster.not-confirmed.next': '터미널에서 예라고 답하거나 --yes를 주세요.',
  'error.cluster.other-part.what':
    '워크숍이 이미 다른 클러스터나 네임스페이스를 쓰고 있습니다: {context}의 {namespace}',
  'error.cluster.other-part.why': '`down`이 무엇을 정리할지 알 수 있도록 한 번에 하나만 씁니다.',
  'error.cluster.other-part.next': '먼저 그쪽을 정리하세요: npm run workshop -- down',
  'error.cluster.no-context.what': 'kubectl에 그런 컨텍스트가 없습니다.',
  'error.cluster.no-context.why': '{detail}',
  'error.cluster.no-context.next': '`kubectl config get-contexts`로 목록을 보고 --context NAME으로 고르세요.',
  'error.kube.not-open.what': '떠 있는 클러스터가 없습니다.',
  'error.kube.not-open.why': 'Kubernetes 실습 환경에는 클러스터가 필요합니다.',
  'error.kube.not-open.next': '먼저 만드세요: {up}',
  'error.kube.unreachable.what': '클러스터가 응답하지 않습니다.',
  'error.kube.unreachable.why': '{detail}',
  'error.kube.unreachable.next':
    '클러스터가 살아 있는지 확인한 뒤 같은 명령을 다시 실행하세요. 응답하게 되면 `npm run workshop -- down`이 남은 것을 정리합니다.',
  'error.kube.forbidden.what': '클러스터가 허락하지 않는 명령입니다: {command}',
  'error.kube.forbidden.why': '{detail}',
  'error.kube.forbidden.next':
    '클러스터 관리자에게 k8s/rbac/learner.yaml의 권한을 요청하세요. 원래 있던 것은 아무것도 바뀌지 않았습니다.',
  'error.kube.failed.what': '`{command}` 명령이 실패했습니다.',
  'error.kube.failed.why': '{detail}',
  'error.kube.failed.next': '남은 것이 있으면 `npm run workshop -- down`이 정리합니다.',
  'error.kube.no-image.what': '노드에 그런 이미지가 없습니다.',
  'error.kube.no-image.why': '{detail}',
  'error.kube.no-image.next':
    'kind 클러스터라면 `npm run workshop -- up --env kind`가 다시 만들어 올립니다. 남의 클러스터라면 노드가 가져올 수 있는 곳에 올리고 WORKSHOP_IMAGES=registry/path를 지정하세요.',
  'error.kube.no-node.what': '파드를 받아 주는 노드가 없습니다.',
  'error.kube.no-node.why': '{detail}',
  'error.kube.no-node.next':
    '메시지에 나온 문제(디스크, 메모리, taint)를 해결한 뒤 같은 명령을 다시 실행하세요. 남은 것은 없습니다.',
  'error.kube.no-worker.what':
    '네임스페이스 {namespace}의 도구 상자가 갈 노드가 없습니다. 있는 노드가 모두 컨트롤 플레인입니다.',
  'error.kube.no-worker.why':
    '도구 상자를 쓸 수 있는 사람은 그 노드의 root이고, 컨트롤 플레인에서는 클러스터 전체의 root입니다.',
  'error.kube.no-worker.next':
    '이 컴퓨터의 minikube나 k3s처럼 혼자 쓰는 클러스터라면 같은 명령 앞에 WORKSHOP_CONTROL_PLANES=yes를 붙이세요. 아니라면 워커 노드가 필요합니다.',
  'error.kube.no-toolbox.what': '네임스페이스 {namespace} {node}에 준비된 도구 상자가 없습니다.',
  'error.kube.no-toolbox.why': '도구는 서비스와 같은 노드에 있는 그 파드에서 실행됩니다.',
  'error.kube.no-toolbox.next':
    '`npm run workshop -- up --env …` 명령으로 띄우세요. 무엇이 막고 있는지는 `kubectl -n {namespace} describe pods`로 볼 수 있습니다.',
} as const satisfies Translation<typeof en>;
