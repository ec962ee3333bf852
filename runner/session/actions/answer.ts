import { evidenceFor } from '../../journal/passed-transcript.ts';
import { observe } from '../attempt.ts';
import { conclude } from '../conclude.ts';
import { progressOf } from '../step-at.ts';
import type { Action } from './action.ts';

/** An answer is judged by what this very lab showed at the step that the question is about. */
export const answer: Action = {
  offered: ({ step, ui }) => (step.kind === 'question' ? ui.say('key.a') : null),
  brief: ({ ui }) => ui.say('key.a.brief'),
  async act(at) {
    const { lesson, step, lab, around, ui } = at;
    if (step.kind !== 'question') return;
    const typed = await ui.line(ui.say('step.answer'));
    if (typed === null) return;
    // No answer is a try as well: help comes next.
    if (typed.trim() === '') {
      at.tries++;
      return;
    }
    const transcript = evidenceFor(lesson.id, step.from, lab);
    const observed = transcript ? await observe([transcript], around.tools[step.reads]) : null;
    await conclude(at, { evidence: observed?.evidence ?? [], spool: null, source: 'paste', answer: typed });
    // Of three words the third is right: who guesses gets another service.
    const drawn = lab.spec.seed !== undefined && lab.spec.lifetime === 'session';
    if (!drawn || transcript === null || progressOf(at)?.state === 'passed') return;
    ui.print(ui.say('lab.drawn-anew'));
    await lab.down();
  },
};
