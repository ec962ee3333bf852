import { display } from '../../lesson/commands.ts';
import { perform } from '../perform.ts';
import { prepare } from '../step-at.ts';
import type { Action } from './action.ts';

/** A script is edited in the learner's editor; a command, and a script's command where there is no editor, right here. */
export const edit: Action = {
  offered({ step, ui }) {
    if (step.kind === 'question') return null;
    return ui.say(step.kind === 'script' ? 'key.e.script' : 'key.e');
  },
  async act(at) {
    const { script, around, ui } = at;
    await prepare(at);
    if (script && (await around.edit(script))) at.edited = null;
    else {
      const typed = await ui.block(ui.say('step.edit'), at.edited ?? display(at.solution()));
      if (typed === null) return;
      at.edited = typed.trim();
    }
    await perform(at);
  },
};
