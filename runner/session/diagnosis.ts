import { withDiagnosis } from '../evidence/criteria/diagnosis.ts';
import type { CriterionResult, Outcome } from '../evidence/match.ts';
import type { Step } from '../lesson/define.ts';
import type { Prose } from '../lesson/prose.ts';

/** The outcome of a step's run, where a repair counts only once it was said what is wrong; all other steps have theirs as it is. */
export const onceDiagnosed = (step: Step, outcome: Outcome, diagnosed: boolean): Outcome =>
  step.kind === 'repair' ? withDiagnosis(outcome, step.diagnosis, diagnosed ? step.diagnosis : null) : outcome;

/** A diagnosis in the words of the lesson's prose; all other criteria as they are. */
export function inWords(
  criteria: readonly CriterionResult[],
  { diagnoses }: Pick<Prose, 'diagnoses'>,
): CriterionResult[] {
  return criteria.map((c) => {
    const words = c.id === 'diagnosis' ? diagnoses[String(c.seen.seen)] : undefined;
    return words ? { ...c, seen: { ...c.seen, seen: words.name, shows: words.shows } } : c;
  });
}
