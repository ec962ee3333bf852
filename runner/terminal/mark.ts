import type { CriterionResult } from '../evidence/match.ts';
import type { Style } from '../session/ui.ts';
import type { Say } from '../words/index.ts';

type State = CriterionResult['state'];

/** What stands before something that holds or does not: a sign, or a word where signs are not to be had. */
export const markText = (say: Say, plain: boolean, state: State): string =>
  say(plain ? `mark.plain.${state}` : `mark.${state}`);

/** The same in its colour. */
export function mark(say: Say, style: Style, state: State): string {
  const text = markText(say, style.plain, state);
  return state === 'met' ? style.good(text) : state === 'unmet' ? style.bad(text) : style.dim(text);
}
