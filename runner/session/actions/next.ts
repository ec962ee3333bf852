import { hasPassed } from '../step-at.ts';
import type { Action } from './action.ts';

export const next: Action = {
  offered: (at) => (hasPassed(at) ? at.ui.say('key.n') : null),
  brief: ({ ui }) => ui.say('key.n.brief'),
  async act({ index }) {
    return { to: index + 1 };
  },
};
