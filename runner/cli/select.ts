import { WorkshopError } from '../errors.ts';
import type { Lab, LabSpec } from '../model/lab.ts';
import { type Lesson, type Step, variantOf } from '../lesson/define.ts';
import { lessonIds, loadLesson } from '../lesson/load.ts';
import { closest } from './closest.ts';
import { optional } from './declare.ts';
import { readEvents } from '../journal/events.ts';
import { nextStep } from '../journal/next-step.ts';
import { fold } from '../journal/progress.ts';

/** A step as commands take it: in one word or in two. */
export const STEP = { lesson: optional('LESSON'), step: optional('STEP') };

export const wordsOf = ({ lesson, step }: { lesson: string | undefined; step: string | undefined }): string[] =>
  [lesson, step].filter((word) => word !== undefined);

/** The id of the lesson with this number, slug or id (`4`, `04`, `pairing`, `04-pairing`), if there is one. */
export const lessonNamed = (name: string): string | undefined =>
  lessonIds().find(
    (id) => id === name || id.slice(3) === name || (/^\d+$/.test(name) && Number(id.slice(0, 2)) === Number(name)),
  );

/** The same where one is meant: `usage.unknown-lesson` names those there are. */
export function lessonId(name: string): string {
  const found = lessonNamed(name);
  if (found) return found;
  const ids = lessonIds();
  const meant = closest(name, [...ids, ...ids.map((id) => id.slice(3))]);
  throw new WorkshopError('usage.unknown-lesson', { lesson: name, lessons: ids.join(' '), meant: meant ?? '' });
}

/** Of the labs that are up, newest first, the one that a step is about. */
export const labFor = (labs: readonly Lab[], lesson: Lesson, step: Step, fits?: Pick<LabSpec, 'libc'>): Lab | null =>
  labs.find(({ spec }) => spec.variant === variantOf(lesson, step) && (!fits || spec.libc === fits.libc)) ?? null;

/** The step that a session would go on with; null for somebody who has not begun, or has done all. */
function currentOf(lessons: readonly Lesson[]): { lesson: Lesson; step: Step } | null {
  const events = readEvents();
  const at = events.length > 0 ? nextStep(lessons, fold(events), events) : null;
  const lesson = lessons.find((l) => l.id === at?.lesson);
  const step = lesson?.steps.find((s) => s.id === at?.step);
  return lesson && step ? { lesson, step } : null;
}

/** A step as `LESSON/STEP`, `LESSON STEP`, a step's id alone where only one lesson has it, or nothing: where the learner is. */
export async function stepOf(words: string[]): Promise<{ lesson: Lesson; step: Step }> {
  const [first = '', second] = words.length === 1 ? (words[0] as string).split('/') : words;
  if (second === undefined) {
    const all = await Promise.all(lessonIds().map(loadLesson));
    const current = first === '' ? currentOf(all) : null;
    if (current) return current;
    const found = all.flatMap((lesson) => lesson.steps.filter((s) => s.id === first).map((step) => ({ lesson, step })));
    if (found.length === 1 && found[0]) return found[0];
    const named = lessonNamed(first);
    const lesson = all.find((l) => l.id === named);
    if (lesson)
      throw new WorkshopError('usage.which-step', {
        steps: lesson.steps.map((s) => s.id).join(' '),
        example: `${Number(lesson.id.slice(0, 2))}/${lesson.steps[0]?.id}`,
      });
    if (first === '')
      throw new WorkshopError('usage.which-step', {
        steps: all.map((l) => `${Number(l.id.slice(0, 2))}/…`).join(' '),
        example: '4/pair',
      });
    const ids = all.flatMap((l) => l.steps.map((s) => s.id));
    throw new WorkshopError('usage.unknown-step', {
      lesson: '',
      step: first,
      steps: '`npm run workshop -- list`',
      meant: closest(first, ids) ?? '',
    });
  }
  const lesson = await loadLesson(lessonId(first));
  const byNumber = /^\d+$/.test(second) ? lesson.steps[Number(second) - 1] : undefined;
  const step = lesson.steps.find((s) => s.id === second) ?? byNumber;
  if (!step) {
    const steps = lesson.steps.map((s) => s.id);
    throw new WorkshopError('usage.unknown-step', {
      lesson: lesson.id,
      step: second,
      steps: steps.join(' '),
      meant: closest(second, steps) ?? '',
    });
  }
  return { lesson, step };
}
