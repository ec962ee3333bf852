import { withDiagnosis } from '../evidence/criteria/diagnosis.ts';
import { match, type Outcome, type OutcomeKind } from '../evidence/match.ts';
import { diagnosesOf, type RepairStep } from '../lesson/define.ts';
import type { StepPlan } from './plan.ts';
import type { Result } from './result.ts';

/** What verify says of the command that a learner has to change or repair. */
export interface Begins {
  outcome: OutcomeKind;
  /** What is wrong, of what is broken. */
  diagnosed: string | null;
}

/**
 * Judges what a step begins with; null where that is the solution. It must not pass as it stands. Of what is broken, the run must
 * show the sign of what is wrong and of nothing else that may be said, and the repair, whose outcome is `repaired`, must pass with
 * that alone.
 */
export function judgeBegins(
  { lesson, step, begins }: StepPlan,
  results: ReadonlyMap<string, Result>,
  repaired: Outcome,
): { begins: Begins; faults: string[] } | null {
  if (!begins || step.kind === 'question') return null;
  const result = results.get(begins.key);
  const outcome = result && result.failed === null ? match(step.expect, result).kind : 'broken';
  const passes = outcome === 'pass' ? ['passes as it stands'] : [];
  if (step.kind !== 'repair') return { begins: { outcome, diagnosed: null }, faults: passes };
  return {
    begins: { outcome, diagnosed: step.diagnosis },
    faults: [
      ...passes,
      ...signs(lesson.diagnoses ?? {}, step, result?.text ?? ''),
      ...[null, ...diagnosesOf(lesson)].flatMap((said) => refusal(step, repaired, said)),
    ],
  };
}

const signs = (diagnoses: Readonly<Record<string, RegExp>>, { diagnosis }: RepairStep, text: string): string[] =>
  Object.entries(diagnoses).flatMap(([id, sign]) =>
    sign.test(text) === (id === diagnosis) ? [] : [id === diagnosis ? `no sign of ${id}` : `a sign of ${id}`],
  );

function refusal(step: RepairStep, repaired: Outcome, said: string | null): string[] {
  const { kind } = withDiagnosis(repaired, step.diagnosis, said);
  const taken = kind === 'pass';
  return taken === (said === step.diagnosis) ? [] : [`diagnosis ${said ?? 'none'}: ${kind}`];
}
