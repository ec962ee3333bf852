import { describe, expect, it } from 'vitest';
import type { ScriptStep, Step } from '../../runner/lesson/define.ts';
import { judgeStep } from '../../runner/verify/judge.ts';
import { mutants } from '../../runner/verify/mutants.ts';
import { plan, type Run, type StepPlan } from '../../runner/verify/plan.ts';
import type { Result } from '../../runner/verify/result.ts';
import { command, lesson, mallocs, result, results } from './runs.ts';

const SCRIPT = `// what it is
BEGIN { say(); }

probe {
  count();
}
END { clear(); }
`;
const step = (more: object = {}): ScriptStep =>
  command({ kind: 'script', script: 'own.bt', spare: { 'END { clear(); }': 'at exit' }, ...more }) as ScriptStep;

describe('mutants', () => {
  it('are the script less a line that says something, one at a time', () => {
    const { each } = mutants(step(), SCRIPT);
    expect(each.map((m) => [m.at, m.line])).toEqual([
      [2, 'BEGIN { say(); }'],
      [4, 'probe {'],
      [5, 'count();'],
    ]);
    expect(each[2]?.text).toBe(SCRIPT.replace('  count();\n', ''));
  });
  it('and less all spare lines at once', () => {
    expect(mutants(step(), SCRIPT).spare?.text).toBe(SCRIPT.replace('END { clear(); }\n', ''));
    expect(mutants(step({ spare: undefined }), SCRIPT)).toMatchObject({ spare: null, each: { length: 4 } });
  });
  it('a spare line that is not there is a mistake', () => {
    expect(() => mutants(step({ spare: { 'END {}': '' } }), SCRIPT)).toThrow('own.bt has no line END {}');
  });
});

const planned = (of: Step, environment: 'host' | 'kind' = 'host') =>
  plan([lesson(of)], environment, 'real', { install: true, script: () => SCRIPT });

describe('their runs', () => {
  it('are at the fast pace, on the step’s lab, and on its twin only if they pass there', () => {
    const { runs } = planned(step());
    const own = runs.filter((r) => r.key.includes('without'));
    expect(own.map((r) => [r.key, r.variant, r.pace, r.onPass?.key, r.onPass?.variant])).toEqual(
      ['2', '4', '5', 'spare'].map((at) => [
        `03-calls/look/without:${at}`,
        'leaker',
        'fast',
        `03-calls/look/without:${at}:half-block`,
        'half-block',
      ]),
    );
    expect(own[2]?.script).toBe(SCRIPT.replace('  count();\n', ''));
  });
  it('have another twin where the step names one, and none where it has none', () => {
    const twin = (more: object) => planned(step(more)).runs.at(-1)?.onPass?.variant;
    expect([twin({ twin: 'slow' }), twin({ twin: null })]).toEqual(['slow', undefined]);
  });
  it('are none in a cluster, nor of other steps', () => {
    expect(planned(step(), 'kind').steps[0]?.mutants).toBeNull();
    expect(planned(command()).steps[0]?.mutants).toBeNull();
  });
});

describe('a step', () => {
  const of = planned(step()).steps[0] as StepPlan;
  const [line2, line4, line5] = (of.mutants?.each ?? []).map((m) => m.run) as [Run, Run, Run];
  const spare = of.mutants?.spare?.run as Run;
  const no = { evidence: mallocs(5, 512) };
  const judged = (...left: [Run | undefined, Partial<Result>][]) => {
    const all = results(of);
    const fallen: [Run, Partial<Result>][] = [line2, line4, line5].map((run) => [run, { evidence: [] }]);
    for (const [run, more] of [...fallen, [spare, {}] as const, [spare.onPass, no] as const, ...left])
      if (run) all.set(run.key, result(run, more));
    return judgeStep(of, all);
  };

  it('is in order where each falls, and the spare lines are spare', () => {
    expect(judged()).toMatchObject({ ok: true, faults: [], mutants: { tried: 3, survived: [] } });
  });
  it('is not where one passes, and is told no on the twin', () => {
    expect(judged([line5, {}], [line5.onPass, no])).toMatchObject({
      ok: false,
      faults: ['passes without: count();'],
      mutants: { tried: 3, survived: ['count();'] },
    });
  });
  it.each<[string, Partial<Result>]>([
    ['passes on the twin as well', {}],
    ['fails there on something else too', { evidence: mallocs(5, 512, 99) }],
    ['shows too little there', { evidence: mallocs(2) }],
    ['never ends there', { ...no, durationMs: 60_000, timedOut: true }],
  ])('one falls that passes, and %s', (_, there) => {
    expect(judged([line5, {}], [line5.onPass, there])).toMatchObject({ ok: true, mutants: { survived: [] } });
  });
  it('a line that is spare and matters is a fault', () => {
    expect(judged([spare, { evidence: [] }]).faults).toEqual(['not spare: END { clear(); }']);
    expect(judged([spare.onPass, {}]).faults).toEqual(['not spare: END { clear(); }']);
  });
  it('one that could not be run proves nothing', () => {
    expect(judged([line4, { failed: 'no compiler', evidence: [] }])).toMatchObject({
      ok: false,
      error: true,
      faults: ['run: no compiler'],
    });
  });
  it('one that was not run proves nothing', () => {
    const all = results(of);
    for (const run of [line2, line4]) all.set(run.key, result(run, { evidence: [] }));
    all.set(spare.key, result(spare));
    if (spare.onPass) all.set(spare.onPass.key, result(spare.onPass, no));
    expect(judgeStep(of, all)).toMatchObject({ error: true, faults: ['was not run without: count();'] });
  });
});
