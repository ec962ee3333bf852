import { describe, expect, it } from 'vitest';
import type { Lesson, Step } from '../../runner/lesson/define.ts';
import { judgeStep } from '../../runner/verify/judge.ts';
import { plan, type StepPlan } from '../../runner/verify/plan.ts';
import type { Result } from '../../runner/verify/result.ts';
import { command, lesson, mallocs, result, results } from './runs.ts';

const starter = () => ({ argv: ['trace', 'nobody'], elevated: true });
const broken = { command: starter, shows: [{ says: /nobody there/, ends: 'rejected' as const }] };
const repair = (more: object = {}): Step => command({ kind: 'repair', diagnosis: 'nobody', broken, ...more });
const SIGNS = { deaf: /hears nothing/, nobody: /nobody there/, spare: /spare part/ };

const plannedFor = (step: Step, diagnoses: Lesson['diagnoses'] = SIGNS): StepPlan =>
  plan([{ ...lesson(step), diagnoses }], 'host', 'fast', { install: true }).steps[0] as StepPlan;
/** Judged with what the first command of the learner's left. */
const judged = (step: StepPlan, began: Partial<Result>) => {
  const all = results(step, { guide: [began] });
  if (step.begins) all.set(step.begins.key, result(step.begins, began));
  return judgeStep(step, all);
};
const LEFT = { evidence: [], text: 'nobody there\n', code: 1 };

describe('a command to be changed', () => {
  it('is run as it stands, and must not pass', () => {
    const step = plannedFor(command({ starter }), undefined);
    expect(judged(step, { evidence: mallocs(5, 512) })).toMatchObject({
      ok: true,
      begins: { outcome: 'wrong', diagnosed: null },
    });
    expect(judged(step, {})).toMatchObject({ ok: false, faults: ['begins: passes as it stands'] });
  });
  it('is none where one begins with the solution', () =>
    expect(judged(plannedFor(command(), undefined), {})).toMatchObject({ ok: true, begins: null }));
});

describe('what is broken', () => {
  it('shows the sign of what is wrong, and is run once for all that is said of it', () => {
    const step = plannedFor(repair());
    expect(step.begins?.key).toBe(step.asWritten[0]?.run.key);
    expect(judged(step, LEFT)).toMatchObject({ ok: true, faults: [], begins: { diagnosed: 'nobody' } });
  });
  it.each<[string, Partial<Result>, string[]]>([
    ['works', { ...LEFT, evidence: mallocs(5) }, ['begins: passes as it stands']],
    ['looks like something else, too', { ...LEFT, text: 'nobody there: hears nothing' }, ['begins: a sign of deaf']],
    ['shows another thing', { ...LEFT, text: 'spare part' }, ['begins: no sign of nobody', 'begins: a sign of spare']],
  ])('that %s is a fault', (_, began, faults) => {
    const verdict = judged(plannedFor(repair()), began);
    expect(verdict.ok).toBe(false);
    expect(verdict.faults.filter((f) => f.startsWith('begins'))).toEqual(faults);
  });
  it('whose repair does not pass is no repair', () => {
    const step = plannedFor(repair());
    const all = results(step, { first: { evidence: mallocs(5, 512) }, guide: [LEFT] });
    expect(judgeStep(step, all).faults).toContain('begins: diagnosis nobody: wrong');
  });
});
