import type { Action } from './action.ts';

/** The list of lessons is a look: the lab goes on, and Esc leads back here. */
export const list: Action = {
  offered: ({ ui }) => ui.say('key.l'),
  async act({ lesson, around }) {
    const chosen = await around.lessons(lesson.id);
    return chosen === null || chosen === lesson.id ? null : { lesson: chosen };
  },
};
