import { beginningOf } from '../lesson/define.ts';
import { hasPassed, isDiagnosed, type StepAt } from './step-at.ts';

/**
 * The key that Enter takes: whoever presses nothing else gets to the end of the workshop. First the step itself; where it
 * failed, a hint at a time, then the solution, and with that in hand the step again.
 */
export function suggest(at: StepAt): string {
  const { step, progress, words } = at;
  if (at.unexplained) return 'm';
  if (hasPassed(at)) return 'n';
  // Of a list, each that was refused is one less.
  if (step.kind === 'repair' && !isDiagnosed(at)) return at.seenBroken || at.tries > 0 ? 'd' : 'r';
  const failed = at.tries > 0 || (step.kind !== 'repair' && (progress?.attempts ?? 0) > 0);
  if (!failed) return begun(at);
  if (!progress?.solutionShown) return (progress?.hints ?? 0) < words.hints.length ? 'h' : 's';
  if (at.tries > 1) return 'k';
  return step.kind === 'script' ? 'r' : begun(at);
}

/** What is done at such a step. */
function begun({ step }: StepAt): string {
  if (step.kind === 'question') return 'a';
  return step.kind === 'script' || beginningOf(step) ? 'e' : 'r';
}
