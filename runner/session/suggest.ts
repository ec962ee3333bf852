import { hasPassed, type StepAt } from './step-at.ts';

/**
 * The key that Enter takes: whoever presses nothing else gets to the end of the workshop. First the step itself; where it
 * failed, a hint at a time, then the solution, and with that in hand the step again.
 */
export function suggest(at: StepAt): string {
  const { step, script, progress, words } = at;
  if (at.unexplained) return 'm';
  if (hasPassed(at)) return 'n';
  const failed = at.tries > 0 || (progress?.attempts ?? 0) > 0;
  if (!failed) return step.kind === 'question' ? 'a' : script ? 'e' : 'r';
  if (!progress?.solutionShown) return (progress?.hints ?? 0) < words.hints.length ? 'h' : 's';
  if (at.tries > 1) return 'k';
  return step.kind === 'question' ? 'a' : 'r';
}
