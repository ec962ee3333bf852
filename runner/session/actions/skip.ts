import { append } from '../../journal/events.ts';
import { hasPassed } from '../step-at.ts';
import type { Action } from './action.ts';

/** On to the next step with this one written down as skipped: nobody is ever stuck. */
export const skip: Action = {
  offered: (at) => (hasPassed(at) ? null : at.ui.say('key.k')),
  async act({ id, index }) {
    append({ type: 'skip', ...id });
    return { to: index + 1 };
  },
};
