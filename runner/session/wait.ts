import type { CriterionResult, Facts } from '../evidence/match.ts';
import type { Evidence } from '../evidence/model.ts';
import type { CriterionId } from '../evidence/shows.ts';
import type { Step } from '../lesson/define.ts';
import type { Lab } from '../model/lab.ts';
import type { Say } from '../words/index.ts';

/** What a wait is for, as far as it is known. */
export interface Wait {
  /** How long the run will take from when its tool says something, ms; null where nobody has said. */
  lastsMs: number | null;
  /** How many there are of how many that the expectation needs, in words; null where it lacks none that can be counted. */
  counts(evidence: readonly Evidence[], say: Say): string | null;
}

/** Beyond so much evidence a look at all of it would hold up what is still coming. */
const QUICK = 5000;

/** Criteria that count up to a number of their own: which of their values it is, and what is counted. */
const COUNTS = {
  'enough-malloc': ['seen', 'calls'],
  'enough-mmap': ['seen', 'calls'],
  period: ['seen', 'calls'],
  'asks-size': ['blocks', 'calls'],
  'frees-lag': ['allocs', 'blocks'],
  'lists-blocks': ['seen', 'blocks'],
  'blocks-pile-up': ['lists', 'lists'],
  outstanding: ['snapshots', 'lists'],
  'request-rate': ['snapshots', 'lists'],
  'touch-rate': ['snapshots', 'lists'],
  'rss-unseen': ['readings', 'readings'],
  'anonymous-grows': ['readings', 'readings'],
  'log-lies': ['lines', 'lines'],
} as const satisfies Partial<Record<CriterionId, readonly [string, string]>>;

const counting = (id: CriterionId): id is keyof typeof COUNTS => Object.hasOwn(COUNTS, id);

/** What a run of this step, or of no step's, waits for. Nothing is guessed: a number that no criterion asks for is not shown. */
export async function waitFor(step: Step | null, lab: Lab, lastsMs: number | null): Promise<Wait> {
  const criteria = step === null || step.kind === 'question' ? [] : step.expect.filter((c) => counting(c.id));
  const facts: Omit<Facts, 'evidence'> = { truth: lab.truth, subjects: await lab.subjects() };
  return {
    lastsMs,
    counts(evidence, say) {
      if (evidence.length === 0 || evidence.length > QUICK) return null;
      const open = criteria.map((c) => ({ id: c.id, teaches: c.teaches, ...c.judge({ evidence, ...facts }) }));
      return furthest(open, say);
    },
  };
}

/** Of what is still to be counted, that which lacks most. */
function furthest(results: readonly CriterionResult[], say: Say): string | null {
  const open = results.flatMap(({ id, state, seen }) => {
    if (state !== 'more' || !counting(id)) return [];
    const [value, what] = COUNTS[id];
    const [n, of] = [Number(seen[value]), Number(seen.atLeast)];
    return n < of ? [{ n, of, what }] : [];
  });
  const most = open.toSorted((a, b) => a.n / a.of - b.n / b.of)[0];
  return most ? say(`live.of.${most.what}`, { n: most.n, of: most.of }) : null;
}
