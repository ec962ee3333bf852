import { showStep } from '../step-at.ts';
import type { Action } from './action.ts';

/** The step's text again, once output has pushed it off the screen. */
export const text: Action = {
  offered: ({ ui }) => ui.say('key.t'),
  async act(at) {
    await showStep(at);
  },
};
