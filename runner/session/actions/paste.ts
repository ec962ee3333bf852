import { observe } from '../attempt.ts';
import { conclude } from '../conclude.ts';
import { isDiagnosed } from '../step-at.ts';
import type { Action } from './action.ts';

export const paste: Action = {
  offered: (at) =>
    at.step.kind === 'question' || (at.step.kind === 'repair' && !isDiagnosed(at)) ? null : at.ui.say('key.c'),
  async act(at) {
    const { step, around, ui } = at;
    const pasted = await ui.block(ui.say('step.paste'));
    if (pasted === null) return;
    const { evidence, spool } = await observe([Buffer.from(`${pasted}\n`)], around.tools[step.reads]);
    await conclude(at, { evidence, spool, source: 'paste' });
  },
};
