import { describe, expect, it } from 'vitest';
import { criterion, met, teaches, unmet } from '../../runner/evidence/criteria/define.ts';
import type { Evidence, NoticeCode } from '../../runner/evidence/model.ts';
import type { Result } from '../../runner/verify/result.ts';
import { judgeStep } from '../../runner/verify/judge.ts';
import type { StepPlan } from '../../runner/verify/plan.ts';
import { command, malloc, mallocs, planned, question, results } from './runs.ts';

const look = planned(command()).steps[0] as StepPlan;
const asked = planned(command(), question()).steps[1] as StepPlan;
const judged = (left: Parameters<typeof results>[1], plan = look) => judgeStep(plan, results(plan, left));
const notice = (code: NoticeCode): Evidence => ({ kind: 'notice', code, detail: '' });

it('a step is in order when all of it was seen', () => {
  expect(judged({})).toMatchObject({
    ok: true,
    faults: [],
    outcome: { kind: 'pass' },
    again: { kind: 'pass' },
    control: { outcome: { kind: 'wrong' }, criterion: 'block-size-malloc', events: 5, valid: true },
    durationMs: 3000,
  });
});

describe('a solution', () => {
  it.each([
    ['is wrong', { first: { evidence: mallocs(5, 9) } }, ['solution: wrong']],
    ['passes only once', { second: { evidence: mallocs(4) } }, ['second run: not yet']],
    ['passes only the second time', { first: { evidence: mallocs(4) } }, ['solution: not yet']],
    [
      'cannot run here',
      { first: { evidence: [notice('needs-root')] }, second: { evidence: [notice('needs-root')] } },
      ['solution: blocked', 'second run: blocked'],
    ],
    ['has no lab', { first: { evidence: [], failed: 'no compiler' } }, ['run: no compiler', 'solution: broken']],
    ['has no lab, for no reason', { second: { failed: '' } }, ['run: ', 'second run: broken']],
    ['was not run', { first: null }, ['solution: broken']],
    ['was run once', { second: null }, ['second run: broken']],
  ])('that %s is none', (_, left, faults) => {
    expect(judged(left)).toMatchObject({ ok: false, faults });
  });
});

describe('a control', () => {
  const none = (left: Partial<Result> | null, kind: string, events: number, plan = look) => {
    const verdict = judged({ control: left }, plan);
    expect(verdict.control).toMatchObject({ valid: false, outcome: { kind }, events });
    expect(verdict).toMatchObject({ ok: false, outcome: { kind: 'pass' }, again: { kind: 'pass' } });
    expect(verdict.faults.at(-1)).toBe(`control: ${kind}, ${events} events`);
  };

  it('that passes is none', () => none({ evidence: mallocs(5) }, 'pass', 5));
  it('that is not yet is none', () => none({ evidence: mallocs(4) }, 'not yet', 4));
  it('that is blocked is none', () => none({ evidence: [notice('needs-root')] }, 'blocked', 0));
  it('whose lab is broken is none', () => none({ failed: 'gone' }, 'broken', 5));
  it('that was not run is none', () => none(null, 'broken', 0));
  it('wrong by a pid alone is none', () => none({ evidence: mallocs(5, 1024, 99) }, 'wrong', 5));
  it('wrong by a pid and by what is taught is none: it is of another process', () =>
    none({ evidence: mallocs(5, 512, 99) }, 'wrong', 5));
  it('wrong because the tool failed is none', () => none({ evidence: [notice('no-such-process')] }, 'wrong', 0));
  it('wrong on another criterion than the taught one is none', () => {
    const other = criterion('has-btf', ({ evidence }) => (evidence.length === 5 ? met({}) : unmet({})));
    const plan = planned(command({ expect: [other, teaches(criterion('has-uprobe', () => met({})))] }))
      .steps[0] as StepPlan;
    none({ evidence: mallocs(6) }, 'wrong', 6, plan);
  });
  it('wrong on what is taught, and on others, is one', () => {
    const other = criterion('has-btf', ({ evidence }) => (evidence.length === 5 ? met({}) : unmet({})));
    const size = criterion('has-uprobe', ({ evidence }) => (evidence.length === 5 ? met({}) : unmet({})));
    const plan = planned(command({ expect: [other, teaches(size)] })).steps[0] as StepPlan;
    expect(judged({ control: { evidence: mallocs(6) } }, plan).control).toMatchObject({
      valid: true,
      criterion: 'has-uprobe',
    });
  });

  const snapshot = (sites: number): Evidence => ({
    kind: 'snapshot',
    atMs: 1,
    sites: Array.from({ length: sites }, () => ({ stack: [], blocks: 1, bytes: 1 })),
  });
  const taught = planned(
    command({
      expect: [
        teaches(
          criterion('has-uprobe', ({ evidence }) =>
            evidence.filter((e) => e.kind === 'allocation').length === 5 ? met({}) : unmet({}),
          ),
        ),
      ],
    }),
  ).steps[0] as StepPlan;
  it.each<[string, Evidence[], number]>([
    ['nothing', [], 0],
    ['two calls', mallocs(2), 2],
    ['two calls and what the tool says of itself', [...mallocs(2), notice('cut-off'), { kind: 'subject', pid: 12 }], 2],
    ['empty snapshots', [snapshot(0), snapshot(0), snapshot(0), snapshot(0)], 0],
  ])('that holds %s is none', (_, evidence, events) => none({ evidence }, 'wrong', events, taught));
  it.each<[string, Evidence[], number]>([
    ['three calls', mallocs(3), 3],
    ['a snapshot that is not empty', [snapshot(1)], 3],
    ['an empty snapshot and one that is not', [snapshot(0), snapshot(2)], 3],
    [
      'calls, frees and counters',
      [
        malloc(),
        { kind: 'free', atMs: null, pid: 12, address: '0x1' },
        { kind: 'counter', name: 'n', key: '', value: 1, atMs: null },
      ],
      3,
    ],
  ])('that holds %s is one', (_, evidence, events) => {
    expect(judged({ control: { evidence } }, taught)).toMatchObject({ ok: true, control: { valid: true, events } });
  });
});

