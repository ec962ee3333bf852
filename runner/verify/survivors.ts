import { saysNo } from '../evidence/criteria/apart.ts';
import { match } from '../evidence/match.ts';
import type { MutantRun, StepPlan } from './plan.ts';
import { passes, type Result } from './result.ts';

/** How a step's check took scripts that lack a line. */
export interface Mutants {
  tried: number;
  /** The lines without which a script passes all the same. */
  survived: string[];
}

/** What a learner would be told of it: passed here, and not on the twin, where there is one. */
function isTakenForRight({ run }: MutantRun, results: ReadonlyMap<string, Result>): boolean {
  const here = results.get(run.key);
  if (!here || !passes(here)) return false;
  if (!run.onPass) return true;
  const there = results.get(run.onPass.key);
  const step = run.step;
  if (!there || there.failed !== null || there.durationMs >= run.onPass.timeoutMs || step.kind === 'question')
    return false;
  return saysNo(match(step.expect, there));
}

/** Judges the mutants of a step; null where none were planned. `faults` are in the codes of a step's. */
export function judgeMutants(
  { mutants }: StepPlan,
  results: ReadonlyMap<string, Result>,
): { mutants: Mutants; faults: string[]; failed: boolean } | null {
  if (!mutants) return null;
  const runs = [...mutants.each, ...(mutants.spare ? [mutants.spare] : [])];
  const broken = runs
    .flatMap(({ run }) => [run, ...(run.onPass ? [run.onPass] : [])])
    .flatMap(({ key }) => results.get(key)?.failed ?? []);
  const missing = runs.filter(({ run }) => !results.has(run.key));
  const survived = mutants.each.filter((m) => isTakenForRight(m, results)).map((m) => m.line);
  return {
    mutants: { tried: mutants.each.length, survived },
    failed: broken.length + missing.length > 0,
    faults: [
      ...broken.slice(0, 1).map((why) => `run: ${why}`),
      ...missing.slice(0, 1).map(({ line }) => `was not run without: ${line}`),
      ...survived.map((line) => `passes without: ${line}`),
      ...(mutants.spare && !isTakenForRight(mutants.spare, results) ? [`not spare: ${mutants.spare.line}`] : []),
    ],
  };
}
