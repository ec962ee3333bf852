import {
  addressesStay,
  blocksPileUp,
  type Command,
  comesTo,
  defineLesson,
  kernelStacks,
  type LabFacts,
  namesHolder,
  notThere,
  outstandingBlocks,
  ownProcess,
  seen,
  teaches,
  times,
  twoPids,
  typed,
} from '../../runner/lesson/index.ts';

/** memleak counts whole seconds; so many lists, the last of which nothing follows and so proves nothing. */
const lists = (lab: LabFacts, blocks: number): string[] => {
  const every = Math.max(1, Math.round(lab.tickMs / 1000));
  return [String(every), String(Math.ceil(lab.lasting(blocks) / 1000 / every) + 1)];
};

const memleak = (lab: LabFacts, ...options: string[]) =>
  typed(lab, [lab.bccMemleak, ...options, '-p', String(lab.pid), ...lists(lab, 10)], 'target');
const onProcess = (lab: LabFacts) => memleak(lab);

const PAGE_KIB = 4;

const PIDS = '^(Tgid|PPid|Uid|NSpid):';

/** From the pod to the container, from the container to the pid that its node gives it. */
function podsPid(lab: LabFacts): Command {
  const { kube } = lab;
  if (!kube) return { shell: `sudo unshare --pid --fork sh -c 'exec grep -E "${PIDS}" /proc/self/status'` };
  const toolbox = `kubectl -n ${kube.tools} exec ${kube.toolbox} --`;
  return {
    shell: `id=$(kubectl -n ${kube.namespace} get pod ${kube.pod} -o jsonpath='{.status.containerStatuses[0].containerID}')
pid=$(${toolbox} node-pid "$id")
${toolbox} grep -E '${PIDS}' "/proc/$pid/status"`,
  };
}

export default defineLesson({
  id: '06-bcc-memleak',
  minutes: 25,
  workload: 'stealth-leaker',
  needs: ['system', 'bcc'],
  steps: [
    {
      id: 'one-process',
      kind: 'command',
      reads: 'bcc',
      solution: onProcess,
      expect: [ownProcess(), teaches(blocksPileUp())],
      // memleak pairs malloc with free, so the healthy twin is what the check must tell apart.
      control: { variant: 'twin' },
      guide: [
        {
          id: 'bcc-install-apt',
          command: 'sudo apt-get install -y bpfcc-tools',
          installs: true,
          shows: [
            { says: /bpfcc-tools[^\n]*\d+\.\d+/, ends: 'runs', when: 'Debian and Ubuntu' },
            { says: notThere('apt-get'), ends: 'rejected', when: 'elsewhere' },
          ],
        },
        {
          id: 'bcc-install-yum',
          command: 'sudo yum install -y bcc-tools',
          installs: true,
          shows: [
            { says: /bcc-tools[^\n]*\d+\.\d+/, ends: 'runs', when: 'Fedora and RHEL 8 and newer' },
            { says: notThere('yum'), ends: 'rejected', when: 'elsewhere' },
          ],
        },
        {
          id: 'bcc-memleak-pid',
          command: 'sudo /usr/share/bcc/tools/memleak -p <pid>',
          shows: [
            {
              says: notThere('/usr/share/bcc/tools/memleak'),
              ends: 'rejected',
              when: 'Debian and Ubuntu: another name',
            },
            { says: /Attaching to pid \d+/, ends: 'runs', when: 'Fedora and RHEL' },
          ],
        },
      ],
    },
    {
      id: 'name-it',
      kind: 'command',
      reads: 'bcc',
      // BCC before 0.31 loses the caller of what goes through mmap; below the threshold all of them have it.
      variant: 'below-threshold',
      solution: onProcess,
      expect: [ownProcess(), teaches(namesHolder())],
      control: { variant: 'below-threshold-other-function' },
    },
    {
      id: 'how-many',
      kind: 'question',
      reads: 'bcc',
      from: 'name-it',
      // A page for each block of the last list that another one followed, whatever is printed at the end; one block more or
      // less does not matter.
      reckon: (evidence, truth) => {
        const followed = evidence.filter((e) => e.kind !== 'snapshot' || !e.last);
        const blocks = outstandingBlocks(followed, truth.blockBytes);
        return blocks ? comesTo(times(seen(blocks, 'blocks'), PAGE_KIB), 'KiB', { least: PAGE_KIB }) : null;
      },
      control: { variant: 'below-threshold-twin' },
    },
    {
      id: 'block-by-block',
      kind: 'command',
      reads: 'bcc',
      variant: 'below-threshold',
      starter: onProcess,
      solution: (lab) => memleak(lab, '-a'),
      expect: [ownProcess(), teaches(addressesStay())],
      control: { variant: 'below-threshold-twin' },
    },
    {
      id: 'whole-system',
      kind: 'command',
      reads: 'bcc',
      requires: ['tracefs'],
      solution: (lab) => typed(lab, [lab.bccMemleak, '-s', '20', '1', '4'], 'node'),
      expect: [teaches(kernelStacks())],
      // With a pid it looks at a program's malloc instead.
      control: {
        variant: 'leaker',
        run: (lab) => typed(lab, [lab.bccMemleak, '-p', String(lab.pid), '1', '4'], 'target'),
      },
      guide: [
        {
          id: 'bcc-memleak-all',
          command: 'sudo /usr/share/bcc/tools/memleak',
          shows: [
            {
              says: notThere('/usr/share/bcc/tools/memleak'),
              ends: 'rejected',
              when: 'Debian and Ubuntu: another name',
            },
            { says: /Attaching to kernel allocators/, ends: 'runs', when: 'Fedora and RHEL' },
          ],
        },
      ],
    },
    {
      id: 'two-pids',
      kind: 'command',
      reads: 'system',
      solution: podsPid,
      expect: [teaches(twoPids())],
      // A process of the namespace that one looks from has one number.
      control: {
        variant: 'leaker',
        run: (lab) =>
          lab.kube
            ? typed(lab, ['grep', '-E', PIDS, '/proc/self/status'], 'toolbox')
            : { shell: `sudo sh -c 'exec grep -E "${PIDS}" /proc/self/status'` },
      },
      guide: [
        {
          id: 'bcc-pod-pid',
          command: 'kubectl -n memleak-demo exec <pod-name> -- ps aux',
          // The shell takes < for the name of a file to read from; with a real name, it is a pid of the pod's own.
          shows: [{ says: /pod-name/, ends: 'rejected' }],
        },
        {
          id: 'bcc-pod-pid',
          in: ['kind'],
          command: 'kubectl -n memleak-demo exec <pod-name> -- ps aux',
          // It works, and the number is the pod's own: on the node that is init.
          shows: [{ says: /^65532\s+1\s.*stealth-leaker$/m, ends: 'runs' }],
        },
      ],
    },
  ],
});
