import { claimInterrupt } from '../interrupts.ts';
import { display } from '../lesson/commands.ts';
import type { Command } from '../lesson/define.ts';
import type { Lab } from '../model/lab.ts';
import { type Observed, run } from './attempt.ts';
import type { StepAt } from './step-at.ts';

/** A run that nobody ends by then has hung, ms. */
const LONGEST_MS = 15 * 60_000;

/** Lets Ctrl-C end what is being done, and not the session. */
export async function interruptibly<T>(work: (stopped: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const release = claimInterrupt(() => stop.abort());
  try {
    return await work(stop.signal);
  } finally {
    release();
  }
}

/** Runs a command of the step with its output live, until it ends or is stopped: what it printed so far is kept. */
export async function runLive(
  { step, around, ui }: StepAt,
  lab: Lab,
  command: Command,
  stopped: AbortSignal,
): Promise<Observed> {
  ui.raw(`${ui.style.dim('$')} ${ui.style.accent(display(command))}`);
  const view = ui.live();
  try {
    return await run(lab, command, around.tools[step.reads], {
      signal: AbortSignal.any([around.signal, stopped]),
      timeoutMs: LONGEST_MS,
      onChunk: view.chunk,
      onEvidence: view.evidence,
    });
  } finally {
    view.end();
  }
}
