import { perform } from '../perform.ts';
import { prepare } from '../step-at.ts';
import type { Action } from './action.ts';

export const run: Action = {
  offered: ({ step, ui }) => (step.kind === 'question' ? null : ui.say('key.r')),
  brief: ({ ui }) => ui.say('key.r.brief'),
  async act(at) {
    await prepare(at);
    await perform(at);
  },
};
