import type { Action } from './action.ts';

/** All that the last run printed, as it came: the screen leaves out what is long or means nothing, and says so. */
export const whole: Action = {
  offered: ({ printed, ui }) => (printed.length > 0 ? ui.say('key.w') : null),
  async act({ printed, ui }) {
    await ui.page(printed.map((run) => run.bytes().toString('utf8').trimEnd()).join('\n\n'));
  },
};
