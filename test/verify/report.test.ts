import { release } from 'node:os';
import { describe, expect, it } from 'vitest';
import { judgeStep } from '../../runner/verify/judge.ts';
import type { StepPlan } from '../../runner/verify/plan.ts';
import { machine, skippedReport, stepReport, summaryOf } from '../../runner/verify/report.ts';
import { command, mallocs, planned, results } from './runs.ts';

const look = planned(command({ guide: [{ id: 'all', command: 'x', shows: [{ says: /PID \d+/, ends: 'runs' }] }] }))
  .steps[0] as StepPlan;
const words = {
  criterion: (lang: string, { id, state }: { id: string; state: string }) => `${lang} ${id} ${state}`,
  notice: (lang: string, { code, detail }: { code: string; detail: string }) => `${lang} ${code} ${detail}`,
};
const where = { file: 'lessons/03-calls/ko.md', line: 12 };
const reported = (left: Parameters<typeof results>[1], lang: 'ko' | 'en' = 'ko') =>
  stepReport(judgeStep(look, results(look, left)), lang, 'host', { kind: 'bpftrace', version: '0.23.2' }, words, where);
const guide = [{ text: 'PID 12\n' }];

describe('a step’s report', () => {
  it('says all that was seen of it', () => {
    expect(reported({ guide })).toEqual({
      lesson: '03-calls',
      step: 'look',
      lang: 'ko',
      env: 'host',
      tool: 'bpftrace',
      toolVersion: '0.23.2',
      outcome: 'pass',
      ok: true,
      error: false,
      control: { workload: 'small/half-block', outcome: 'wrong', criterion: 'block-size-malloc', events: 5 },
      asWritten: [{ id: 'all', ok: true, saw: 'PID 12' }],
      begins: null,
      mutants: null,
      retried: [],
      notices: [],
      durationMs: 3000,
      reasons: ['ko own-process met', 'ko enough-malloc met', 'ko block-size-malloc met'],
      ...where,
    });
  });
  it('differs between languages in words alone', () => {
    const [ko, en] = [reported({ guide }, 'ko'), reported({ guide }, 'en')];
    expect(en.reasons).toEqual(ko.reasons.map((r) => r.replace('ko', 'en')));
    expect({ ...en, lang: 'ko', reasons: ko.reasons }).toEqual(ko);
  });
  it('keeps what was wrong with it before it was tried again', () => {
    const verdict = judgeStep(look, results(look, { guide }));
    const tool = { kind: 'bpftrace', version: null } as const;
    const report = stepReport(verdict, 'en', 'host', tool, words, where, ['solution: not yet']);
    expect(report).toMatchObject({ ok: true, retried: ['solution: not yet'] });
  });
  it('ends in what is wrong with it', () => {
    const report = reported({ guide, control: { evidence: mallocs(5) } });
    expect(report).toMatchObject({
      ok: false,
      outcome: 'pass',
      control: { outcome: 'pass', criterion: 'block-size-malloc' },
    });
    expect(report.reasons.at(-1)).toBe('control: pass, 5 events');
  });
  it('says what kept the tool from seeing anything, once, and nothing where all went well', () => {
    const blocked = { evidence: [{ kind: 'notice', code: 'empty-stream', detail: '[] × 9' }] } as const;
    const seen = { evidence: [...blocked.evidence] };
    const report = reported({ guide, first: seen, second: seen, control: seen }, 'en');
    expect(report).toMatchObject({ ok: false, error: true, outcome: 'blocked' });
    expect(report.notices).toEqual([{ code: 'empty-stream', detail: '[] × 9', text: 'en empty-stream [] × 9' }]);
    expect(reported({ guide, control: { ...seen } }, 'en').notices).toEqual(report.notices);
    expect(reported({ guide }).notices).toEqual([]);
  });
  it('of a lab that broke has no criteria', () => {
    expect(reported({ guide, first: { failed: 'no compiler' }, control: { failed: 'no compiler' } })).toMatchObject({
      outcome: 'broken',
      control: { outcome: 'broken', criterion: null },
      reasons: ['run: no compiler', 'solution: broken', 'control: broken, 5 events'],
    });
  });
});

it('the machine is this one', () => {
  expect(machine('host', 'fast', { bpftrace: null })).toEqual({
    kernel: release(),
    arch: process.arch,
    node: process.versions.node,
    pace: 'fast',
    env: 'host',
    tools: { bpftrace: null },
  });
});

describe('a step that could not run', () => {
  const tool = { kind: 'bpftrace', version: null } as const;
  const left = (required: boolean) =>
    skippedReport(look.lesson, look.step, 'en', 'host', tool, 'bpftrace is missing', required, where);

  it('is skipped, and says why', () => {
    expect(left(false)).toMatchObject({ outcome: 'blocked', ok: false, skipped: 'bpftrace is missing' });
  });
  it('has failed where all are required, for the same reason', () => {
    expect(left(true)).not.toHaveProperty('skipped');
    expect(left(true)).toMatchObject({ ok: false, error: true, reasons: ['bpftrace is missing'] });
  });
  it('counts as what it is, and what is left behind as one failure', () => {
    const passed = reported({ guide });
    expect(summaryOf([passed, left(false), left(true)], [])).toEqual({ passed: 1, failed: 1, skipped: 1 });
    expect(summaryOf([passed], ['a mount', 'a process'])).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });
});
