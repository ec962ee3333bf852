import { append } from '../journal/events.ts';
import { ensureScript } from '../journal/scripts.ts';
import { beginningOf, type Lesson, type Step, sourceOf } from '../lesson/define.ts';
import { factsOf } from '../lesson/facts.ts';
import { fill, type Prose, type StepProse } from '../lesson/prose.ts';
import { offer, type Went } from './actions/action.ts';
import { actions } from './actions/index.ts';
import type { LabKeeper } from './lab-keeper.ts';
import { pictured } from './pictured.ts';
import { blanks } from './placeholders.ts';
import { hasPassed, progressOf, type StepAt, showStep } from './step-at.ts';
import type { Told } from './shell/own-shell.ts';
import { suggest } from './suggest.ts';
import type { Surroundings } from './surroundings.ts';

/** The key that shows all the others. */
const MORE = '?';

/** A walk through a lesson: what all its steps share. */
interface Way {
  lesson: Lesson;
  /** In the language of the moment. */
  prose(): Prose;
  labs: LabKeeper;
  around: Surroundings;
}

/** The learner at one step: it is shown, and keys are offered and done until one of them leads away. */
export async function takeStep(way: Way, index: number, cameFrom: number | null): Promise<Went> {
  const at = await arrive(way, index, cameFrom);
  await showStep(at);
  for (;;) {
    const had = hasPassed(at);
    at.progress = progressOf(at);
    // Ticked in the learner's own shell, it is explained here.
    if (!had && hasPassed(at)) at.unexplained = true;
    await at.around.shell.follow(at);
    const news = at.around.shell.news();
    const key = await pressed(at, news);
    if (key === null && news.aborted) {
      tell(at, news.reason);
      continue;
    }
    const action = key === null ? undefined : actions[key];
    if (!action) return 'quit';
    at.lab = await way.labs.need(at.step);
    const went = await action.act(at);
    if (went) return went;
  }
}

/** What came of a command in the learner's own shell, where it shows more than it could say there. */
function tell(at: StepAt, { name, outcome, evidence }: Told): void {
  const { ui, lab } = at;
  ui.print(`\n${ui.style.strong(name)}`);
  const [verdict = ''] = ui.outcome(outcome, lab.target.kube ? 'cluster' : 'machine');
  at.rest = outcome.kind === 'pass' ? ui.picture(evidence, pictured(lab), [verdict]) : [];
  ui.print(verdict);
}

/** A key of the line, or of the whole list that `?` shows and Esc leaves; null where there is news, too. */
async function pressed(at: StepAt, news: AbortSignal): Promise<string | null> {
  const { say, style } = at.ui;
  const initial = suggest(at);
  const { all, line } = offer(actions, at, initial);
  const every = [...all, { key: 'q', label: say('key.q') }];
  for (;;) {
    const key = await at.ui.keys(
      say(hasPassed(at) ? 'step.passed' : 'step.what-now'),
      [...line, { key: MORE, label: say('key.more') }],
      { initial, also: every, until: news },
    );
    if (key !== MORE) return key;
    const lacks = at.step.kind === 'question' ? null : at.around.shell.lacks(at);
    if (lacks) at.ui.print(style.dim(lacks));
    const chosen = await at.ui.choose(say('step.what-now'), every, { initial, back: MORE });
    if (chosen !== MORE) return chosen;
  }
}

async function arrive({ lesson, prose, labs, around }: Way, index: number, cameFrom: number | null): Promise<StepAt> {
  const step = lesson.steps[index] as Step;
  const id = { lesson: lesson.id, step: step.id };
  const words = (): StepProse => {
    const found = prose().steps.get(step.id);
    if (!found) throw new Error(`${lesson.id}: no prose for ${step.id}`);
    return found;
  };
  const { ui } = around;
  const script = step.kind === 'script' ? ensureScript(lesson.id, step.id, words().starter ?? '') : null;
  append({ type: 'shown', ...id });
  const facts = () => factsOf(at.lab, script === null ? undefined : () => script);
  const at: StepAt = {
    lesson,
    step,
    index,
    id,
    get words() {
      return words();
    },
    get diagnoses() {
      return prose().diagnoses;
    },
    script,
    around,
    ui,
    lab: await labs.need(step),
    progress: progressOf({ id, ui }),
    edited: null,
    seenBroken: false,
    refused: new Set(),
    unexplained: false,
    rest: [],
    cameFrom,
    printed: [],
    foretold: false,
    guess: null,
    tries: 0,
    titleOf: (other) => prose().steps.get(other)?.title ?? other,
    solution: () => sourceOf(lesson, step).solution(facts()),
    given: () => (beginningOf(step) ?? sourceOf(lesson, step).solution)(facts()),
    show: (part) => ui.prose(fill(part, blanks(lesson, step, at.lab, ui.lang))),
  };
  return at;
}
