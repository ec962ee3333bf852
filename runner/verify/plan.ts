import type { EnvironmentKind } from '../model/kinds.ts';
import type { Pace } from '../model/lab.ts';
import {
  beginningOf,
  type Command,
  type GuideCommand,
  guideIn,
  type LabFacts,
  type Lesson,
  type ScriptStep,
  type Step,
  sourceOf,
  twinOf,
  variantOf,
} from '../lesson/define.ts';
import { type Mutant, mutants } from './mutants.ts';

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
  /** The text of the script that the command is given, where it is not the finished one. */
  script?: string;
  /** Another pace than that of all. */
  pace?: Pace;
  /** By which its lab is drawn, where it is. */
  seed?: number;
  /** Run where the step's check lets this one pass, which is ended as soon as it does. */
  onPass?: Run;
}

/** A script that lacks a line, run where the step is and, if it passes there, on the step's twin. */
export interface MutantRun {
  line: string;
  run: Run;
}

/** What is needed to judge one step. */
export interface StepPlan {
  lesson: Lesson;
  step: Step;
  control: Run;
  solutions: [Run, Run];
  /** Commands that are no solution, and what each must print: the guide's, and what is broken in this lab. */
  asWritten: { guide: Pick<GuideCommand, 'id' | 'shows'>; run: Run }[];
  /** What the learner has to change or repair, as it stands; null where they begin with the solution. */
  begins: Run | null;
  /** The finished script less a line at a time, and less its spare ones; null where there is none, or none is tried. */
  mutants: { each: MutantRun[]; spare: MutantRun | null } | null;
}

/** A run that takes longer than this hangs, ms. Three times what the slowest lesson needs at its pace. */
const limit = (pace: Pace): number => (pace === 'fast' ? 45_000 : 600_000);
/** How long the guide's own commands are watched, ms: most never end, and beside other tracers they are slow to start. */
const GUIDE_MS = 20_000;
/** So many seeds on, a lab that is drawn is of another class than the first: `draws` in workload.yaml is in that order. */
const OTHER_CLASS = 2;
/** A package manager that is ended half-way leaves something half-way. */
const INSTALL_MS = 300_000;
/** A script without the line that ends it never ends: it is ended so late that any other has ended before, ms. */
const MUTANT_MS = 12_000;

/**
 * Plans every run that the lessons need, each key once. Without `install`, commands that install are not run. `script` reads
 * a finished script, to try what it is without each of its lines: on a host, since no line means another thing elsewhere, and at
 * the fast pace, for the same reason.
 */
export function plan(
  lessons: Lesson[],
  environment: EnvironmentKind,
  pace: Pace,
  { install, script, seed }: { install: boolean; script?: (name: string) => string; seed?: number },
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
      const run = (name: string, variant: string, command = source.solution, another = 0): Run =>
        add({
          key: `${lesson.id}/${source.id}/${name}`,
          lesson,
          step: source,
          variant,
          command,
          alone: false,
          timeoutMs: limit(pace),
          ...(seed === undefined ? {} : { seed: seed + another }),
        });
      const custom = step.control.run;
      const broken = step.broken ? run('broken', variant, step.broken.command) : null;
      const beginning = beginningOf(step);
      const lacking = (mutant: Mutant, step: ScriptStep): MutantRun => {
        const key = `${lesson.id}/${step.id}/without:${mutant.at === 0 ? 'spare' : mutant.at}`;
        const twin = twinOf(step);
        const base = {
          lesson,
          step,
          command: step.solution,
          alone: false,
          timeoutMs: mutant.at === 0 ? limit('fast') : MUTANT_MS,
          script: mutant.text,
          pace: 'fast',
        } as const;
        const onPass = twin === null ? {} : { onPass: { ...base, key: `${key}:${twin}`, variant: twin } };
        return { line: mutant.line, run: add({ ...base, key, variant, ...onPass }) };
      };
      return {
        lesson,
        step,
        control: run(
          `control:${step.control.variant}${custom ? `:${step.id}` : ''}`,
          step.control.variant,
          custom,
          OTHER_CLASS,
        ),
        solutions: [run('first', variant), run('second', variant, source.solution, 1)],
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
          ...(step.broken && broken
            ? [{ guide: { id: `${step.id}-broken`, shows: step.broken.shows }, run: broken }]
            : []),
        ],
        begins: step.kind === 'repair' ? broken : beginning && run('starter', variant, beginning),
        mutants:
          step.kind === 'script' && script && environment === 'host'
            ? lackingLines(mutants(step, script(step.script)), (mutant) => lacking(mutant, step))
            : null,
      };
    }),
  );
  return { steps, runs: [...runs.values()].sort((a, b) => Number(b.alone) - Number(a.alone)) };
}

/** All runs that a step is judged by, but for those that change the machine. */
export const runsOf = ({ control, solutions, asWritten, begins, mutants }: StepPlan): Run[] =>
  [
    ...solutions,
    control,
    ...asWritten.map(({ run }) => run),
    ...(begins ? [begins] : []),
    ...[...(mutants?.each ?? []), ...(mutants?.spare ? [mutants.spare] : [])].map(({ run }) => run),
  ].filter(({ alone }) => !alone);

const lackingLines = ({ each, spare }: ReturnType<typeof mutants>, run: (mutant: Mutant) => MutantRun) => ({
  each: each.map(run),
  spare: spare && run(spare),
});

/** The guide's command with its blanks filled and nothing else changed. */
export const asWritten = (guide: GuideCommand, lab: LabFacts): Command => ({
  shell: guide.command.replaceAll('<pid>', String(lab.pid)).replaceAll('<pod-name>', lab.kube?.pod ?? '<pod-name>'),
});
