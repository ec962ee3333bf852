import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { append } from '../../journal/events.ts';
import { replaceScript } from '../../journal/scripts.ts';
import { display } from '../../lesson/commands.ts';
import { root } from '../../paths.ts';
import type { StepAt } from '../step-at.ts';
import { workings } from '../sum.ts';
import type { Action } from './action.ts';

/** Shows the command, and the finished script; of a question, the sum in the learner's own numbers, and the run they are from. */
export const solution: Action = {
  offered: ({ ui }) => ui.say('key.s'),
  async act(at) {
    const { id, lesson, lab, around, step, ui } = at;
    append({ type: 'solution', ...id });
    const command = ui.style.accent(display(at.solution()));
    if (step.kind === 'question') {
      const from = at.titleOf(step.from);
      for (const line of await workings(ui.say, lesson, step, from, lab, around.tools[step.reads])) ui.print(line);
      ui.raw(command);
      return;
    }
    if (step.kind === 'repair')
      ui.print(ui.say('solution.diagnosis', { name: at.diagnoses[step.diagnosis]?.name ?? '' }));
    ui.raw(`\n${command}\n`);
    if (step.kind === 'script') await offerScript(at, step.script);
  },
};

/** Shows a finished script of ours, which takes the place of the learner's only when they say so. */
async function offerScript({ lesson, step, tries, progress, ui }: StepAt, name: string): Promise<void> {
  const { say } = ui;
  const finished = readFileSync(join(root, 'bpf', name), 'utf8');
  await ui.page(finished);
  // Whoever failed with theirs came for this one.
  const failed = tries > 0 || (progress?.attempts ?? 0) > 0;
  const take = await ui.choose(
    say('solution.take'),
    [
      { key: 'n', label: say('solution.take.no') },
      { key: 'y', label: say('solution.take.yes') },
    ],
    { initial: failed ? 'y' : 'n' },
  );
  if (take !== 'y') return;
  const aside = replaceScript(lesson.id, step.id, finished);
  if (aside) ui.print(say('reset.aside', { file: aside }));
}
