import { release } from 'node:os';
import type { EnvironmentKind, ToolKind } from '../model/kinds.ts';
import type { Pace } from '../model/lab.ts';
import type { Lang } from '../words/index.ts';
import type { CriterionResult } from '../evidence/match.ts';
import type { StepReport, VerifyDocument } from '../../schemas/verify.ts';
import type { StepVerdict } from './judge.ts';

export type { StepReport, VerifyDocument as Document };

export interface Words {
  criterion(lang: Lang, result: CriterionResult): string;
}

export function machine(
  env: EnvironmentKind,
  pace: Pace,
  tools: Record<string, string | null>,
): VerifyDocument['machine'] {
  return { kernel: release(), arch: process.arch, node: process.versions.node, pace, env, tools };
}

/** Renders one verdict in one language. */
export function stepReport(
  verdict: StepVerdict,
  lang: Lang,
  env: EnvironmentKind,
  tool: { kind: ToolKind; version: string | null },
  words: Words,
  where: { file: string; line: number },
): StepReport {
  const { plan, outcome, control } = verdict;
  return {
    lesson: plan.lesson.id,
    step: plan.step.id,
    lang,
    env,
    tool: tool.kind,
    toolVersion: tool.version,
    outcome: outcome.kind,
    ok: verdict.ok,
    error: verdict.error,
    control: {
      workload: `${plan.lesson.workload}/${plan.control.variant}`,
      outcome: control.outcome.kind,
      criterion: control.criterion,
      events: control.events,
    },
    asWritten: verdict.asWritten,
    durationMs: verdict.durationMs,
    reasons: [...outcome.criteria.map((c) => words.criterion(lang, c)), ...verdict.faults],
    ...where,
  };
}
