import * as z from 'zod';
import type { Reckon } from '../evidence/criteria/answer.ts';
import type { Criterion } from '../evidence/match.ts';
import type { Evidence } from '../evidence/model.ts';
import type { SumUnit } from '../evidence/sum.ts';
import { DEFAULT_ENVIRONMENT } from '../environments/index.ts';
import type { EnvironmentKind, ToolKind, ToolNames } from '../model/kinds.ts';
import { TOOLS } from '../tools/index.ts';
import type { Feature, KubeTarget, Lab, Word } from '../model/lab.ts';

/** What a step may know about the lab it runs in, and what each tool's programs are called there. */
export type LabFacts = OfLab & ToolNames;

interface OfLab {
  pid: Word;
  libc: string;
  healthPort: Word;
  metricsPort: Word;
  logFile: string;
  /** ms between two allocations at this lab's pace. */
  periodMs: number;
  blockBytes: number;
  /** Between two printouts of a script, ms. */
  tickMs: number;
  /** How long a run must last to see so many allocations, ms. */
  lasting(blocks: number): number;
  /** `sleep`'s argument for so many periods. */
  sleep(periods: number): string;
  /** The kernel that a lab on this host runs on, as `uname -r` says it; '' where that says nothing of the lab. */
  release: string;
  /** Where it is in Kubernetes; null on a host. Steps read it where the field's usual command is another one there. */
  kube: KubeFacts | null;
  typed: Lab['typed'];
  /** The path of a script under bpf/, or of the learner's own copy of it. */
  script(name: string): string;
}

type KubeFacts = { nodePid: Word } & Pick<
  KubeTarget,
  'namespace' | 'deployment' | 'pod' | 'node' | 'tools' | 'toolbox' | 'containerId'
>;

/**
 * What a step runs. `argv` is shown quoted, with sudo before it when elevated; `shell` is passed whole to `bash -c` and
 * says `sudo` itself where it needs it.
 */
export type Command = { argv: string[]; elevated: boolean } | { shell: string };

/** A command of the guide that a step treats, and what it really does, proven by `verify`. */
export interface GuideCommand {
  /** Its id in lessons/guide.yaml. */
  id: string;
  command: string;
  /** Where it can be typed as it stands; the default environment, unless it says otherwise. The same command may do another thing elsewhere. */
  in?: EnvironmentKind[];
  /** It installs packages: run before all else, and only with --yes or in CI. */
  installs?: true;
  /** Alternatives, by tool version: one of them must match what running it as written prints. */
  shows: { says: RegExp; ends: 'rejected' | 'runs'; when?: string }[];
}

/** What does not work in this lab, as the learner meets it: shown as {{broken}}, and what it prints is proven by `verify`. */
export interface Broken {
  command: (lab: LabFacts) => Command;
  /** As of a guide's command. */
  shows: GuideCommand['shows'];
}

/** A real run on which the step's check must say `wrong`, on the criterion it teaches. */
export interface Control {
  /** A variant of the workload. */
  variant: string;
  /** Another command than the solution, where the workload makes no difference. */
  run?: (lab: LabFacts) => Command;
}

/** A guess at what a run will show, which the learner may type before it. Its question is the section's {#predict}. */
export interface Prediction {
  unit: SumUnit;
  /** What the run showed; null where it doesn't tell. */
  seen: (evidence: readonly Evidence[]) => number | null;
  /** It is about another run, once the step has passed: the prose says which. */
  again?: true;
}

interface StepBase {
  id: string;
  reads: ToolKind;
  control: Control;
  /** The variant of the workload that the learner works on, where it is not the leaker as it is. */
  variant?: string;
  /** Kernel interfaces that the command needs, mounted for the lab where they are not. */
  requires?: Feature[];
  /** Where the tool's stand-in runs even if the tool itself could: reports name what ran. */
  byStandIn?: EnvironmentKind[];
  guide?: GuideCommand[];
  broken?: Broken;
  predict?: Prediction;
}

/** Type a command, look at what it prints. */
export interface CommandStep extends StepBase {
  kind: 'command';
  /** What the learner begins with and has to change, where that is not the solution: shown as {{starter}}. It does not pass as it stands. */
  starter?: (lab: LabFacts) => Command;
  solution: (lab: LabFacts) => Command;
  expect: Criterion[];
  /** A variant on which what passed is run as well, to be drawn beside it; it must not pass there. */
  twin?: string;
  /** What is drawn of the two, where that is not what is outstanding over time. */
  draws?: 'survival';
}

/** Run what is broken, say what is wrong, and only then repair it by hand, beginning with the broken command. */
export interface RepairStep extends StepBase {
  kind: 'repair';
  broken: Broken;
  /** What is wrong: one of the lesson's diagnoses. */
  diagnosis: string;
  /** The command repaired, which the check is on. */
  solution: (lab: LabFacts) => Command;
  expect: Criterion[];
}

