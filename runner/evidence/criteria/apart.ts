import type { CriterionResult, Outcome, OutcomeKind } from '../match.ts';
import type { Cause } from '../shows.ts';
import { met, more, unmet } from './define.ts';

/** A script's run on the step's twin: the variant, and what the step's check said there; null where it was not run. */
export interface OnTwin {
  on: string;
  outcome: Outcome | null;
}

/** Whether a check says no of what the step teaches, and of nothing else: only then the twin was seen, and told apart. */
export const saysNo = ({ kind, criteria }: Outcome): boolean =>
  kind === 'wrong' && criteria.every(({ teaches, state }) => teaches === (state === 'unmet'));

/** A pass counts once the same script, on the step's twin, does not pass. */
export function withTwin(outcome: Outcome, twin: OnTwin): Outcome {
  if (outcome.kind !== 'pass') return outcome;
  const { kind, ...standing } = told(twin);
  return { ...outcome, kind, criteria: [...outcome.criteria, { id: 'tells-apart', teaches: false, ...standing }] };
}

type Told = { kind: OutcomeKind } & Pick<CriterionResult, 'state' | 'seen' | 'cause'>;

function told({ on, outcome }: OnTwin): Told {
  const seen = { on };
  if (outcome === null) return { kind: 'not yet', ...more(seen, 'only-here') };
  if (outcome.kind === 'blocked' || outcome.kind === 'broken') return { kind: outcome.kind, ...more(seen) };
  if (outcome.kind === 'not yet') return { kind: 'not yet', ...more(seen, 'too-little-there') };
  if (saysNo(outcome)) return { kind: 'pass', ...met(seen) };
  return { kind: 'wrong', ...unmet(seen, why(on, outcome)) };
}

/** Why no is not what the check says of the twin, or not for what the step teaches. */
function why(on: string, { kind, criteria }: Outcome): Extract<Cause, `same-${string}` | 'other-no' | 'blind-there'> {
  if (kind === 'pass') return isHealthy(on) ? 'same-as-healthy' : 'same-elsewhere';
  return criteria.some(({ state }) => state === 'unmet') ? 'other-no' : 'blind-there';
}

/** A variant that gives back what it takes, by its name. */
export const isHealthy = (variant: string): boolean => /(?:^|-)twin$/.test(variant);
