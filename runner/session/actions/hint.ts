import { append } from '../../journal/events.ts';
import type { Action } from './action.ts';

/** One hint further: a nudge, a pointer, then the command, which is where it stays. */
export const hint: Action = {
  offered: ({ ui }) => ui.say('key.h'),
  brief: ({ ui }) => ui.say('key.h.brief'),
  async act({ id, progress, show, ui, words: { hints } }) {
    const level = Math.min((progress?.hints ?? 0) + 1, hints.length);
    append({ type: 'hint', ...id, level });
    ui.print(ui.style.dim(ui.say('hint.level', { level, of: hints.length })));
    await show(hints[level - 1] ?? '');
  },
};
