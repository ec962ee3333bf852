import type { Action } from './action.ts';

export const list: Action = {
  offered: ({ ui }) => ui.say('key.l'),
  async act() {
    return 'list';
  },
};
