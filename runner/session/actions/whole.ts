import type { Action } from './action.ts';

/** All that the last run printed, as it came: the screen leaves out what is long or means nothing, and says so. */
export const whole: Action = {
  offered: ({ printed, ui }) => (printed ? ui.say('key.w') : null),
  async act({ printed, ui }) {
    if (printed) await ui.page(printed.bytes().toString('utf8'));
  },
};
