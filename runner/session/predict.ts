import { readNumber } from '../evidence/criteria/answer.ts';
import type { Outcome } from '../evidence/match.ts';
import type { Evidence } from '../evidence/model.ts';
import { append } from '../journal/events.ts';
import { guessOf } from '../journal/predictions.ts';
import { hasPassed, type StepAt } from './step-at.ts';
import { amount } from './sum.ts';

/** So much of a guess that is no number is said back. */
const SHOWN = 40;

/**
 * Asks once a visit for the guess that the step's prose asks for, before the run it is about. Enter alone goes on without one.
 * Whoever hears the screen is not held up.
 */
export async function foretell(at: StepAt): Promise<void> {
  const { step, id, words, ui, show } = at;
  const { predict } = step;
  if (!predict || at.foretold || ui.style.accessible) return;
  const due = predict.again ? hasPassed(at) : !hasPassed(at) && at.tries === 0;
  if (!due) return;
  at.foretold = true;
  at.guess = guessOf(id.lesson, id.step);
  if (at.guess !== null) return;
  show(words.predict ?? '');
  const typed = (await ui.line(ui.say('predict.ask')))?.trim() ?? '';
  if (typed === '') return;
  append({ type: 'predicted', ...id, guess: typed });
  at.guess = typed;
}

/** The guess beside what the run showed, in one line; null where there is none of either. */
export function compared(at: StepAt, evidence: readonly Evidence[], { notices }: Outcome): string | null {
  const { step, guess, ui } = at;
  // What a tool failed to show was not seen; that nothing came is what some guesses are about.
  if (!step.predict || guess === null || notices.some((n) => n.code !== 'saw-nothing')) return null;
  const seen = step.predict.seen(evidence);
  if (seen === null) return null;
  at.guess = null;
  const number = readNumber(guess);
  const values = {
    said: number === null ? `“${guess.slice(0, SHOWN)}”` : amount(ui.say, number, step.predict.unit),
    seen: amount(ui.say, seen, step.predict.unit),
  };
  return ui.say(number === seen ? 'predict.right' : 'predict.other', values);
}
