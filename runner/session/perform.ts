import { claimInterrupt } from '../interrupts.ts';
import { display } from '../lesson/commands.ts';
import type { Command } from '../lesson/define.ts';
import { type Observed, run } from './attempt.ts';
import { conclude } from './conclude.ts';
import type { StepAt } from './step-at.ts';

/** A run that nobody ends by then has hung, ms. */
const LONGEST_MS = 15 * 60_000;

/** Runs the step's command, as the learner left it, with its output live, and judges what it printed. */
export async function perform(at: StepAt): Promise<void> {
  const { step, lab, around, ui, edited } = at;
  const { style } = ui;
  const usual = at.solution();
  const command: Command = edited === null || edited === display(usual) ? usual : { shell: edited };
  ui.raw(`${style.dim('$')} ${style.accent(display(command))}`);
  const view = ui.live();
  // Ctrl-C ends the tool, not the session: what it printed so far is judged.
  const stop = new AbortController();
  const release = claimInterrupt(() => stop.abort());
  let observed: Observed;
  try {
    observed = await run(lab, command, around.tools[step.reads], {
      signal: AbortSignal.any([around.signal, stop.signal]),
      timeoutMs: LONGEST_MS,
      onChunk: view.chunk,
      onEvidence: view.evidence,
    });
  } finally {
    release();
    view.end();
  }
  await conclude(at, { evidence: observed.evidence, spool: observed.spool, source: 'run' });
}
