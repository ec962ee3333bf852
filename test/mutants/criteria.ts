/** Criteria that ask for too little, or too much. */
import { type Mutant, of } from './mutant.ts';

export const CRITERIA: Mutant[] = [
  ...of(
    'runner/evidence/criteria/fate.ts',
    ['test/evidence/criteria/fate.test.ts'],
    {
      find: 'if (!witness) return why',
      replace: 'if (!witness) return met({ ...values, seen: 0 }); else if (watched < 0) return why',
      breaks: 'what still grows is settled though nobody has looked into the process',
    },
    {
      find: 'e.lost + e.held > 0',
      replace: 'e.asked > 0',
      breaks: 'a look that told nothing is a look',
    },
    {
      find: 'const GROWN = 4;',
      replace: 'const GROWN = 40;',
      breaks: 'what grows by less than forty blocks stands still',
    },
    {
      find: 'site.longestEndedMs !== null) return met(values);',
      replace: 'true) return met(values);',
      breaks: 'where nothing ever came back, blocks outlive all that did',
    },
  ),
  ...of(
    'runner/evidence/criteria/together.ts',
    ['test/evidence/criteria/together.test.ts'],
    {
      find: 'const LEAST_GROWN = 5;',
      replace: 'const LEAST_GROWN = 1;',
      breaks: 'what a healthy twin holds piles up',
    },
    {
      find: 'const APART = 0.4;',
      replace: 'const APART = 0.9;',
      breaks: 'half the pace is the same pace',
    },
  ),
  ...of('runner/evidence/criteria/answer.ts', ['test/lessons/09-leak-or-cache.test.ts'], {
    find: 'if (said === right.value) return met({ seen: said });\n      return unmet({ seen: said.slice(0, 40) }, right',
    replace:
      'if (right.among.includes(said)) return met({ seen: said });\n      return unmet({ seen: said.slice(0, 40) }, right',
    breaks: 'any of the words is right',
  }),
  ...of(
    'runner/evidence/criteria/freeing.ts',
    ['test/evidence/criteria/freeing.test.ts'],
    {
      find: 'const short = 8 * truth.periodMs - (snapshots.at(-1)?.atMs ?? 0);',
      replace: 'const short = 2 * truth.periodMs - (snapshots.at(-1)?.atMs ?? 0);',
      breaks: 'a twin that is filling its three blocks grows for good',
    },
    {
      find: 'const needed = 5 * truth.periodMs;',
      replace: 'const needed = 3 * truth.periodMs;',
      breaks: 'a block of the age that a twin’s reach is old',
    },
    {
      find: 'births.filter((b) => b.atMs === last)',
      replace: 'births',
      breaks: 'ages of an earlier look count',
    },
    {
      find: 'return back * 4 <= out ? met(values)',
      replace: 'return back <= out ? met(values)',
      breaks: 'most blocks come back, and frees still lag',
    },
    {
      find: 'leaks.find((s) => s.commonSize === truth.blockBytes) ?? leaks[0]',
      replace: 'leaks[0]',
      breaks: 'a larger leak hides the one that is asked for',
    },
    {
      find: 'Math.abs(bytes - values.expected) <= truth.blockBytes',
      replace: 'bytes >= values.expected - truth.blockBytes',
      breaks: 'blocks that are counted and never taken away agree with any bytes',
    },
    {
      find: 'near(seen, expected, 0.3)',
      replace: 'near(seen, expected, 0.6)',
      breaks: 'half the rate is the rate',
    },
  ),
  ...of(
    'runner/evidence/criteria/calls.ts',
    ['test/evidence/criteria/calls.test.ts'],
    {
      find: 'near(period.ms, truth.periodMs, 0.2)',
      replace: 'near(period.ms, truth.periodMs, 0.05)',
      breaks: 'a period that jitters is another',
    },
    {
      find: 'held.filter((a) => !freed.has(a.address as string)).slice(-3)',
      replace: 'held.slice(-3)',
      breaks: 'a process must still have what it gave back',
    },
    {
      find: 'if (named * 2 > stacks.length)',
      replace: 'if (named * 2 >= stacks.length)',
      breaks: 'half of the stacks are most of them',
    },
  ),
  ...of(
    'runner/evidence/criteria/memory.ts',
    ['test/evidence/criteria/memory.test.ts'],
    {
      find: 'last - first >= (totals.length - 2) * truth.blockBytes',
      replace: 'last - first >= truth.blockBytes',
      breaks: 'a log that has stopped rising rises',
    },
    {
      find: 'Math.max(2, Math.floor(periods / 2)) * truth.blockBytes',
      replace: 'truth.blockBytes',
      breaks: 'one block more is growth',
    },
  ),
  ...of(
    'runner/evidence/criteria/outstanding.ts',
    ['test/evidence/criteria/outstanding.test.ts'],
    {
      find: 'const short = 5 * truth.periodMs - lasted;',
      replace: 'const short = truth.periodMs - lasted;',
      breaks: 'a twin’s first three blocks pile up',
    },
    {
      find: 'rising && last - first >= 4',
      replace: 'last - first >= 1',
      breaks: 'a list that falls again has risen',
    },
    {
      find: 'stay && last - first >= 4',
      replace: 'last - first >= 4',
      breaks: 'a cache that turns over and grows holds the same blocks',
    },
  ),
  ...of('runner/evidence/criteria/diagnosis.ts', ['test/evidence/criteria/diagnosis.test.ts'], {
    find: "state === 'more' && kind === 'pass' ? 'not yet' : kind",
    replace: 'kind',
    breaks: 'a repair counts before it was said what is wrong',
  }),
  ...of('runner/evidence/criteria/apart.ts', ['test/evidence/criteria/apart.test.ts'], {
    find: "kind === 'wrong' && criteria.every(({ teaches, state }) => teaches === (state === 'unmet'))",
    replace: "kind === 'wrong'",
    breaks: 'a script that sees nothing of the twin tells it apart',
  }),
  ...of(
    'runner/evidence/criteria/answer.ts',
    ['test/evidence/criteria/answer.test.ts'],
    {
      find: 'Math.abs(said - right.value) <= right.tolerance',
      replace: 'said - right.value <= right.tolerance',
      breaks: 'no number is too low',
    },
    {
      find: 'Math.max(share * Math.abs(value), least)',
      replace: 'share * Math.abs(value)',
      breaks: 'a block more or less counts where it should not',
    },
  ),
  ...of('runner/session/predict.ts', ['test/session/walk-predict.test.ts'], {
    find: "number === seen ? 'predict.right' : 'predict.other'",
    replace: "'predict.right'",
    breaks: 'every guess was right',
  }),
];
