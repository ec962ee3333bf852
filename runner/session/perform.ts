import { display } from '../lesson/commands.ts';
import type { Command } from '../lesson/define.ts';
import { conclude } from './conclude.ts';
import { foretell } from './predict.ts';
import { interruptibly, runLive } from './run-live.ts';
import type { StepAt } from './step-at.ts';

/** Runs the step's command, as the learner left it, with its output live, and judges what it printed. */
export async function perform(at: StepAt): Promise<void> {
  const { lab, edited } = at;
  const usual = at.solution();
  const command: Command = edited === null || edited === display(usual) ? usual : { shell: edited };
  await foretell(at);
  const { evidence, spool } = await interruptibly((stopped) => runLive(at, lab, command, stopped));
  await conclude(at, { evidence, spool, source: 'run' });
}
