import type { Environment } from '../model/environment.ts';
import { type Attempted, record } from '../journal/attempts.ts';
import { withTwin } from '../evidence/criteria/apart.ts';
import type { Outcome } from '../evidence/match.ts';
import type { Evidence } from '../evidence/model.ts';
import { twinOf } from '../lesson/define.ts';
import { check } from './attempt.ts';
import { inWords, onceDiagnosed } from './diagnosis.ts';
import { pictured } from './pictured.ts';
import { compared } from './predict.ts';
import { isDiagnosed, type StepAt } from './step-at.ts';
import { runOnTwin, type TwinRun, twinName } from './twin.ts';

/** What there is to judge an attempt by. */
interface Seen extends Pick<Attempted, 'spool' | 'source' | 'answer'> {
  evidence: readonly Evidence[];
}

/** Checks an attempt, writes it down and tells what it came to; what it meant is shown when it is asked for. */
export async function conclude(at: StepAt, { evidence, ...seen }: Seen): Promise<void> {
  const { lesson, step, lab, ui } = at;
  at.tries++;
  const here = onceDiagnosed(step, await check(step, lab, evidence, seen.answer), isDiagnosed(at));
  const { outcome, twin } = await judged(at, here, seen.source);
  record({ lesson, step, lab, outcome, ...seen });
  const passed = outcome.kind === 'pass';
  // A question's words name the step that it asks about, which the check does not know.
  const asked = step.kind === 'question' ? { from: at.titleOf(step.from) } : {};
  const criteria = inWords(outcome.criteria, at).map((c) => ({ ...c, seen: { ...asked, ...c.seen } }));
  if (twin) compare(at, evidence, twin);
  const guess = seen.source === 'run' ? compared(at, evidence, outcome) : null;
  const told = [
    '',
    ...ui.outcome({ ...outcome, criteria }, at.around.environment.site),
    ...(guess === null ? [] : [guess]),
  ];
  at.rest = !twin && passed && seen.source === 'run' ? ui.picture(evidence, pictured(lab), told) : [];
  for (const line of told) ui.print(line);
  at.unexplained ||= passed;
}

/** A script that passed is held against the step's twin, which only a run of ours can do: what was pasted shows one service. */
async function judged(
  at: StepAt,
  outcome: Outcome,
  source: Seen['source'],
): Promise<{ outcome: Outcome; twin: TwinRun | null }> {
  const on = twinOf(at.step);
  if (on === null || outcome.kind !== 'pass') return { outcome, twin: null };
  const twin = source === 'run' ? await runOnTwin(at, on) : null;
  return { outcome: withTwin(outcome, twin ?? { on, outcome: null }), twin };
}

/** Both runs side by side, and what the check says of the twin's. */
export function compare(
  {
    around,
    lab,
    ui,
    step,
  }: Pick<StepAt, 'lab' | 'ui'> & { step?: StepAt['step'] } & { around: { environment: Pick<Environment, 'site'> } },
  evidence: readonly Evidence[],
  twin: TwinRun,
): void {
  const name = twinName(ui.say, twin.on);
  const as = step?.kind === 'command' ? step.draws : undefined;
  const ours = ui.say('twin.ours', { pid: lab.target.pid });
  ui.compare({ name: ours, evidence, as }, { name, evidence: twin.evidence, as });
  ui.print(`\n${ui.say('twin.check', { on: name })}`);
  // Why it does not pass there is what is to be seen.
  const unmet = twin.outcome.criteria.filter((c) => c.state !== 'met');
  const criteria = unmet.length > 0 ? unmet : twin.outcome.criteria;
  for (const line of ui.outcome({ ...twin.outcome, criteria }, around.environment.site).slice(1)) ui.print(line);
}
