import {
  bpftrace,
  type Command,
  comesTo,
  defineLesson,
  display,
  foundLeak,
  type LabFacts,
  logCalm,
  memleak,
  outstandingGrows,
  over,
  ownProcess,
  seen,
  teaches,
  times,
  touchRate,
  tracerMeasured,
  tracersMemory,
  typed,
  unprobed,
  type Word,
} from '../../runner/lesson/index.ts';

const SERVICE = 'stealth-leaker';
const KIB = 1024;
/** As many services as a node may hold, each with a tracer of its own. */
const SERVICES = 50;

const s = (ms: number): string => String(Math.ceil(ms / 100) / 10);
const lasting = (lab: LabFacts, blocks: number): string => s(lab.lasting(blocks));
/** A list a tick, for as long as so many blocks take. */
const lists = (lab: LabFacts, blocks: number): string[] => ['-i', s(lab.tickMs), '-d', lasting(lab, blocks)];

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

/** So old, in periods, is nothing that the healthy twin keeps: where nobody may look into the process, age proves it. */
const PROVES = 6;

const progressive = (lab: LabFacts, ...more: string[]): Command =>
  memleak(lab, '--progressive', '--age', lab.sleep(PROVES), ...more, ...lists(lab, 30));

export default defineLesson({
  id: '11-what-tracing-costs',
  minutes: 25,
  workload: 'stealth-leaker',
  needs: ['memleak', 'bpftrace', 'system'],
  steps: [
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
      solution: (lab) => progressive(lab),
      expect: [ownProcess(), teaches(foundLeak())],
      control: { variant: 'twin' },
    },
    {
      id: 'no-probe',
      kind: 'command',
      reads: 'memleak',
      starter: (lab) => progressive(lab),
      solution: (lab) => progressive(lab, '--escalate', '0'),
      expect: [ownProcess(), foundLeak(), teaches(unprobed())],
      // The same finding, paid for.
      control: { variant: 'leaker', run: (lab) => progressive(lab) },
    },
    {
      id: 'two-logs',
      kind: 'command',
      reads: 'memleak',
      solution: beside,
      expect: [ownProcess(), logCalm(), teaches(outstandingGrows())],
      control: { variant: 'twin' },
    },
  ],
});
