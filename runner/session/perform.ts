import type { Lab } from '../model/lab.ts';
import type { Outcome } from '../evidence/match.ts';
import { claimInterrupt } from '../interrupts.ts';
import { display } from '../lesson/commands.ts';
import type { Command, Lesson, Step } from '../lesson/define.ts';
import { fill } from '../lesson/prose.ts';
import { check, run } from './attempt.ts';
import { blanks } from './placeholders.ts';
import { record } from '../journal/attempts.ts';
import type { Ui } from './ui.ts';
import type { Surroundings } from './surroundings.ts';

/** A run that nobody ends by then has hung, ms. */
const LONGEST_MS = 15 * 60_000;

/** Runs the command with its output live, checks what it printed, and tells. */
export async function perform(
  lesson: Lesson,
  step: Step,
  lab: Lab,
  command: Command,
  around: Surroundings,
  after: string,
): Promise<void> {
  const { ui, signal } = around;
  const { style } = ui;
  ui.raw(`${style.dim('$')} ${style.accent(display(command))}`);
  const view = ui.live();
  // Ctrl-C ends the tool, not the session: what it printed so far is judged.
  const stop = new AbortController();
  const release = claimInterrupt(() => stop.abort());
  let observed: Awaited<ReturnType<typeof run>>;
  try {
    observed = await run(lab, command, around.tools[step.reads], {
      signal: AbortSignal.any([signal, stop.signal]),
      timeoutMs: LONGEST_MS,
      onChunk: view.chunk,
      onEvidence: view.evidence,
    });
  } finally {
    release();
    view.end();
  }
  const outcome = await check(step, lab, observed.evidence);
  record({ lesson, step, lab, outcome, spool: observed.spool, source: 'run' });
  if (outcome.kind === 'pass') ui.picture(observed.evidence, lab.target);
  tell(outcome, ui, {});
  if (outcome.kind === 'pass') ui.prose(fill(after, blanks(lesson, step, lab, ui.lang)));
}

/** Tells what a check came to. `extra` fills words that the check does not know. */
export function tell(outcome: Outcome, ui: Ui, extra: Record<string, string>): void {
  const named = { ...outcome, criteria: outcome.criteria.map((c) => ({ ...c, seen: { ...extra, ...c.seen } })) };
  ui.print('');
  for (const line of ui.outcome(named)) ui.print(line);
}
