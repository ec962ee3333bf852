import { type Attempted, record } from '../journal/attempts.ts';
import type { Evidence } from '../evidence/model.ts';
import { check } from './attempt.ts';
import type { StepAt } from './step-at.ts';

/** What there is to judge an attempt by. */
interface Seen extends Pick<Attempted, 'spool' | 'source' | 'answer'> {
  evidence: readonly Evidence[];
}

/** Checks an attempt, writes it down and tells what it came to; once passed, what it all meant. */
export async function conclude(at: StepAt, { evidence, ...seen }: Seen): Promise<void> {
  const { lesson, step, lab, ui, words } = at;
  const outcome = await check(step, lab, evidence, seen.answer);
  record({ lesson, step, lab, outcome, ...seen });
  const passed = outcome.kind === 'pass';
  if (passed && seen.source === 'run') ui.picture(evidence, lab.target);
  // A question's words name the step that it asks about, which the check does not know.
  const asked = step.kind === 'question' ? { from: at.titleOf(step.from) } : {};
  const criteria = outcome.criteria.map((c) => ({ ...c, seen: { ...asked, ...c.seen } }));
  ui.print('');
  for (const line of ui.outcome({ ...outcome, criteria })) ui.print(line);
  if (passed) at.show(words.after);
}
