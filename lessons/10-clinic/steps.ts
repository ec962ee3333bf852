import {
  blockSize,
  blocksPileUp,
  bpftrace,
  bt,
  type Command,
  comesTo,
  defineLesson,
  display,
  foundLeak,
  type LabFacts,
  logCalm,
  namesCallSite,
  namesHolder,
  oneSite,
  outstandingGrows,
  over,
  ownProcess,
  seen,
  teaches,
  times,
  touchRate,
  memleak,
  tracerMeasured,
  tracersMemory,
  typed,
  type Word,
} from '../../runner/lesson/index.ts';

const SERVICE = 'stealth-leaker';
const KIB = 1024;
/** As many services as a node may hold, each with a tracer of its own. */
const SERVICES = 50;

const s = (ms: number): string => String(Math.ceil(ms / 100) / 10);
const tick = (lab: LabFacts): string => s(lab.tickMs);
const lasting = (lab: LabFacts, blocks: number): string => s(lab.lasting(blocks));
/** A list a tick, for as long as so many blocks take. */
const lists = (lab: LabFacts, blocks: number): string[] => ['-i', tick(lab), '-d', lasting(lab, blocks)];

/** As root, and with no more capabilities than these. */
const limited = (lab: LabFacts, capabilities: string, ...args: string[]): Command =>
  typed(lab, ['setpriv', `--bounding-set=-all${capabilities}`, lab.memleak, '-p', String(lab.pid), ...args], 'target');

/**
 * What tracing takes here. The lab's files lie in a folder that is closed to others, of whom root without this capability is one.
 * Before Linux 6.10 probes are perf events, which the kernel gives to CAP_SYS_ADMIN alone.
 */
function enough(lab: LabFacts): string {
  const [major = 0, minor = 0] = lab.release.split('.').map(Number);
  const perf = lab.release !== '' && (major < 6 || (major === 6 && minor < 10));
  return `,+bpf,+perfmon,+sys_ptrace,+dac_read_search${perf ? ',+sys_admin' : ''}`;
}

/** Without tracefs, in a mount namespace of its own: what is done there is gone with it. */
const withoutTracefs = (lab: LabFacts, ...then: string[]): Command =>
  typed(
    lab,
    [
      'unshare',
      '--mount',
      'bash',
      '-c',
      ['mount -t tmpfs tmpfs /sys/kernel/tracing', 'mount -t tmpfs tmpfs /sys/kernel/debug', ...then].join('\n'),
    ],
    'target',
  );

/** Its pid as processes of the tools' own pid namespace see it. */
const seenPid = (lab: LabFacts): Word => lab.kube?.nodePid ?? lab.pid;

/** While `tracing` runs: what the service takes of a processor, and what both hold. */
function measured(lab: LabFacts, tracing: string | null): Command {
  const pid = String(seenPid(lab));
  const script = [
    tracing ? `${tracing} > /dev/null & sleep 2` : 'sleep 1',
    `top -b -n 1 -p ${pid}`,
    `for look in 1 2 3; do ps -o pid,vsz,rss,comm -p ${pid}${tracing ? ',$!' : ''}; sleep 1; done`,
    ...(tracing ? ['wait'] : []),
  ].join('\n');
  return typed(lab, ['bash', '-c', script], 'node');
}

const ours = (lab: LabFacts): string =>
  lab.kube ? `${lab.memleak} --mntns ${lab.kube.nodePid} -d 7` : `${lab.memleak} -p ${lab.pid} -d 7`;

/** The application's log and the tool's lists on one screen, as they come. */
function beside(lab: LabFacts): Command {
  const seconds = lasting(lab, 10);
  const log = lab.kube
    ? ['kubectl', '-n', lab.kube.namespace, 'logs', '--tail', '0', '-f', `deployment/${lab.kube.deployment}`]
    : ['tail', '-n', '0', '-f', lab.logFile];
  return {
    shell: `${display({ argv: ['timeout', seconds, ...log], elevated: false })} &\n${display(memleak(lab, ...lists(lab, 10)))}\nwait`,
  };
}

