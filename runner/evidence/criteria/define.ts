import type { Criterion, Facts, Standing, Values } from '../match.ts';
import type { Evidence } from '../model.ts';

export const criterion = (id: string, judge: (facts: Facts) => Standing): Criterion => ({ id, teaches: false, judge });

/** Marks the criterion that a step teaches: the one on which its control must fail. */
export const teaches = (c: Criterion): Criterion => ({ ...c, teaches: true });

export const met = (seen: Values): Standing => ({ state: 'met', seen });
export const unmet = (seen: Values, cause?: string): Standing => ({
  state: 'unmet',
  seen,
  ...(cause ? { cause } : {}),
});
export const more = (seen: Values, cause?: string): Standing => ({ state: 'more', seen, ...(cause ? { cause } : {}) });

/** Whether `seen` is within `share` of `expected`. */
export const near = (seen: number, expected: number, share: number): boolean =>
  Math.abs(seen - expected) <= share * Math.abs(expected);

/** What was claimed under a name, in the order it was said. */
export const claims = (evidence: readonly Evidence[], name: string): string[] =>
  evidence.flatMap((e) => (e.kind === 'claim' && e.name === name ? [e.value] : []));
