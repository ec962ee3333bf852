import { withTwin } from '../../evidence/criteria/apart.ts';
import { saysSomething } from '../../evidence/match.ts';
import { record } from '../../journal/attempts.ts';
import { keyOf, progressNow } from '../../journal/progress.ts';
import { type Lesson, type Step, twinOf, variantOf } from '../../lesson/define.ts';
import { loadProse } from '../../lesson/load.ts';
import type { ToolKind } from '../../model/kinds.ts';
import type { Lab } from '../../model/lab.ts';
import type { Tool } from '../../model/tool.ts';
import { check, observe } from '../attempt.ts';
import { inWords, onceDiagnosed } from '../diagnosis.ts';
import type { Ui } from '../ui.ts';
import type { Told } from './own-shell.ts';

export type Tools = Record<ToolKind, Tool>;

/** Which open step does this output fulfil? What came of it, written down; null when it fulfils none and looks like none. */
export async function tick(
  lessons: readonly Lesson[],
  lab: Lab,
  output: string,
  tools: Tools,
  ui: Ui,
): Promise<Told | null> {
  const progress = progressNow(ui.lang);
  const isOpen = (lesson: Lesson, step: Step): step is Exclude<Step, { kind: 'question' }> =>
    step.kind !== 'question' &&
    variantOf(lesson, step) === lab.spec.variant &&
    progress.get(keyOf(lesson.id, step.id))?.state !== 'passed';
  let nearest: Told | null = null;
  for (const lesson of lessons) {
    for (const step of lesson.steps) {
      if (!isOpen(lesson, step)) continue;
      const observed = await observe([Buffer.from(output)], tools[step.reads]);
      if (!observed.evidence.some(saysSomething)) continue;
      const here = await check(step, lab, observed.evidence);
      const on = twinOf(step);
      // What was recorded shows one service: `r` runs a script on the other.
      const diagnosed = progress.get(keyOf(lesson.id, step.id))?.diagnosed === true;
      const outcome = onceDiagnosed(step, on === null ? here : withTwin(here, { on, outcome: null }), diagnosed);
      const criteria = inWords(outcome.criteria, loadProse(lesson.id, ui.lang));
      const told = { name: nameOf(lesson, step, ui), outcome: { ...outcome, criteria }, evidence: observed.evidence };
      if (here.kind === 'pass') {
        record({ lesson, step, lab, outcome, spool: observed.spool, source: 'shell' });
        return told;
      }
      // Of many lessons, one that was nearly meant can't be told.
      if (nearest === null && lessons.length === 1) {
        record({ lesson, step, lab, outcome, spool: observed.spool, source: 'shell' });
        nearest = told;
      }
    }
  }
  return nearest;
}

/** What is said of it, where it was run. */
export const toldLines = ({ name, outcome }: Told, { target }: Lab, ui: Ui): string[] => [
  ui.style.strong(name),
  ...ui.outcome(outcome, target.kube ? 'cluster' : 'machine'),
];

const nameOf = (lesson: Lesson, step: Step, ui: Ui): string =>
  `${Number(lesson.id.slice(0, 2))}/${step.id}: ${loadProse(lesson.id, ui.lang).steps.get(step.id)?.title ?? ''}`;
