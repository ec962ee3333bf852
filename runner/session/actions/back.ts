import type { Action } from './action.ts';

export const back: Action = {
  offered: ({ ui }) => ui.say('key.b'),
  async act({ index }) {
    return { to: Math.max(0, index - 1) };
  },
};
