import type { Action } from './action.ts';

/** From a question to the run that it asks about, and from there back to the question. */
export const go: Action = {
  offered({ step, cameFrom, ui, titleOf }) {
    if (cameFrom !== null) return ui.say('key.g.back');
    return step.kind === 'question' ? ui.say('key.g', { from: titleOf(step.from) }) : null;
  },
  async act({ lesson, step, index, cameFrom }) {
    if (cameFrom !== null) return { to: cameFrom };
    if (step.kind !== 'question') return null;
    return { to: lesson.steps.findIndex((s) => s.id === step.from), from: index };
  },
};
