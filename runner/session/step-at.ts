import { evidenceFor } from '../journal/passed-transcript.ts';
import type { Spool } from '../journal/transcripts.ts';
import { keyOf, progressNow, type StepProgress } from '../journal/progress.ts';
import type { Command, Lesson, Step } from '../lesson/define.ts';
import type { Prose, StepProse } from '../lesson/prose.ts';
import type { Lab } from '../model/lab.ts';
import { equip } from './equip.ts';
import type { Surroundings } from './surroundings.ts';
import type { Ui } from './ui.ts';

/** A learner at a step: what every key's action knows. */
export interface StepAt {
  lesson: Lesson;
  step: Step;
  /** The step's place in its lesson, from 0. */
  index: number;
  /** What the journal calls the step. */
  id: { lesson: string; step: string };
  readonly words: StepProse;
  /** How the lesson's diagnoses are called, and what would be seen if it were one of them. */
  readonly diagnoses: Prose['diagnoses'];
  /** The learner's own copy of the script, where the step is about one. */
  script: string | null;
  around: Surroundings;
  ui: Ui;
  /** Up, and the variant that the step is about: looked at anew at each key. */
  lab: Lab;
  /** Where the learner stood when the keys were offered. */
  progress: StepProgress | undefined;
  /** The command as the learner left it; null as long as it is the one given. */
  edited: string | null;
  /** What is broken was run in this visit. */
  seenBroken: boolean;
  /** What was said to be wrong in this visit, and is not. */
  refused: Set<string>;
  /** It passed in this visit, and what that means has not been shown yet. */
  unexplained: boolean;
  /** Of the last run's picture, what had no room on the screen. */
  rest: string[];
  /** The question that the learner jumped here from, by its index. */
  cameFrom: number | null;
  /** What the last run of this visit printed, and after it what the twin did; none before the first. */
  printed: readonly Spool[];
  /** Whether a guess was asked for in this visit, and what is still to be held against a run. */
  foretold: boolean;
  guess: string | null;
  /** How often something was tried in this visit. */
  tries: number;
  /** The title of a step of this lesson. */
  titleOf(step: string): string;
  /** The reference solution in this lab; a question's is that of the step it asks about. */
  solution(): Command;
  /** What is run here as long as the learner has changed nothing: the solution, or what they begin with instead. */
  given(): Command;
  /** Shows a part of the prose, filled with what the lab has. */
  show(part: string): Promise<void>;
}

/** Where the learner stands with the step by now. */
export const progressOf = ({ id, ui }: Pick<StepAt, 'id' | 'ui'>): StepProgress | undefined =>
  progressNow(ui.lang).get(keyOf(id.lesson, id.step));

/** Whether it was said what is wrong here; of what has passed there is nothing left to say. */
export const isDiagnosed = (at: Pick<StepAt, 'progress'>): boolean => hasPassed(at) || at.progress?.diagnosed === true;

export const hasPassed = ({ progress }: Pick<StepAt, 'progress'>): boolean => progress?.state === 'passed';

/** Shows what the step is about. */
export async function showStep(at: StepAt): Promise<void> {
  const { lesson, step, index, words, lab, ui, titleOf, show } = at;
  const { say, style } = ui;
  ui.print(`\n${style.strong(`${index + 1}/${lesson.steps.length}  ${words.title}`)}`);
  await show(words.body);
  if (words.repair !== null && isDiagnosed({ progress: progressOf(at) })) await show(words.repair);
  if (step.kind === 'question' && !evidenceFor(lesson.id, step.from, lab))
    ui.print(style.dim(say('step.no-run', { from: titleOf(step.from) })));
}

/** Makes sure that what the step runs works here: the tool, and the kernel's interfaces. */
export async function prepare({ step, lab, around }: StepAt): Promise<void> {
  await around.ready(step);
  await equip(lab, around.tools[step.reads], step);
}
