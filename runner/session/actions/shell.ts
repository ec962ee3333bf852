import { hasPassed, prepare, progressOf } from '../step-at.ts';
import type { Action } from './action.ts';

/** The learner's own shell beside the lab: what is run there is seen, and ticks the step by itself. */
export const shell: Action = {
  offered: ({ step, ui }) => (step.kind === 'question' ? null : ui.say('key.o')),
  async act(at) {
    const { lesson, lab, around } = at;
    await prepare(at);
    await around.shell(lesson, lab);
    // Ticked in there, it is explained here.
    if (!hasPassed(at) && hasPassed({ progress: progressOf(at) })) at.unexplained = true;
  },
};
