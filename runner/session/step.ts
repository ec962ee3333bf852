import { append } from '../journal/events.ts';
import { ensureScript } from '../journal/scripts.ts';
import { beginningOf, type Lesson, type Step, sourceOf } from '../lesson/define.ts';
import { factsOf } from '../lesson/facts.ts';
import { fill, type Prose } from '../lesson/prose.ts';
import { offer, type Went } from './actions/action.ts';
import { actions } from './actions/index.ts';
import type { LabKeeper } from './lab-keeper.ts';
import { blanks } from './placeholders.ts';
import { hasPassed, progressOf, type StepAt, showStep } from './step-at.ts';
import { suggest } from './suggest.ts';
import type { Surroundings } from './surroundings.ts';

/** The key that shows all the others. */
const MORE = '?';

/** A walk through a lesson: what all its steps share. */
interface Way {
  lesson: Lesson;
  prose: Prose;
  labs: LabKeeper;
  around: Surroundings;
}

/** The learner at one step: it is shown, and keys are offered and done until one of them leads away. */
export async function takeStep(way: Way, index: number, cameFrom: number | null): Promise<Went | 'quit'> {
  const at = await arrive(way, index, cameFrom);
  showStep(at);
  for (;;) {
    at.progress = progressOf(at);
    const key = await pressed(at);
    const action = key === null ? undefined : actions[key];
    if (!action) return 'quit';
    at.lab = await way.labs.need(at.step);
    const went = await action.act(at);
    if (went) return went;
  }
}

/** A key of the line, or of the whole list that `?` shows and Esc leaves. */
async function pressed(at: StepAt): Promise<string | null> {
  const { say } = at.ui;
  const { all, line } = offer(actions, at);
  const every = [...all, { key: 'q', label: say('key.q') }];
  const initial = suggest(at);
  for (;;) {
    const key = await at.ui.keys(
      say(hasPassed(at) ? 'step.passed' : 'step.what-now'),
      [...line, { key: MORE, label: say('key.more') }],
      { initial, also: every },
    );
    if (key !== MORE) return key;
    const chosen = await at.ui.choose(say('step.what-now'), every, { initial, back: MORE });
    if (chosen !== MORE) return chosen;
  }
}

async function arrive({ lesson, prose, labs, around }: Way, index: number, cameFrom: number | null): Promise<StepAt> {
  const step = lesson.steps[index] as Step;
  const id = { lesson: lesson.id, step: step.id };
  const words = prose.steps.get(step.id);
  if (!words) throw new Error(`${lesson.id}: no prose for ${step.id}`);
  const { ui } = around;
  const script = step.kind === 'script' ? ensureScript(lesson.id, step.id, words.starter ?? '') : null;
  append({ type: 'shown', ...id });
  const facts = () => factsOf(at.lab, script === null ? undefined : () => script);
  const at: StepAt = {
    lesson,
    step,
    index,
    id,
    words,
    diagnoses: prose.diagnoses,
    script,
    around,
    ui,
    lab: await labs.need(step),
    progress: undefined,
    edited: null,
    seenBroken: false,
    refused: new Set(),
    unexplained: false,
    cameFrom,
    foretold: false,
    guess: null,
    tries: 0,
    titleOf: (other) => prose.steps.get(other)?.title ?? other,
    solution: () => sourceOf(lesson, step).solution(facts()),
    given: () => (beginningOf(step) ?? sourceOf(lesson, step).solution)(facts()),
    show: (part) => ui.prose(fill(part, blanks(lesson, step, at.lab, ui.lang))),
  };
  return at;
}
