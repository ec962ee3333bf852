import type { CriterionResult, Outcome } from '../evidence/match.ts';
import type { Notice } from '../evidence/model.ts';
import { hasWords, retell, type Say } from '../words/index.ts';
import type { Site, Style } from '../session/ui.ts';
import { mark } from './mark.ts';

/** One criterion as a sentence: what was asked, what was seen, and why that happens. */
export function criterionLine(say: Say, result: CriterionResult): string {
  const title = say(`criterion.${result.id}`);
  const seen = retell(say, `criterion.${result.id}.${result.state}`, result.seen);
  const cause = result.cause ? ` ${retell(say, `cause.${result.cause}`, result.seen)}` : '';
  return `${title}: ${seen}.${cause}`.replace(/([.!?])\.( |$)/, '$1$2');
}

/** What a tool said of itself as a sentence; advice that holds for clusters alone is none for a machine. */
export function noticeLine(say: Say, { code, detail }: Notice, site: Site): string {
  const here = `notice-machine.${code}` as const;
  return say(site === 'machine' && hasWords(here) ? here : `notice.${code}`, { detail });
}

/** Notices that say why: the first of its kind is the cause, what follows its consequences. */
export const telling = ({ kind, notices }: Outcome): Notice[] =>
  kind === 'pass' ? [] : notices.filter((n, i, all) => all.findIndex((m) => m.code === n.code) === i).slice(0, 3);

/** A check on screen: the outcome, each criterion with its mark, and what the tool itself said. */
export function outcomeLines(say: Say, style: Style, outcome: Outcome, site: Site): string[] {
  const head =
    outcome.kind === 'pass'
      ? style.good(say('outcome.pass'))
      : outcome.kind === 'not yet'
        ? style.strong(say(outcome.criteria.some((c) => c.state === 'met') ? 'outcome.not yet' : 'outcome.nothing'))
        : style.bad(say(`outcome.${outcome.kind}`));
  const notices = telling(outcome).map((n) => `  ${style.dim('!')} ${noticeLine(say, n, site)}`);
  const criteria = outcome.criteria.map((c) => `  ${mark(say, style, c.state)} ${criterionLine(say, c)}`);
  // Where nothing was seen, what the tool said of itself is why.
  const unseen = !outcome.criteria.some((c) => c.state !== 'more');
  return [head, ...(unseen ? [...notices, ...criteria] : [...criteria, ...notices])];
}
