import { perform } from '../perform.ts';
import { prepare } from '../step-at.ts';
import type { Action } from './action.ts';

export const run: Action = {
  offered({ step, edited, ui }) {
    if (step.kind === 'question') return null;
    return ui.say(step.kind === 'repair' && edited === null ? 'key.r.broken' : 'key.r');
  },
  brief: ({ ui }) => ui.say('key.r.brief'),
  async act(at) {
    await prepare(at);
    await perform(at);
  },
};
