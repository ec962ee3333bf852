import type { OnTwin } from '../evidence/criteria/apart.ts';
import { isHealthy } from '../evidence/criteria/apart.ts';
import type { Outcome } from '../evidence/match.ts';
import type { Evidence } from '../evidence/model.ts';
import { display } from '../lesson/commands.ts';
import { type Command, sourceOf } from '../lesson/define.ts';
import { factsOf } from '../lesson/facts.ts';
import type { Lab } from '../model/lab.ts';
import { check } from './attempt.ts';
import { equip } from './equip.ts';
import { interruptibly, runLive } from './run-live.ts';
import type { StepAt } from './step-at.ts';
import type { Say } from '../words/index.ts';

/** What a script showed of the twin, and what the step's check says of that. */
export interface TwinRun extends OnTwin {
  outcome: Outcome;
  evidence: readonly Evidence[];
}

/** The twin as it is called on screen. */
export const twinName = (say: Say, on: string): string =>
  isHealthy(on) ? say('twin.healthy') : say('twin.other', { on });

/**
 * Runs the learner's script on a lab of the step's twin, which starts beside theirs and ends at once, at the fast pace: nobody
 * waits for a second block at the real one. Null where Ctrl-C came before the twin was up.
 */
export async function runOnTwin(at: StepAt, on: string): Promise<TwinRun | null> {
  const { lesson, step, around, ui } = at;
  ui.print(`\n${ui.style.strong(ui.say('twin.now', { on: twinName(ui.say, on) }))}`);
  return interruptibly(async (stopped) => {
    const signal = AbortSignal.any([around.signal, stopped]);
    const spec = {
      workload: lesson.workload,
      variant: on,
      pace: 'fast',
      lifetime: 'session',
      ...around.environment.fits?.(step.reads),
    } as const;
    const twin = await around.environment.up(spec, signal).catch((error: unknown) => {
      if (stopped.aborted) return null;
      throw error;
    });
    if (!twin) return null;
    try {
      await equip(twin, around.tools[step.reads], step);
      const { evidence } = await runLive(at, twin, commandOn(at, twin), stopped);
      return { on, evidence, outcome: await check(step, twin, evidence) };
    } finally {
      await twin.down();
    }
  });
}

/** The command that passed, as it is in the twin's lab. */
function commandOn(at: StepAt, twin: Lab): Command {
  const { lesson, step, lab, script, edited } = at;
  if (edited !== null && edited !== display(at.given())) return { shell: readdressed(edited, lab, twin) };
  return sourceOf(lesson, step).solution(factsOf(twin, script === null ? undefined : () => script));
}

/** A command as typed, with what it calls its own lab put in the words of another. */
function readdressed(typed: string, from: Lab, to: Lab): string {
  const names: [string, string][] = [[from.target.libc, to.target.libc]];
  if (from.target.kube && to.target.kube) names.push([from.target.kube.pod, to.target.kube.pod]);
  // In a pod it is 1, there as here.
  else names.push([String(from.target.pid), String(to.target.pid)]);
  return names.reduce(
    (text, [was, is]) => text.replaceAll(new RegExp(`(?<!\\w)${escaped(was)}(?!\\w)`, 'g'), () => is),
    typed,
  );
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
