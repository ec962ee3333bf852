import { append } from '../journal/events.ts';
import { ensureScript } from '../journal/scripts.ts';
import { type Lesson, type Step, sourceOf } from '../lesson/define.ts';
import { factsOf } from '../lesson/facts.ts';
import { fill, type Prose } from '../lesson/prose.ts';
import { offer, type Went } from './actions/action.ts';
import { actions } from './actions/index.ts';
import type { LabKeeper } from './lab-keeper.ts';
import { blanks } from './placeholders.ts';
import { hasPassed, progressOf, type StepAt, showStep } from './step-at.ts';
import type { Surroundings } from './surroundings.ts';

/** A walk through a lesson: what all its steps share. */
interface Way {
  lesson: Lesson;
  prose: Prose;
  labs: LabKeeper;
  around: Surroundings;
}

/** The learner at one step: it is shown, and keys are offered and done until one of them leads away. */
export async function takeStep(way: Way, index: number): Promise<Went | 'quit'> {
  const at = await arrive(way, index);
  const { step, ui } = at;
  const { say } = ui;
  showStep(at);
  for (;;) {
    at.progress = progressOf(at);
    const key = await ui.choose(say(hasPassed(at) ? 'step.passed' : 'step.what-now'), [
      ...offer(actions, at),
      { key: 'q', label: say('key.q') },
    ]);
    const action = key === null ? undefined : actions[key];
    if (!action) return 'quit';
    at.lab = await way.labs.need(step);
    const went = await action.act(at);
    if (went) return went;
  }
}

async function arrive({ lesson, prose, labs, around }: Way, index: number): Promise<StepAt> {
  const step = lesson.steps[index] as Step;
  const id = { lesson: lesson.id, step: step.id };
  const words = prose.steps.get(step.id);
  if (!words) throw new Error(`${lesson.id}: no prose for ${step.id}`);
  const { ui } = around;
  const script = step.kind === 'script' ? ensureScript(lesson.id, step.id, words.starter ?? '') : null;
  append({ type: 'shown', ...id });
  const at: StepAt = {
    lesson,
    step,
    index,
    id,
    words,
    script,
    around,
    ui,
    lab: await labs.need(step),
    progress: undefined,
    edited: null,
    titleOf: (other) => prose.steps.get(other)?.title ?? other,
    solution: () => sourceOf(lesson, step).solution(factsOf(at.lab, script === null ? undefined : () => script)),
    show: (part) => ui.prose(fill(part, blanks(lesson, step, at.lab, ui.lang))),
  };
  return at;
}
