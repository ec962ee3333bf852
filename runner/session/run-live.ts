import { claimInterrupt } from '../interrupts.ts';
import { display } from '../lesson/commands.ts';
import { type Command, sourceOf } from '../lesson/define.ts';
import { factsOf, lengthOf } from '../lesson/facts.ts';
import type { Lab } from '../model/lab.ts';
import { type Observed, run } from './attempt.ts';
import type { StepAt } from './step-at.ts';
import type { Wait } from './ui.ts';
import { waitFor } from './wait.ts';

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
export async function runLive(at: StepAt, lab: Lab, command: Command, stopped: AbortSignal): Promise<Observed> {
  const { step, around, ui } = at;
  ui.raw(`${ui.style.dim('$')} ${ui.style.accent(display(command))}`);
  const tool = around.tools[step.reads];
  const view = ui.live({ wait: await waitOf(at, lab, command), harmless: tool.harmless ?? null, again: true });
  try {
    const observed = await run(lab, command, tool, {
      signal: AbortSignal.any([around.signal, stopped]),
      timeoutMs: LONGEST_MS,
      onChunk: view.chunk,
      onEvidence: view.evidence,
    });
    // The twin's run comes after the learner's own, and both are shown when they are asked for.
    at.printed = [...(lab === at.lab ? [] : at.printed), observed.spool];
    return observed;
  } finally {
    view.end();
  }
}

/** Of a command that nobody has changed, how long it takes is known; what is counted is the step's, in its own lab. */
async function waitOf(at: StepAt, lab: Lab, command: Command): Promise<Wait> {
  const { lesson, step, script } = at;
  const { solution } = sourceOf(lesson, step);
  const facts = factsOf(lab, script === null ? undefined : () => script);
  const lastsMs = display(solution(facts)) === display(command) ? lengthOf(solution, facts) : null;
  return waitFor(lab === at.lab ? step : null, lab, lastsMs);
}
