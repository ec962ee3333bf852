import { hasPassed } from '../step-at.ts';
import type { Action } from './action.ts';

export const next: Action = {
  offered: (at) => (hasPassed(at) ? at.ui.say('key.n') : null),
  async act({ index }) {
    return { to: index + 1 };
  },
};
