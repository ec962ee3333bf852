import { match } from '../evidence/match.ts';
import type { Evidence, Subjects, Truth } from '../evidence/model.ts';
import type { Run } from './plan.ts';

/** What one real run left to be judged; `failed` says why there is nothing. */
export interface Result {
  run: Run;
  evidence: Evidence[];
  text: string;
  code: number | null;
  /** Ended by us: it would have gone on, or had shown what was asked. */
  timedOut: boolean;
  truth: Truth;
  subjects: Subjects;
  durationMs: number;
  provisionMs: number;
  failed: string | null;
}

/** Ended by itself, and the step's check lets what it printed pass. */
export const passes = ({ run, failed, durationMs, ...seen }: Result): boolean =>
  failed === null &&
  durationMs < run.timeoutMs &&
  run.step.kind !== 'question' &&
  match(run.step.expect, seen).kind === 'pass';
