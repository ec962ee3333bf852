import type { Action } from './action.ts';

/** What the run that has just passed meant: after it, so that plot and verdict stand on the screen first. */
export const meaning: Action = {
  offered: ({ unexplained, ui }) => (unexplained ? ui.say('key.m') : null),
  brief: ({ ui }) => ui.say('key.m.brief'),
  async act(at) {
    for (const line of at.rest) at.ui.raw(line);
    await at.show(at.words.after);
    at.unexplained = false;
  },
};
