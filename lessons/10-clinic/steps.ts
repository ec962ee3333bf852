import {
  blockSize,
  blocksPileUp,
  bpftrace,
  bt,
  type Command,
  defineLesson,
  display,
  type LabFacts,
  memleak,
  namesCallSite,
  namesHolder,
  ownProcess,
  quote,
  teaches,
  typed,
} from '../../runner/lesson/index.ts';

const s = (ms: number): string => String(Math.ceil(ms / 100) / 10);
/** A list a tick, for as long as so many blocks take. */
const lists = (lab: LabFacts, blocks: number): string[] => ['-i', s(lab.tickMs), '-d', s(lab.lasting(blocks))];

/** As root, and with no more capabilities than these. */
const limited = (lab: LabFacts, capabilities: string): Command =>
  typed(
    lab,
    ['setpriv', `--bounding-set=-all${capabilities}`, lab.memleak, '-p', String(lab.pid), ...lists(lab, 10)],
    'target',
  );

/** The lab's files lie in a folder that is closed to others, of whom root without the second of these is one. */
const READING = ',+sys_ptrace,+dac_read_search';

/** What tracing takes here. Before Linux 6.10 probes are perf events, which the kernel gives to CAP_SYS_ADMIN alone. */
function enough(lab: LabFacts): string {
  const [major = 0, minor = 0] = lab.release.split('.').map(Number);
  const perf = lab.release !== '' && (major < 6 || (major === 6 && minor < 10));
  return `,+bpf,+perfmon${perf ? ',+sys_admin' : ''}`;
}

/** As in a container, whose /sys is its own: what is mounted below it elsewhere is not there. All is gone with the mount namespace. */
function withSysOfItsOwn(lab: LabFacts, ...mounts: string[]): Command {
  const [pid, ms] = [String(lab.pid), String(lab.lasting(6))];
  const trace = lab.kube
    ? `bpftrace -e "tracepoint:syscalls:sys_enter_mmap /pid == ${pid}/ { printf(\\"PID %d: mmap size=%d\\n\\", pid, args->len); } interval:ms:${ms} { exit(); }"`
    : `bpftrace ${quote(lab.script('mmap-calls.bt'))} ${pid} ${ms}`;
  const inside = ['mount --bind /sys /sys', ...mounts, trace].join('; ');
  return typed(lab, ['unshare', '--mount', 'sh', '-c', inside], 'target');
}

/** Linux's names for the processors that Node names otherwise. */
const ARCH: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** malloc of the libc that lies where the tool runs, which the dynamic linker would take. */
function systemsMalloc(lab: LabFacts): Command {
  const [pid, ms] = [String(lab.pid), String(lab.lasting(8))];
  if (lab.kube) {
    const libc = `/lib/${ARCH[process.arch] ?? process.arch}-linux-gnu/libc.so.6`;
    return bpftrace(lab, ['-p', pid], 'malloc-stacks.bt', [pid, libc, ms]);
  }
  const command = display({ argv: ['bpftrace', '-p', pid, lab.script('malloc-stacks.bt'), pid], elevated: true });
  return { shell: `${command} "$(/sbin/ldconfig -p | awk '/libc\\.so\\.6 / { print $NF; exit }')" ${ms}` };
}

