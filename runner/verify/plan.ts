import type { EnvironmentKind } from '../model/kinds.ts';
import type { Pace } from '../model/lab.ts';
import {
  type Command,
  type GuideCommand,
  guideIn,
  type LabFacts,
  type Lesson,
  type Step,
  sourceOf,
  variantOf,
} from '../lesson/define.ts';

/** One real run: a fresh lab of this variant, one command in it. Steps that ask about one another share runs. */
export interface Run {
  key: string;
  lesson: Lesson;
  /** The step whose tool reads it. */
  step: Step;
  variant: string;
  command: (lab: LabFacts) => Command;
  /** It changes the machine that the others run on: before them, and by itself. */
  alone: boolean;
  /** Ends a command as soon as it has printed one of these. */
  until?: RegExp[];
  /** Ends a command that would run for ever, ms; the guide's do. */
  timeoutMs: number;
}

/** What is needed to judge one step. */
export interface StepPlan {
  lesson: Lesson;
  step: Step;
  control: Run;
  solutions: [Run, Run];
  /** Commands that are no solution, and what each must print: the guide's, and what is broken in this lab. */
  asWritten: { guide: Pick<GuideCommand, 'id' | 'shows'>; run: Run }[];
}

/** A run that takes longer than this hangs, ms. Three times what the slowest lesson needs at its pace. */
const limit = (pace: Pace): number => (pace === 'fast' ? 45_000 : 600_000);
/** How long the guide's own commands are watched, ms: most never end, and beside other tracers they are slow to start. */
const GUIDE_MS = 20_000;
/** A package manager that is ended half-way leaves something half-way. */
const INSTALL_MS = 300_000;

/** Plans every run that the lessons need, each key once. Without `install`, commands that install are not run. */
export function plan(
  lessons: Lesson[],
  environment: EnvironmentKind,
  pace: Pace,
  { install }: { install: boolean },
): { steps: StepPlan[]; runs: Run[] } {
  const runs = new Map<string, Run>();
  const add = (run: Run): Run => {
    const known = runs.get(run.key);
    if (known) return known;
    runs.set(run.key, run);
    return run;
  };
  const steps = lessons.flatMap((lesson) =>
    lesson.steps.map((step): StepPlan => {
      // A question is answered from the step it asks about: that one's command is what runs.
      const source = sourceOf(lesson, step);
      const variant = variantOf(lesson, step);
      const run = (name: string, variant: string, command = source.solution): Run =>
        add({
          key: `${lesson.id}/${source.id}/${name}`,
          lesson,
          step: source,
          variant,
          command,
          alone: false,
          timeoutMs: limit(pace),
        });
      const custom = step.control.run;
      return {
        lesson,
        step,
        control: run(`control:${step.control.variant}${custom ? `:${step.id}` : ''}`, step.control.variant, custom),
        solutions: [run('first', variant), run('second', variant)],
        asWritten: [
          ...guideIn(step, environment)
            .filter((guide) => install || !guide.installs)
            .map((guide) => ({
              guide,
              run: add({
                key: `${lesson.id}/${step.id}/guide:${guide.id}`,
                lesson,
                step: source,
                variant,
                command: (lab) => asWritten(guide, lab),
                alone: guide.installs ?? false,
                ...(guide.installs ? {} : { until: guide.shows.filter((s) => s.ends === 'runs').map((s) => s.says) }),
                timeoutMs: guide.installs ? INSTALL_MS : GUIDE_MS,
              }),
            })),
          ...(step.broken
            ? [
                {
                  guide: { id: `${step.id}-broken`, shows: step.broken.shows },
                  run: add({
                    key: `${lesson.id}/${step.id}/broken`,
                    lesson,
                    step: source,
                    variant,
                    command: step.broken.command,
                    alone: false,
                    timeoutMs: limit(pace),
                  }),
                },
              ]
            : []),
        ],
      };
    }),
  );
  return { steps, runs: [...runs.values()].sort((a, b) => Number(b.alone) - Number(a.alone)) };
}

/** The guide's command with its blanks filled and nothing else changed. */
export const asWritten = (guide: GuideCommand, lab: LabFacts): Command => ({
  shell: guide.command.replaceAll('<pid>', String(lab.pid)).replaceAll('<pod-name>', lab.kube?.pod ?? '<pod-name>'),
});
