import { showStep } from '../step-at.ts';
import type { Action } from './action.ts';

/** The other language, from here on and the next time: the label is in the one that it leads to. */
export const language: Action = {
  offered: ({ ui }) => ui.say('key.i'),
  async act(at) {
    await at.around.speak(at.ui.lang === 'ko' ? 'en' : 'ko');
    await showStep(at);
  },
};
