import { release } from 'node:os';
import type { EnvironmentKind, ToolKind } from '../model/kinds.ts';
import type { Pace } from '../model/lab.ts';
import type { Lang } from '../words/index.ts';
import type { CriterionResult } from '../evidence/match.ts';
import type { StepReport, VerifyDocument } from '../../schemas/verify.ts';
import type { Lesson, Step } from '../lesson/define.ts';
import type { Notice } from '../evidence/model.ts';
import type { StepVerdict } from './judge.ts';

export type { StepReport, VerifyDocument as Document };

export interface Words {
  criterion(lang: Lang, result: CriterionResult): string;
  notice(lang: Lang, notice: Notice): string;
}

/** What the reports come to. What was left behind is one more failure. */
export function summaryOf(steps: readonly StepReport[], leftovers: readonly string[]): VerifyDocument['summary'] {
  const passed = steps.filter((s) => s.ok).length;
  const skipped = steps.filter((s) => s.skipped !== undefined).length;
  return { passed, failed: steps.length - passed - skipped + (leftovers.length > 0 ? 1 : 0), skipped };
}

export function machine(
  env: EnvironmentKind,
  pace: Pace,
  tools: Record<string, string | null>,
): VerifyDocument['machine'] {
  return { kernel: release(), arch: process.arch, node: process.versions.node, pace, env, tools };
}

/** Renders one verdict in one language. `retried`: what was wrong with the step the first time, where it was tried again. */
export function stepReport(
  verdict: StepVerdict,
  lang: Lang,
  env: EnvironmentKind,
  tool: { kind: ToolKind; version: string | null },
  words: Words,
  where: { file: string; line: number },
  retried: readonly string[] = [],
): StepReport {
  const { plan, outcome, control, notices } = verdict;
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
    begins: verdict.begins,
    mutants: verdict.mutants,
    retried: [...retried],
    durationMs: verdict.durationMs,
    notices: notices.map((n) => ({ code: n.code, detail: n.detail, text: words.notice(lang, n) })),
    reasons: [...outcome.criteria.map((c) => words.criterion(lang, c)), ...verdict.faults],
    ...where,
  };
}

/** A step that could not be run at all: skipped, or failed where everything is required. */
export function skippedReport(
  lesson: Lesson,
  step: Step,
  lang: Lang,
  env: EnvironmentKind,
  tool: { kind: ToolKind; version: string | null },
  why: string,
  required: boolean,
  where: { file: string; line: number },
): StepReport {
  return {
    lesson: lesson.id,
    step: step.id,
    lang,
    env,
    tool: tool.kind,
    toolVersion: tool.version,
    outcome: 'blocked',
    ok: false,
    error: true,
    ...(required ? {} : { skipped: why }),
    control: {
      workload: `${lesson.workload}/${step.control.variant}`,
      outcome: 'blocked',
      criterion: null,
      events: 0,
    },
    asWritten: [],
    begins: null,
    mutants: null,
    retried: [],
    notices: [],
    durationMs: 0,
    reasons: [why],
    ...where,
  };
}
