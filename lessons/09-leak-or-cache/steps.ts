import {
  bt,
  type Command,
  comesTo,
  defineLesson,
  display,
  isSettled,
  KEEPS,
  type LabFacts,
  lives,
  memleak,
  outlives,
  over,
  ownContainer,
  ownProcess,
  counted,
  settles,
  teaches,
  times,
  toolsAgree,
  typed,
} from '../../runner/lesson/index.ts';

const s = (ms: number): string => String(Math.ceil(ms / 100) / 10);
/** A list a tick, for as long as so many blocks take. */
const lists = (lab: LabFacts, blocks: number): string[] => ['-i', s(lab.tickMs), '-d', s(lab.lasting(blocks))];

/** BCC compiles its program first, and attaches so much later than the others, ms. */
const BCC_STARTS_MS = 5000;
/** With whole seconds between them, fewer lists tell no pace. */
const BCC_LISTS = 10;
/** Until the last of several probes is in place, and enough was seen after it, ms. */
const WATCHED_MS = 12_000;
/** So many blocks, and at a fast pace as many as come in that time. */
const enough = (lab: LabFacts, blocks: number): number =>
  lab.lasting(Math.max(blocks, Math.ceil(WATCHED_MS / lab.periodMs)));

/** Its lines marked with its name, and what says that there are no more. */
const marked = (name: string, command: Command): string =>
  `{ ${display(command)} 2>&1; echo '-- ends'; } | sed -u 's/^/${name}| /' &`;

/** The three at once, on one process: each prints lists of what is outstanding. */
function threeTools(lab: LabFacts): Command {
  const ms = enough(lab, 14);
  const every = Math.max(1, Math.round(lab.tickMs / 1000));
  const count = Math.max(BCC_LISTS, Math.floor((ms - BCC_STARTS_MS) / 1000 / every));
  const pid = String(lab.pid);
  return {
    shell: [
      marked(
        'bpftrace',
        bt(
          'by-call-site.bt',
          () => lab.tickMs,
          () => ms,
        )(lab),
      ),
      marked('bcc', typed(lab, [lab.bccMemleak, '-p', pid, String(every), String(count)], 'target')),
      marked('gadget', memleak(lab, '--gadget', '-i', s(lab.tickMs), '-d', s(ms))),
      'wait',
    ].join('\n'),
  };
}

export default defineLesson({
  id: '09-leak-or-cache',
  minutes: 30,
  workload: 'stealth-leaker',
  needs: ['bpftrace', 'bcc', 'memleak', 'together'],
  steps: [
    {
      id: 'same-minute',
      kind: 'command',
      reads: 'together',
      solution: threeTools,
      // The gadget numbers processes as the kernel does, and says which container.
      expect: [ownContainer(), teaches(toolsAgree(['bpftrace', 'bcc', 'gadget']))],
      control: { variant: 'twin' },
    },
    {
      id: 'survival',
      kind: 'command',
      reads: 'bpftrace',
      variant: 'one-in-four',
      solution: bt(
        'outstanding.bt',
        (lab) => lab.tickMs,
        (lab) => enough(lab, 20),
      ),
      expect: [ownProcess(), teaches(outlives())],
      // It gives all of its blocks back: its curve comes down to nothing.
      control: { variant: 'twin' },
      twin: 'twin',
      draws: 'survival',
    },
    {
      id: 'share',
      kind: 'question',
      reads: 'bpftrace',
      from: 'survival',
      // Of the blocks that were born long enough before the end to have come back, those that have not.
      reckon: (evidence) => {
        const { blocks, window } = lives(evidence);
        const longest = Math.max(0, ...blocks.map(({ born, died }) => (died === null ? 0 : died - born)));
        const old = blocks.filter(({ born }) => born < window.end - longest);
        if (longest === 0 || old.length < 12) return null;
        const kept = old.filter(({ died }) => died === null).length;
        return comesTo(times(100, over(counted(kept, 'blocks'), counted(old.length, 'blocks'))), 'percent', {
          least: 6,
        });
      },
      control: { variant: 'twin' },
    },
    {
      id: 'drawn',
      kind: 'command',
      reads: 'memleak',
      variant: 'drawn',
      starter: (lab) => memleak(lab, ...lists(lab, 4)),
      solution: (lab) => memleak(lab, '--reachable', ...lists(lab, 16)),
      expect: [ownProcess(), teaches(settles())],
      // Watched for long enough, and nobody has looked whether anything points at what is kept.
      control: { variant: 'lost', run: (lab) => memleak(lab, ...lists(lab, 16)) },
    },
    {
      id: 'which',
      kind: 'question',
      reads: 'memleak',
      from: 'drawn',
      reckon: (evidence, truth) =>
        truth.keeps && isSettled(evidence, truth) ? { kind: 'choice', value: truth.keeps, among: KEEPS } : null,
      control: { variant: 'drawn' },
    },
  ],
});
