/** Labs: up, down, and what became of them. */
export const en = {
  'up.fresh': 'The lab is up: pid {pid}. It stays until `npm run workshop -- down`.',
  'up.at-most': 'Left up, it ends by itself after {hours} hours.',
  'up.already': 'A lab is already up: pid {pid}.',
  'up.where': '/health on 127.0.0.1:{health}, /metrics on 127.0.0.1:{metrics}, log {log}',
  'down.removed': 'Removed lab {id} ({what}).',
  'down.orphan': 'Removed what an earlier session left: lab {id} ({what})',
  'down.kept': 'Lab {id} belongs to a session that is open (pid {pid}); --all removes it too.',
  'down.gone.lab': 'Lab {id} was there no longer; its record is gone now.',
  'down.gone.cluster': 'Cluster {id} was there no longer; its record is gone now.',
  'down.gone.part': 'Nothing of ours was left in {id}; its record is gone now.',
  'down.removed-mount': 'Unmounted {at}, which nobody needed any more.',
  'down.detaching': 'Waiting for a tracer whose session is gone to detach (pid {pid}): {command}',
  'down.nothing': 'Nothing to remove.',
  'down.removing-cluster': 'Removing cluster {name} and its images …',
  'down.left-toolbox':
    'The toolbox in {namespace} stays, for others use it ({others}). The last of them takes it away; by hand: kubectl -n {namespace} delete daemonset toolbox',
  'down.removed-part': 'What was made in {context} is gone.',
  'down.removed-cluster': 'Removed cluster {name}.',
  'up.kube':
    'It is pod {pod} in namespace {namespace}; the tools are in pod {toolbox:name}, namespace {tools}. In a terminal of your own: export KUBECONFIG={kubeconfig}',
  'lab.up-pod': 'The service runs in pod {pod} of namespace {namespace}.',
  'lab.new-pod': 'This is a new lab, pod {pod}: what the old one showed is kept, and not judged against this one.',
  'lab.kube': 'kubectl in a terminal of your own: export KUBECONFIG={kubeconfig}',
  'status.lab-pod': 'Lab {id} is up: pod {pod} in namespace {namespace}, pace {pace}',
  'status.restarted':
    'Kubernetes has started it again {n} <time|times>; the last one ended with {why}. What an earlier one showed is not this one’s.',
  'lab.other':
    'Up is the variant “{on}”, pid {pid}, and it is what counts here. This step is about “{variant}”: {up} starts that one.',
  'lab.over': 'The service of this lab has ended.',
  'down.later': 'Left for `down`, since its cluster does not answer now: lab {id} ({what})',
  'session.closing': 'Removing what this session made in the cluster …',
  'down.lost':
    'Lab {id} of an earlier session still runs ({what}) and has no record that can be read: `npm run workshop -- down` ends it.',
  'down.aside': 'A lab record could not be read. It is kept as {file}.',
  'lab.starting': 'Starting the service…',
  'lab.up': 'The service runs as pid {pid}.',
  'lab.system-libc':
    'It runs on the libc of this machine, since Inspektor Gadget looks for no other: while that traces, every process here that calls malloc is slowed down.',
  'lab.fast': 'Fast pace: one block every {period:time} instead of 8 s.',
  'lab.new-pid':
    'This is a new lab: pid {old} is gone, the new pid is {pid}. What the old one showed is kept, and not judged against this one.',
  'lab.down': 'The service was stopped.',
  'status.lab': 'Lab {id} is up: pid {pid}, pace {pace}',
} as const;
