/** What Docker or a cluster refuses: what happened, why, what to do next. */
export const en = {
  'error.docker.missing.what': 'Docker is not installed.',
  'error.docker.missing.why': 'The kind environment makes its cluster of Docker containers.',
  'error.docker.missing.next':
    '`npm run workshop -- doctor --env kind` names the command that installs it. Without Docker: --env host.',
  'error.docker.refused.what': 'Docker does not let you in.',
  'error.docker.refused.why': '{detail}',
  'error.docker.refused.next':
    'Join its group, `sudo usermod -aG docker $USER`, and log in again. Members of that group are as good as root.',
  'error.docker.unreachable.what': 'Docker does not answer.',
  'error.docker.unreachable.why': '{detail}',
  'error.docker.unreachable.next':
    'Start it (`sudo systemctl start docker`), then the same command again: `up` goes on where it broke off, and `down` removes what is left.',
  'error.docker.no-space.what': 'The disk is full, where Docker keeps its images.',
  'error.docker.no-space.why': '{detail}',
  'error.docker.no-space.next':
    'Make room (`docker system df` shows what takes it), then the same command again: it goes on where it broke off.',
  'error.docker.failed.what': '`{command}` failed.',
  'error.docker.failed.why': '{detail}',
  'error.docker.failed.next':
    'The same command again goes on where this one broke off; `npm run workshop -- down` removes what is left.',
  'error.kind.name-taken.what': 'There is a kind cluster called “{name}” already, and it is none of ours.',
  'error.kind.name-taken.why': 'The workshop takes a cluster of its own and leaves others alone.',
  'error.kind.name-taken.next':
    'Give ours another name: WORKSHOP_KIND_NAME=NAME. Or remove that one yourself: kind delete cluster --name {name}',
  'error.kind.being-made.what': 'Cluster {name} is being made by another run of the workshop (pid {pid}).',
  'error.kind.being-made.why': 'Two that make one cluster would undo each other’s work.',
  'error.kind.being-made.next': 'Wait until it is done, then the same command again.',
  'error.kind.other-bundle.what': '{file} is a bundle for another version of the workshop.',
  'error.kind.other-bundle.why': 'It lacks {image}.',
  'error.kind.other-bundle.next':
    'Make one from this checkout, where there is a network: npm run workshop -- bundle FILE',
  'error.kind.no-bundle.what': '{file} is no bundle.',
  'error.kind.no-bundle.why': '{detail}',
  'error.kind.no-bundle.next':
    'Name the file that `npm run workshop -- bundle FILE` has written, where there is a network. Docker has nothing of this one.',
  'error.kind.bundle-cut.what': '{file} ends too soon, after {bytes} bytes.',
  'error.kind.bundle-cut.why': 'So does a copy that broke off, or one for which there was no room.',
  'error.kind.bundle-cut.next':
    'Copy it again from where it was made, or make it anew where there is a network: npm run workshop -- bundle FILE',
  'error.kind.bundle-damaged.what': '{file} is damaged.',
  'error.kind.bundle-damaged.why':
    'What stands from byte {bytes} on is not what was written; none of it was loaded into Docker.',
  'error.kind.bundle-damaged.next':
    'Copy it again from where it was made, or make it anew where there is a network: npm run workshop -- bundle FILE',
  'error.kind.not-saved.what': 'The bundle could not be written.',
  'error.kind.not-saved.why': '{file}: {detail}',
  'error.kind.not-saved.next': 'Make room, or name another place. Nothing is left of it.',
  'error.cluster.not-confirmed.what': 'Nothing was changed in {context}.',
  'error.cluster.not-confirmed.why': 'The cluster is somebody else’s, and what is made there has to be agreed to.',
  'error.cluster.not-confirmed.next': 'Say yes on a terminal, or pass --yes.',
  'error.cluster.other-part.what':
    'The workshop has a part of another cluster, or namespace, already: {namespace} in {context}.',
  'error.cluster.other-part.why': 'It keeps one at a time, so that `down` knows what to take away.',
  'error.cluster.other-part.next': 'Take that one away first: npm run workshop -- down',
  'error.cluster.no-context.what': 'kubectl has no such context.',
  'error.cluster.no-context.why': '{detail}',
  'error.cluster.no-context.next': '`kubectl config get-contexts` lists them; choose one with --context NAME.',
  'error.kube.not-open.what': 'No cluster is up.',
  'error.kube.not-open.why': 'A lab in Kubernetes needs one.',
  'error.kube.not-open.next': 'Make it: {up}',
  'error.kube.unreachable.what': 'The cluster does not answer.',
  'error.kube.unreachable.why': '{detail}',
  'error.kube.unreachable.next':
    'Look whether it runs; then the same command again. `npm run workshop -- down` removes what is left once it answers.',
  'error.kube.forbidden.what': 'The cluster does not allow `{command}`.',
  'error.kube.forbidden.why': '{detail}',
  'error.kube.forbidden.next':
    'Ask whoever runs the cluster for the rights in k8s/rbac/learner.yaml; nothing that was there has been changed.',
  'error.kube.failed.what': '`{command}` failed.',
  'error.kube.failed.why': '{detail}',
  'error.kube.failed.next': '`npm run workshop -- down` removes what may be left.',
  'error.kube.no-image.what': 'The node has no such image.',
  'error.kube.no-image.why': '{detail}',
  'error.kube.no-image.next':
    'In a kind cluster, `npm run workshop -- up --env kind` builds and loads it again. In one of somebody else’s, push it to where the nodes pull from and set WORKSHOP_IMAGES=registry/path.',
  'error.kube.no-node.what': 'No node takes the pod.',
  'error.kube.no-node.why': '{detail}',
  'error.kube.no-node.next':
    'Free what the message names (disk, memory, or a taint), then the same command again. Nothing of it is left.',
  'error.kube.no-worker.what':
    'The toolbox in namespace {namespace} has no node: all that there are, are control planes.',
  'error.kube.no-worker.why': 'Who may use it is root on its node, and on a control plane of the whole cluster.',
  'error.kube.no-worker.next':
    'If the cluster is yours, as minikube or k3s on this machine is: WORKSHOP_CONTROL_PLANES=yes before the same command. Otherwise it needs a worker node.',
  'error.kube.no-toolbox.what': 'There is no toolbox that is ready in namespace {namespace} {node}.',
  'error.kube.no-toolbox.why': 'Tools run in that pod, on the node of the service.',
  'error.kube.no-toolbox.next':
    '`npm run workshop -- up --env …` puts it there; `kubectl -n {namespace} describe pods` says what keeps it.',
} as const;
