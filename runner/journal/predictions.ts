import { readEvents } from './events.ts';

/** What a learner last guessed at a step since it was begun anew, or null. */
export function guessOf(lesson: string, step: string): string | null {
  for (const event of readEvents().reverse()) {
    if (event.lesson !== lesson || event.step !== step) continue;
    if (event.type === 'reset') return null;
    if (event.type === 'predicted') return event.guess;
  }
  return null;
}