/** What each of them shows, in the words of the tools that meet it here. */
const diagnoses = {
  file: /watching malloc(?![\s\S]*malloc size=)/,
  room: /lost: [1-9]/,
  frames: /new_buffer\+0x(?:(?! s: )[\s\S])*new_buffer\+0x/,
  capability: /CAP_BPF and CAP_PERFMON/,
  headers: /Unable to find kernel headers/,
  symbols: /has no malloc to trace/,
  tracefs: /tracepoint not found|No probes to attach|tracefs|debugfs/i,
  namespace: /there is no process \d+ here|attached to 1 \((?!stealth-leaker)/,
} as const;

export default defineLesson({
  id: '10-clinic',
  minutes: 35,
  workload: 'stealth-leaker',
  needs: ['memleak', 'bpftrace'],
  diagnoses,
  steps: [
    {
      id: 'not-permitted',
      kind: 'repair',
      reads: 'memleak',
      diagnosis: 'capability',
      broken: {
        // In a user namespace of one's own there is every capability, and none that counts for the kernel. A pod's own are its
        // manifest's: there is nothing to take away there, and nothing to give.
        command: (lab) =>
          lab.kube
            ? typed(lab, ['unshare', '--user', lab.memleak, '-p', String(lab.pid), ...lists(lab, 10)], 'target')
            : limited(lab, READING),
        shows: [{ says: diagnoses.capability, ends: 'rejected' }],
      },
      solution: (lab) => (lab.kube ? memleak(lab, ...lists(lab, 10)) : limited(lab, `${READING}${enough(lab)}`)),
      expect: [ownProcess(), teaches(blocksPileUp())],
      control: { variant: 'twin' },
    },
    {
      id: 'not-found',
      kind: 'repair',
      reads: 'bpftrace',
      requires: ['tracefs'],
      diagnosis: 'tracefs',
      broken: {
        command: (lab) => withSysOfItsOwn(lab),
        shows: [{ says: diagnoses.tracefs, ends: 'rejected' }],
      },
      solution: (lab) => withSysOfItsOwn(lab, 'mount -t tracefs tracefs /sys/kernel/tracing'),
      expect: [ownProcess(), teaches(blockSize('mmap'))],
      control: { variant: 'half-block' },
    },
    {
      id: 'by-its-pid',
      kind: 'repair',
      reads: 'memleak',
      diagnosis: 'namespace',
      broken: {
        command: (lab) =>
          lab.kube
            ? typed(lab, [lab.memleak, '-p', '1', ...lists(lab, 8)], 'node')
            : typed(
                lab,
                ['unshare', '--pid', '--fork', '--mount-proc', lab.memleak, '-p', String(lab.pid), ...lists(lab, 8)],
                'target',
              ),
        shows: [
          { says: diagnoses.namespace, ends: 'rejected', when: 'on a host: another namespace has no such pid' },
          { says: diagnoses.namespace, ends: 'runs', when: 'in a pod: pid 1 of the node is somebody else' },
        ],
      },
      // In Kubernetes by mount namespace, from the node's pid space: whatever the pod calls its process.
      solution: (lab) =>
        lab.kube
          ? typed(lab, [lab.memleak, '--mntns', String(lab.kube.nodePid), ...lists(lab, 8)], 'node')
          : memleak(lab, ...lists(lab, 8)),
      expect: [teaches(namesHolder())],
      control: { variant: 'other-function' },
    },
    {
      id: 'no-calls',
      kind: 'repair',
      reads: 'bpftrace',
      variant: 'static',
      diagnosis: 'file',
      broken: { command: systemsMalloc, shows: [{ says: diagnoses.file, ends: 'runs' }] },
      // A static program's libc is the program itself.
      solution: bt('malloc-stacks.bt', (lab) => lab.lasting(8)),
      expect: [ownProcess(), teaches(namesCallSite())],
      control: { variant: 'static-other-function' },
    },
    {
      id: 'no-malloc',
      kind: 'repair',
      reads: 'memleak',
      variant: 'static-stripped',
      diagnosis: 'symbols',
      broken: {
        command: (lab) => memleak(lab, ...lists(lab, 20)),
        shows: [{ says: diagnoses.symbols, ends: 'rejected' }],
      },
      solution: (lab) => memleak(lab, '--progressive', ...lists(lab, 20)),
      expect: [ownProcess(), teaches(blocksPileUp())],
      control: { variant: 'static-stripped-twin' },
    },
    {
      id: 'stands-still',
      kind: 'repair',
      reads: 'memleak',
      diagnosis: 'room',
      broken: {
        command: (lab) => memleak(lab, '--max-blocks', '3', ...lists(lab, 14)),
        shows: [{ says: diagnoses.room, ends: 'runs' }],
      },
      solution: (lab) => memleak(lab, ...lists(lab, 14)),
      expect: [ownProcess(), teaches(blocksPileUp())],
      control: { variant: 'twin' },
    },
  ],
});