/** Complete a script of one's own and run it. The starter is the `bt` fence of the step's section. */
export interface ScriptStep extends StepBase {
  kind: 'script';
  /** The finished script, under bpf/. */
  script: string;
  /**
   * The variant on which a script that passed is run as well, and must not pass; by default the control's. Null where a script
   * that is right sees nothing by which the two differ: then the lab itself holds what it must leave out.
   */
  twin?: string | null;
  /** Lines of the finished script that no check here can miss, with the reason; `verify` proves that, and that it misses all others. */
  spare?: Readonly<Record<string, string>>;
  solution: (lab: LabFacts) => Command;
  expect: Criterion[];
}

/** Answer from what this lab's own run of another step showed. */
export interface QuestionStep extends StepBase {
  kind: 'question';
  /** The step whose evidence holds the answer. */
  from: string;
  reckon: Reckon;
}

/** A step that runs something of its own. */
export type RunStep = CommandStep | ScriptStep | RepairStep;

/** The command that the learner begins with; null where it is the solution as it stands. */
export const beginningOf = (step: Step): ((lab: LabFacts) => Command) | null =>
  step.kind === 'repair' ? step.broken.command : step.kind === 'command' ? (step.starter ?? null) : null;

/** The step whose command a step rests on: itself, or the one that a question asks about. */
export function sourceOf(lesson: Lesson, step: Step): RunStep {
  const source = step.kind === 'question' ? lesson.steps.find((s) => s.id === step.from) : step;
  if (!source || source.kind === 'question') throw new Error(`${lesson.id}/${step.id}: no run to ask about`);
  return source;
}

/** The variant on which what passed is run as well and must not pass; null for a step that has none. */
export const twinOf = (step: Step): string | null => {
  if (step.kind === 'command') return step.twin ?? null;
  return step.kind !== 'script' ? null : step.twin === undefined ? step.control.variant : step.twin;
};

/** The variant of the workload that a step's lab runs. */
export const variantOf = (lesson: Lesson, step: Step): string => sourceOf(lesson, step).variant ?? 'leaker';

export type Step = RunStep | QuestionStep;

export interface Lesson {
  id: string;
  minutes: number;
  workload: string;
  needs: ToolKind[];
  /**
   * What may be wrong, by id, in the order that each of its repair steps offers them in; the words are in the prose's
   * frontmatter. The sign is what a tool shows where it is that: in the broken run of such a step, and in no other's.
   */
  diagnoses?: Readonly<Record<string, RegExp>>;
  steps: Step[];
}

/** The ids of all that may be wrong, as they are offered. */
export const diagnosesOf = ({ diagnoses = {} }: Lesson): string[] => Object.keys(diagnoses);

/** The guide's commands that can be typed in this environment. */
export const guideIn = (step: Step, environment: EnvironmentKind): GuideCommand[] =>
  (step.guide ?? []).filter((g) => (g.in ?? [DEFAULT_ENVIRONMENT]).includes(environment));

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const shape = z.strictObject({
  id: z.string().regex(/^\d\d-[a-z0-9]+(-[a-z0-9]+)*$/),
  minutes: z.int().min(1).max(90),
  workload: id,
  needs: z.array(z.enum(TOOLS)).min(1),
  diagnoses: z.record(id, z.instanceof(RegExp)).optional(),
  steps: z.array(z.looseObject({ id, control: z.strictObject({ variant: id, run: z.any().optional() }) })).min(1),
});

/**
 * Declares a lesson. Wrong shapes throw with what is wrong and where: ids twice, no control, not exactly one criterion
 * that is taught, a question about a step that isn't there.
 */
export function defineLesson(lesson: Lesson): Lesson {
  const parsed = shape.safeParse(lesson);
  if (!parsed.success) throw new Error(`${lesson.id}: ${z.prettifyError(parsed.error)}`);
  const seen = new Set<string>();
  for (const step of lesson.steps) {
    if (seen.has(step.id)) throw new Error(`${lesson.id}: two steps are called ${step.id}`);
    if (step.kind === 'question') {
      if (!seen.has(step.from))
        throw new Error(`${lesson.id}/${step.id}: asks about ${step.from}, which is no earlier step`);
      if (step.predict) throw new Error(`${lesson.id}/${step.id}: a question runs nothing that could be predicted`);
      if (lesson.steps.some((s) => s.id === step.from && s.kind === 'question'))
        throw new Error(`${lesson.id}/${step.id}: asks about ${step.from}, which runs nothing`);
    } else if (step.kind === 'repair' && !diagnosesOf(lesson).includes(step.diagnosis)) {
      throw new Error(`${lesson.id}/${step.id}: ${step.diagnosis} is none of the lesson's diagnoses`);
    } else if (step.expect.filter((c) => c.teaches).length !== 1) {
      throw new Error(`${lesson.id}/${step.id}: mark exactly one criterion as the one it teaches`);
    }
    seen.add(step.id);
  }
  return lesson;
}
