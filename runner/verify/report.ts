import { release } from 'node:os';
import type { EnvironmentKind, Pace } from '../environments/axis.ts';
import type { Lang } from '../lesson/prose.ts';
import type { CriterionResult } from '../evidence/match.ts';
import type { StepVerdict } from './judge.ts';

/** One step in one language, as published in schemas/verify.schema.json. */
export interface StepReport {
  lesson: string;
  step: string;
  lang: Lang;
  env: EnvironmentKind;
  tool: string;
  toolVersion: string | null;
  outcome: string;
  ok: boolean;
  control: { workload: string; outcome: string; criterion: string | null; events: number };
  asWritten: { id: string; ok: boolean; saw: string }[];
  durationMs: number;
  reasons: string[];
  /** Where the step's prose begins. */
  file: string;
  line: number;
}

export interface Document {
  schema: 'ebpf-workshop/verify/1';
  summary: { passed: number; failed: number; skipped: number };
  machine: { kernel: string; arch: string; node: string; pace: Pace; env: EnvironmentKind; tools: Record<string, string | null> };
  timings: { totalMs: number; provisionMs: number; runs: number };
  leftovers: string[];
  steps: StepReport[];
}

export interface Words {
  criterion(lang: Lang, result: CriterionResult): string;
}

export function machine(env: EnvironmentKind, pace: Pace, tools: Record<string, string | null>): Document['machine'] {
  return { kernel: release(), arch: process.arch, node: process.versions.node, pace, env, tools };
}

/** Renders one verdict in one language. */
export function stepReport(
  verdict: StepVerdict,
  lang: Lang,
  env: EnvironmentKind,
  toolVersion: string | null,
  words: Words,
  where: { file: string; line: number },
): StepReport {
  const { plan, outcome, control } = verdict;
  return {
    lesson: plan.lesson.id,
    step: plan.step.id,
    lang,
    env,
    tool: plan.step.reads,
    toolVersion,
    outcome: outcome.kind,
    ok: verdict.ok,
    control: { workload: `${plan.lesson.workload}/${plan.control.variant}`, outcome: control.outcome.kind, criterion: control.criterion, events: control.events },
    asWritten: verdict.asWritten,
    durationMs: verdict.durationMs,
    reasons: [...outcome.criteria.map((c) => words.criterion(lang, c)), ...verdict.faults],
    ...where,
  };
}
