import { record } from '../../journal/attempts.ts';
import { withDiagnosis } from '../../evidence/criteria/diagnosis.ts';
import { diagnosesOf } from '../../lesson/define.ts';
import { isDiagnosed, type StepAt } from '../step-at.ts';
import type { Action } from './action.ts';

const isDue = (at: StepAt): boolean => at.step.kind === 'repair' && !isDiagnosed(at);

/** Says what is wrong with what is broken, from the list that is the same at all steps of the lesson. */
export const diagnose: Action = {
  offered: (at) => (isDue(at) ? at.ui.say('key.d') : null),
  brief: ({ ui }) => ui.say('key.d.brief'),
  async act(at) {
    const { lesson, step, lab, ui, diagnoses, refused } = at;
    if (step.kind !== 'repair') return;
    const ids = diagnosesOf(lesson);
    // Those that were refused stay in sight, and the cursor is below them.
    const choices = ids.map((id, i) => ({
      key: String(i + 1),
      label: diagnoses[id]?.name ?? id,
      ...(refused.has(id) ? { hint: ui.say('diagnosis.refused') } : {}),
    }));
    const open = ids.findIndex((id) => !refused.has(id));
    const key = await ui.choose(ui.say('diagnosis.which'), [...choices, { key: 'q', label: ui.say('list.back') }], {
      initial: String(open + 1),
      back: 'q',
    });
    const said = key === null ? undefined : ids[Number(key) - 1];
    if (said === undefined) return;
    at.tries++;
    const outcome = withDiagnosis(null, step.diagnosis, said);
    record({ lesson, step, lab, outcome, spool: null, source: 'run', answer: said });
    const { name = said, shows = '' } = diagnoses[said] ?? {};
    if (outcome.kind === 'wrong') {
      refused.add(said);
      ui.print(`\n${ui.say('diagnosis.not', { name })}`);
      at.show(shows);
      return;
    }
    at.tries = 0;
    ui.print(`\n${ui.style.good(ui.say('diagnosis.right', { name }))}`);
    at.show(at.words.repair ?? '');
    ui.print(ui.style.dim(ui.say('diagnosis.repair')));
  },
};