describe('a question', () => {
  it('is answered by its own runs; the control’s answer is wrong here', () => {
    expect(judged({}, asked)).toMatchObject({
      ok: true,
      outcome: { kind: 'pass' },
      again: { kind: 'pass' },
      control: { outcome: { kind: 'wrong' }, criterion: 'answer', valid: true },
    });
  });
  it.each([
    ['the same answer', mallocs(5), 'pass', 5],
    ['an answer as good as the same', mallocs(5, 1023), 'pass', 5],
    ['no answer', mallocs(2, 9), 'not yet', 2],
  ])('whose control gives %s has none', (_, evidence, kind, events) => {
    expect(judged({ control: { evidence } }, asked)).toMatchObject({
      ok: false,
      faults: [`control: ${kind}, ${events} events`],
    });
  });
  it('that its own evidence cannot answer is not passed, and has no control', () => {
    expect(judged({ first: { evidence: mallocs(2) } }, asked).faults).toEqual([
      'solution: not yet',
      'control: not yet, 5 events',
    ]);
    expect(judged({ second: { evidence: [] } }, asked).faults).toEqual(['second run: not yet']);
  });
  it('whose lab is broken is broken', () => {
    expect(judged({ first: { failed: 'gone' } }, asked).faults).toEqual([
      'run: gone',
      'solution: broken',
      'control: broken, 5 events',
    ]);
  });
});

describe('the guide', () => {
  const shows = [
    { says: /does not exist/, ends: 'rejected', when: 'up to 0.23' },
    { says: /PID \d+/, ends: 'runs', when: 'from 0.24' },
  ];
  const guided = planned(command({ guide: [{ id: 'all', command: 'x', shows }] })).steps[0] as StepPlan;
  const outcome = (left: Partial<Result>) => judged({ guide: [left] }, guided);

  it.each([
    ['is rejected, as told', { text: 'libc.so.6 does not exist\n', code: 1 }, 'does not exist'],
    ['is killed by a signal of its own, as told', { text: 'libc.so.6 does not exist\n', code: null }, 'does not exist'],
    ['runs, as told', { text: 'PID 12\n', code: 0 }, 'PID 12'],
    ['runs until we end it, as told', { text: 'PID 12\n', code: null, timedOut: true }, 'PID 12'],
    ['runs until we end it, and minds', { text: 'PID 12\n', code: 130, timedOut: true }, 'PID 12'],
    ['shows both: the one that fits how it ended', { text: 'PID 12 does not exist', code: 0 }, 'PID 12'],
  ])('%s', (_, left, saw) => {
    expect(outcome(left)).toMatchObject({ ok: true, faults: [], asWritten: [{ id: 'all', ok: true, saw }] });
  });
  it.each([
    ['prints it and fails', { text: 'PID 12\n', code: 1 }, 'guide all: PID 12'],
    ['prints it and works', { text: 'it does not exist', code: 0 }, 'guide all: it does not exist'],
    ['prints something else', { text: '\nsyntax error\n', code: 1 }, 'guide all: syntax error'],
    ['prints nothing', { text: '', code: 0 }, 'guide all: nothing'],
    ['prints a lot', { text: 'x'.repeat(9999), code: 0 }, `guide all: ${'x'.repeat(200)}`],
  ])('%s: not as told', (_, left, fault) => {
    expect(outcome(left)).toMatchObject({ ok: false, faults: [fault], asWritten: [{ ok: false }] });
  });
  it('that could not be run says why', () => {
    expect(outcome({ failed: 'no compiler', text: '', code: null }).faults).toEqual([
      'run: no compiler',
      'guide all: nothing',
    ]);
  });
  it('that was not run is nothing', () => {
    expect(judged({}, guided)).toMatchObject({ ok: false, faults: ['guide all: nothing'] });
  });
});
