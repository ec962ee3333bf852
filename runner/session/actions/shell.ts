import { prepare } from '../step-at.ts';
import type { Action } from './action.ts';

/** The learner's own shell beside the lab: what is run there is seen, and ticks the step by itself. */
export const shell: Action = {
  offered: (at) => (at.step.kind === 'question' || at.around.shell.lacks(at) ? null : at.ui.say('key.o')),
  async act(at) {
    await prepare(at);
    return (await at.around.shell.open(at)) === 'elsewhere' ? 'quit' : null;
  },
};
