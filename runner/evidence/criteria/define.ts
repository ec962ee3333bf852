import type { Criterion, Facts, StandingOf } from '../match.ts';
import type { Evidence } from '../model.ts';
import type { Cause, Causes, CriterionId, Filling, Values } from '../shows.ts';

/** A function that no symbol names, as bpftrace, BCC and our tracer print it. */
export const UNNAMED = '[unknown]';

/** A criterion under its id; what it sees is what the words under that id show. */
export const criterion = <Id extends CriterionId>(id: Id, judge: (facts: Facts) => StandingOf<Id>): Criterion => ({
  id,
  teaches: false,
  judge,
});

/** Marks the criterion that a step teaches: the one on which its control must fail. */
export const teaches = (c: Criterion): Criterion => ({ ...c, teaches: true });

export const met = <Seen extends Values>(seen: Seen) => ({ state: 'met', seen }) as const;
export const unmet = <Seen extends Values, C extends Cause = never>(seen: Seen & Filling<Causes[C]>, cause?: C) =>
  ({ state: 'unmet', seen, ...because(cause) }) as const;
export const more = <Seen extends Values, C extends Cause = never>(seen: Seen & Filling<Causes[C]>, cause?: C) =>
  ({ state: 'more', seen, ...because(cause) }) as const;

const because = (cause: Cause | undefined): { cause?: Cause } => (cause ? { cause } : {});

/** Whether `seen` is within `share` of `expected`. */
export const near = (seen: number, expected: number, share: number): boolean =>
  Math.abs(seen - expected) <= share * Math.abs(expected);

/** What was claimed under a name, in the order it was said. */
export const claims = (evidence: readonly Evidence[], name: string): string[] =>
  evidence.flatMap((e) => (e.kind === 'claim' && e.name === name ? [e.value] : []));
