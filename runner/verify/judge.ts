import { rightAnswer } from '../evidence/criteria/answer.ts';
import { teaches } from '../evidence/criteria/define.ts';
import { match, type Outcome } from '../evidence/match.ts';
import type { Evidence, Notice } from '../evidence/model.ts';
import { type Begins, judgeBegins } from './begins.ts';
import type { StepPlan } from './plan.ts';
import type { Result } from './result.ts';
import { judgeMutants, type Mutants } from './survivors.ts';

/** What verify says of one step. `ok` only when all of it was observed. */
export interface StepVerdict {
  plan: StepPlan;
  ok: boolean;
  outcome: Outcome;
  again: Outcome;
  control: { outcome: Outcome; criterion: string | null; events: number; valid: boolean };
  asWritten: { id: string; ok: boolean; saw: string }[];
  begins: Begins | null;
  mutants: Mutants | null;
  durationMs: number;
  /** Something could not be run, or not be judged: an error, where wrong evidence is a failure. */
  error: boolean;
  /** Of a step that is not ok: what the tool said of itself in the first run that did not pass. */
  notices: Notice[];
  /** Codes of what is wrong with the step, for the report's words. */
  faults: string[];
}

/** A control says something only if it saw something: three events, or a snapshot that is not empty. */
const MIN_EVENTS = 3;

/** Judges a step from its runs: solution passes twice, control is wrong on the criterion taught, the guide does as told. */
export function judgeStep(plan: StepPlan, results: ReadonlyMap<string, Result>): StepVerdict {
  const first = results.get(plan.solutions[0].key);
  const second = results.get(plan.solutions[1].key);
  const control = results.get(plan.control.key);
  const outcome = outcomeOf(plan, first, first);
  const again = outcomeOf(plan, second, second);
  const controlOutcome = outcomeOf(plan, control, first);
  const taught = controlOutcome.criteria.find((c) => c.teaches);
  const events = countEvents(control?.evidence ?? []);
  const valid =
    controlOutcome.kind === 'wrong' &&
    taught?.state === 'unmet' &&
    events >= MIN_EVENTS &&
    !strangerOnly(controlOutcome);
  const asWritten = plan.asWritten.map(({ guide, run }) => {
    const result = results.get(run.key);
    const text = result?.text ?? '';
    const hit = guide.shows.find(
      (s) => s.says.test(text) && (s.ends === 'rejected') === (result?.code !== 0 && !result?.timedOut),
    );
    return {
      id: guide.id,
      ok: hit !== undefined,
      saw: hit ? (hit.says.exec(text)?.[0] ?? '') : text.trim().slice(0, 200),
    };
  });
  const beginning = plan.begins ? [results.get(plan.begins.key)] : [];
  const failed = [first, second, control, ...beginning, ...plan.asWritten.map((g) => results.get(g.run.key))].find(
    (r) => r && r.failed !== null,
  );
  const lacking = judgeMutants(plan, results);
  const begins = judgeBegins(plan, results, outcome);
  const faults = [
    ...(failed ? [`run: ${failed.failed}`] : []),
    ...(outcome.kind === 'pass' ? [] : [`solution: ${outcome.kind}`]),
    ...(again.kind === 'pass' ? [] : [`second run: ${again.kind}`]),
    ...(valid ? [] : [`control: ${controlOutcome.kind}, ${events} events`]),
    ...asWritten.filter((g) => !g.ok).map((g) => `guide ${g.id}: ${g.saw || 'nothing'}`),
    ...(begins?.faults.map((fault) => `begins: ${fault}`) ?? []),
    ...(lacking?.faults ?? []),
  ];
  return {
    plan,
    ok: faults.length === 0,
    outcome,
    again,
    control: { outcome: controlOutcome, criterion: taught?.id ?? null, events, valid },
    asWritten,
    begins: begins?.begins ?? null,
    mutants: lacking?.mutants ?? null,
    durationMs: (first?.durationMs ?? 0) + (control?.durationMs ?? 0) + (second?.durationMs ?? 0),
    error:
      failed !== undefined ||
      (lacking?.failed ?? false) ||
      [outcome, again, controlOutcome].some(({ kind }) => kind === 'broken' || kind === 'blocked'),
    notices: faults.length === 0 ? [] : telling([outcome, again, ...(valid ? [] : [controlOutcome])]),
    faults,
  };
}

/** Of the first that did not pass and says anything, one of a kind. */
function telling(outcomes: Outcome[]): Notice[] {
  const { notices = [] } = outcomes.find((o) => o.kind !== 'pass' && o.notices.length > 0) ?? {};
  return notices.filter((n, i, all) => all.findIndex((m) => m.code === n.code) === i).slice(0, 3);
}

/** A question's control is the answer that its evidence gives, handed in for the leaker's. */
function outcomeOf(plan: StepPlan, result: Result | undefined, asked: Result | undefined): Outcome {
  const broken: Outcome = { kind: 'broken', criteria: [], notices: [] };
  const { step } = plan;
  if (!result || result.failed !== null) return broken;
  if (step.kind !== 'question') return match(step.expect, result);
  if (!asked || asked.failed !== null) return broken;
  const right = step.reckon(result.evidence, result.truth, result.subjects);
  if (right === null) return match([teaches(rightAnswer(step.reckon))], asked);
  return match([teaches(rightAnswer(step.reckon))], { ...asked, answer: String(right.value) });
}

/** A pid mismatch proves nothing about the criterion that is taught. */
const strangerOnly = (outcome: Outcome): boolean =>
  outcome.criteria.some((c) => (c.id === 'own-process' || c.id === 'own-container') && c.state === 'unmet');

function countEvents(evidence: readonly Evidence[]): number {
  let n = 0;
  for (const e of evidence) {
    // One line of sums is as many events as it sums up.
    if (e.kind === 'requests') n += e.blocks;
    else if (e.kind === 'snapshot') n += e.sites.length > 0 ? MIN_EVENTS : 0;
    else if (e.kind !== 'notice' && e.kind !== 'subject') n++;
  }
  return n;
}
