import { append } from '../../journal/events.ts';
import { replaceScript } from '../../journal/scripts.ts';
import { showStep } from '../step-at.ts';
import type { Action } from './action.ts';

/** The step as if it had never been tried; a script of the learner's is kept beside the new one. */
export const reset: Action = {
  offered: ({ ui }) => ui.say('key.x'),
  async act(at) {
    const { lesson, step, id, words, ui } = at;
    append({ type: 'reset', ...id });
    if (step.kind === 'script') {
      const aside = replaceScript(lesson.id, step.id, words.starter ?? '');
      if (aside) ui.print(ui.say('reset.aside', { file: aside }));
    }
    at.edited = null;
    at.seenBroken = false;
    at.refused.clear();
    at.foretold = false;
    at.guess = null;
    at.tries = 0;
    ui.print(ui.say('reset.done', { what: `${lesson.id}/${step.id}` }));
    await showStep(at);
  },
};
