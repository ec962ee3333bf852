import type { Translation } from '../blanks.ts';
import type { en } from './en.ts';

export const ko = {
  'up.fresh': '랩을 띄웠습니다: pid {pid}. `npm run workshop -- down`을 실행할 때까지 유지됩니다.',
  'up.at-most': '그대로 두면 {hours}시간 뒤에 스스로 종료됩니다.',
  'up.already': '이미 실행 중인 랩이 있습니다: pid {pid}.',
  'up.where': '/health는 127.0.0.1:{health}, /metrics는 127.0.0.1:{metrics}, 로그는 {log}',
  'down.removed': '랩을 정리했습니다: {id} ({what}).',
  'down.orphan': '지난 세션이 남긴 랩을 정리했습니다: {id} ({what})',
  'down.kept': '랩 {id}: 열려 있는 세션(pid {pid})이 쓰고 있습니다. --all을 붙이면 이것도 정리합니다.',
  'down.gone.lab': '랩 {id}: 이미 없어져 기록만 지웠습니다.',
  'down.gone.cluster': '클러스터 {id}: 이미 없어져 기록만 지웠습니다.',
  'down.gone.part': '{id}: 워크숍이 만든 것이 이미 없어 기록만 지웠습니다.',
  'down.removed-mount': '{at}: 더는 쓰는 곳이 없어 마운트를 해제했습니다.',
  'down.detaching': '세션이 사라진 추적 도구가 프로브를 떼기를 기다립니다(pid {pid}): {command}',
  'down.nothing': '정리할 것이 없습니다.',
  'down.removing-cluster': '“{name}” 클러스터와 그 이미지를 지웁니다 …',
  'down.left-toolbox':
    '{namespace}의 도구 상자는 다른 사람이 쓰고 있어 남겨 둡니다({others}). 마지막에 쓰는 사람이 정리합니다. 직접 지우려면: kubectl -n {namespace} delete daemonset toolbox',
  'down.removed-part': '{context}에 만들었던 것을 정리했습니다.',
  'down.removed-cluster': '“{name}” 클러스터를 지웠습니다.',
  'up.kube':
    '네임스페이스 {namespace}의 파드 {pod}이고, 도구는 네임스페이스 {tools}의 파드 {toolbox:name}에 있습니다. 자기 터미널에서 쓰려면: export KUBECONFIG={kubeconfig}',
  'lab.up-pod': '서비스가 네임스페이스 {namespace}의 파드 {pod}에서 실행 중입니다.',
  'lab.new-pod': '새 랩입니다(파드 {pod}). 앞의 랩에서 나온 출력은 남아 있지만, 새 랩의 판정에는 쓰지 않습니다.',
  'lab.kube': '자기 터미널에서 kubectl을 쓰려면: export KUBECONFIG={kubeconfig}',
  'status.lab-pod': '랩 {id} 실행 중: 네임스페이스 {namespace}의 파드 {pod}, 속도 {pace}',
  'status.restarted':
    'Kubernetes가 {n}번 다시 시작했습니다(마지막으로 끝난 이유: {why}). 그 전에 나온 출력으로는 지금의 서비스를 판정하지 않습니다.',
  'lab.other':
    '지금 떠 있는 것은 변형 “{on}”(pid {pid})이므로 이것을 기준으로 합니다. 이 단계에서 다루는 변형은 “{variant}”입니다. 띄우는 명령: {up}',
  'lab.over': '이 랩의 서비스가 종료되었습니다.',
  'down.later': '클러스터가 지금 응답하지 않아 `down`에 맡깁니다: 랩 {id} ({what})',
  'session.closing': '이 세션이 클러스터에 만든 것을 정리합니다 …',
  'down.lost':
    '지난 세션의 랩({id}, {what})이 아직 실행 중인데 읽을 수 있는 기록이 없습니다. `npm run workshop -- down`으로 종료하세요.',
  'down.aside': '읽을 수 없는 랩 기록이 있습니다. 지우지 않고 남겨 둔 파일: {file}',
  'lab.starting': '서비스를 시작하는 중…',
  'lab.up': '서비스가 실행 중입니다: pid {pid}.',
  'lab.system-libc':
    'Inspektor Gadget은 시스템의 libc만 찾으므로 서비스도 그 libc로 실행했습니다. 추적하는 동안에는 이 머신에서 malloc을 호출하는 모든 프로세스가 느려집니다.',
  'lab.fast': '빠른 속도입니다. 블록이 8초가 아니라 {period:time}마다 하나씩 생깁니다.',
  'lab.new-pid':
    '새 랩입니다. pid {old} 프로세스는 사라졌고 새 pid는 {pid}입니다. 옛 랩에서 나온 출력은 남아 있지만, 새 랩의 판정에는 쓰지 않습니다.',
  'lab.down': '서비스를 종료했습니다.',
  'status.lab': '랩 {id} 실행 중: pid {pid}, 속도 {pace}',
} as const satisfies Translation<typeof en>;