/** How often malloc of the system's own libc returns in this process, within three seconds. */
const systemsMalloc = (lab: LabFacts): Command =>
  typed(
    lab,
    [
      'bash',
      '-c',
      `libc=$(ldconfig -p | awk '/libc\\.so\\.6 / { print $NF; exit }')\nbpftrace -p ${lab.pid} -e "uprobe:$libc:malloc /pid == ${lab.pid}/ { @calls++; } interval:s:3 { printf(\\"calls of malloc seen: %d\\\\n\\", @calls); exit(); }"`,
    ],
    'target',
  );

export default defineLesson({
  id: '10-clinic',
  minutes: 45,
  workload: 'stealth-leaker',
  needs: ['memleak', 'bpftrace', 'system'],
  steps: [
    {
      id: 'capabilities',
      kind: 'command',
      reads: 'memleak',
      // A pod's capabilities are its manifest's: there is nothing to take away there, and nothing to give.
      solution: (lab) => (lab.kube ? memleak(lab, ...lists(lab, 10)) : limited(lab, enough(lab), ...lists(lab, 10))),
      expect: [ownProcess(), teaches(blocksPileUp())],
      control: { variant: 'twin' },
      broken: {
        // In a user namespace of one's own there is every capability, and none that counts for the kernel.
        command: (lab) =>
          lab.kube
            ? typed(lab, ['unshare', '--user', lab.memleak, '-p', String(lab.pid), '-d', '2'], 'target')
            : limited(lab, ',+sys_ptrace,+dac_read_search', '-d', '2'),
        shows: [{ says: /CAP_BPF and CAP_PERFMON/, ends: 'rejected' }],
      },
    },
    {
      id: 'no-tracefs',
      kind: 'command',
      reads: 'bpftrace',
      requires: ['tracefs'],
      solution: (lab) =>
        withoutTracefs(
          lab,
          'mount -t tracefs tracefs /sys/kernel/tracing',
          `bpftrace -e 'tracepoint:syscalls:sys_enter_mmap /pid == ${lab.pid}/ { printf("PID %d: mmap size=%d\\n", pid, args->len); } interval:ms:${lab.lasting(6)} { exit(); }'`,
        ),
      expect: [teaches(blockSize('mmap'))],
      control: { variant: 'half-block' },
      broken: {
        command: (lab) => withoutTracefs(lab, `bpftrace -e 'tracepoint:syscalls:sys_enter_mmap { exit(); }'`),
        shows: [{ says: /tracepoint not found|tracefs|No such file|No probes to attach|debugfs/i, ends: 'rejected' }],
      },
    },
    {
      id: 'wrong-namespace',
      kind: 'command',
      reads: 'memleak',
      // In Kubernetes by mount namespace, from the node's pid space: whatever the pod calls its process.
      solution: (lab) =>
        lab.kube
          ? typed(lab, [lab.memleak, '--mntns', String(lab.kube.nodePid), ...lists(lab, 8)], 'node')
          : memleak(lab, ...lists(lab, 8)),
      expect: [teaches(namesHolder())],
      control: { variant: 'other-function' },
      broken: {
        command: (lab) =>
          lab.kube
            ? typed(lab, [lab.memleak, '-p', '1', '-i', '1', '-d', '2'], 'node')
            : typed(
                lab,
                ['unshare', '--pid', '--fork', '--mount-proc', lab.memleak, '-p', String(lab.pid), '-d', '2'],
                'target',
              ),
        shows: [
          {
            says: /there is no process \d+ here/,
            ends: 'rejected',
            when: 'on a host: another namespace has no such pid',
          },
          {
            says: /attached to 1 \((?!stealth-leaker)/,
            ends: 'runs',
            when: 'in a pod: pid 1 of the node is somebody else',
          },
        ],
      },
    },
    {
      id: 'own-libc',
      kind: 'command',
      reads: 'bpftrace',
      variant: 'static',
      // A static program's libc is the program itself.
      solution: bt('malloc-stacks.bt', (lab) => lab.lasting(8)),
      expect: [ownProcess(), teaches(namesCallSite())],
      control: { variant: 'static-other-function' },
      broken: {
        command: systemsMalloc,
        shows: [{ says: /calls of malloc seen: 0$/m, ends: 'runs' }],
      },
    },
    {
      id: 'stripped',
      kind: 'command',
      reads: 'memleak',
      variant: 'static-stripped',
      solution: (lab) => memleak(lab, '--progressive', ...lists(lab, 20)),
      expect: [ownProcess(), teaches(blocksPileUp())],
      control: { variant: 'static-stripped-twin' },
      broken: {
        command: (lab) => memleak(lab, '-d', '2'),
        shows: [{ says: /has no malloc to trace/, ends: 'rejected' }],
      },
    },
    {
      id: 'frame-pointers',
      kind: 'command',
      reads: 'memleak',
      variant: 'no-frame-pointers-uneven',
      solution: (lab) => memleak(lab, '--depth', '1', ...lists(lab, 10)),
      expect: [ownProcess(), teaches(oneSite('new_buffer'))],
      // The same service without the repair: one allocation, many call sites.
      control: { variant: 'no-frame-pointers-uneven', run: (lab) => memleak(lab, '--top', '0', ...lists(lab, 10)) },
      broken: {
        command: (lab) => memleak(lab, '-i', '1000', '-d', lasting(lab, 6)),
        shows: [{ says: /new_buffer\+0x[\s\S]*new_buffer\+0x/, ends: 'runs' }],
      },
    },
    {
      id: 'overhead',
      kind: 'command',
      reads: 'system',
      solution: (lab) => measured(lab, ours(lab)),
      expect: [teaches(tracerMeasured(SERVICE))],
      // Nothing traces: there is no row of a tracer.
      control: { variant: 'leaker', run: (lab) => measured(lab, null) },
      guide: [
        // Without a terminal top ends at once, and with one it never does.
        {
          id: 'overhead-top',
          command: 'top -p <pid>',
          shows: [
            { says: /failed tty get/, ends: 'rejected', when: 'its output goes anywhere but to a terminal' },
            { says: /^$/, ends: 'rejected', when: 'TERM is not set either' },
            { says: /stealth-leaker/, ends: 'runs' },
          ],
        },
        {
          id: 'overhead-ps',
          command: 'ps -o pid,vsz,rss,comm -p <pid>',
          shows: [{ says: /^\s*\d+\s+\d+\s+\d+\s+stealth-leaker$/m, ends: 'runs' }],
        },
      ],
    },
    {
      id: 'what-it-holds',
      kind: 'question',
      reads: 'system',
      from: 'overhead',
      reckon: (evidence) => {
        const rss = tracersMemory(evidence, SERVICE)?.rss;
        if (!rss) return null;
        return comesTo(times(over(seen(rss / KIB, 'KiB'), KIB), SERVICES), 'MiB', { share: 0.1 });
      },
      // Another tracer holds another amount.
      control: { variant: 'leaker', run: (lab) => measured(lab, `bpftrace -e 'interval:s:7 { exit(); }'`) },
    },
    {
      id: 'two-logs',
      kind: 'command',
      reads: 'memleak',
      solution: beside,
      expect: [ownProcess(), logCalm(), teaches(outstandingGrows())],
      control: { variant: 'twin' },
    },
    {
      id: 'page-faults',
      kind: 'command',
      reads: 'bpftrace',
      solution: (lab) =>
        bpftrace(lab, [], 'page-faults.bt', [String(lab.pid), String(lab.tickMs), String(lab.lasting(10))]),
      expect: [ownProcess(), teaches(touchRate())],
      // Pages are touched whether or not they come back: the twin looks the same, another size does not.
      control: { variant: 'double-block' },
    },
    {
      id: 'progressive',
      kind: 'command',
      reads: 'memleak',
      solution: (lab) => memleak(lab, '--progressive', ...lists(lab, 30)),
      expect: [ownProcess(), teaches(foundLeak())],
      control: { variant: 'twin' },
    },
  ],
});
