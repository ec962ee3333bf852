import type { CriterionResult, Outcome } from '../evidence/match.ts';
import { retell, type Say } from '../words/index.ts';
import type { Style } from '../session/ui.ts';
import { mark } from './mark.ts';

/** One criterion as a sentence: what was asked, what was seen, and why that happens. */
export function criterionLine(say: Say, result: CriterionResult): string {
  const title = say(`criterion.${result.id}`);
  const seen = retell(say, `criterion.${result.id}.${result.state}`, result.seen);
  const cause = result.cause ? ` ${retell(say, `cause.${result.cause}`, result.seen)}` : '';
  return `${title}: ${seen}.${cause}`.replace(/([.!?])\.( |$)/, '$1$2');
}

/** A check on screen: the outcome, each criterion with its mark, and what the tool itself said. */
export function outcomeLines(say: Say, style: Style, outcome: Outcome): string[] {
  const head =
    outcome.kind === 'pass'
      ? style.good(say('outcome.pass'))
      : outcome.kind === 'not yet'
        ? style.strong(say(outcome.criteria.some((c) => c.state === 'met') ? 'outcome.not yet' : 'outcome.nothing'))
        : style.bad(say(`outcome.${outcome.kind}`));
  // The first of its kind is the cause, what follows its consequences.
  const first = outcome.notices.filter((n, i, all) => all.findIndex((m) => m.code === n.code) === i);
  const notices =
    outcome.kind === 'pass'
      ? []
      : first.slice(0, 3).map((n) => `  ${style.dim('!')} ${say(`notice.${n.code}`, { detail: n.detail })}`);
  const criteria = outcome.criteria.map((c) => `  ${mark(say, style, c.state)} ${criterionLine(say, c)}`);
  // Where nothing was seen, what the tool said of itself is why.
  const unseen = !outcome.criteria.some((c) => c.state !== 'more');
  return [head, ...(unseen ? [...notices, ...criteria] : [...criteria, ...notices])];
}
