import { display } from '../lesson/commands.ts';
import type { Command } from '../lesson/define.ts';
import { conclude } from './conclude.ts';
import { foretell } from './predict.ts';
import { interruptibly, runLive } from './run-live.ts';
import { isDiagnosed, type StepAt } from './step-at.ts';

/** Runs the step's command, as the learner left it, with its output live, and judges what it printed; what is broken is only looked at. */
export async function perform(at: StepAt): Promise<void> {
  const { lab, step, edited, ui } = at;
  const given = at.given();
  const asGiven = edited === null || edited === display(given);
  const command: Command = asGiven ? given : { shell: edited };
  await foretell(at);
  const { evidence, spool } = await interruptibly((stopped) => runLive(at, lab, command, stopped));
  if (step.kind !== 'repair' || !asGiven) return conclude(at, { evidence, spool, source: 'run' });
  at.seenBroken = true;
  if (isDiagnosed(at)) at.tries++;
  ui.print(`\n${ui.say(isDiagnosed(at) ? 'broken.still' : 'broken.seen')}`);
}
