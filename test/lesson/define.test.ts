import { describe, expect, it } from 'vitest';
import type { Criterion } from '../../runner/evidence/match.ts';
import type { CriterionId } from '../../runner/evidence/shows.ts';
import { defineLesson, type Lesson, type Step } from '../../runner/lesson/define.ts';

const criterion = (id: CriterionId, teaches: boolean): Criterion => ({
  id,
  teaches,
  judge: () => ({ state: 'met', seen: {} }),
});
const command = (id: string, more: object = {}): Step => ({
  id,
  kind: 'command',
  reads: 'bpftrace',
  control: { variant: 'twin' },
  solution: () => ({ argv: ['true'], elevated: false }),
  expect: [criterion('own-process', false), criterion('period', true)],
  ...more,
});
const question = (id: string, from: string): Step => ({
  id,
  kind: 'question',
  reads: 'bpftrace',
  from,
  reckon: () => null,
  control: { variant: 'twin' },
});
const lesson = (more: object = {}): Lesson =>
  ({
    id: '03-calls',
    minutes: 20,
    workload: 'stealth-leaker',
    needs: ['bpftrace'],
    steps: [command('look'), question('how-many', 'look')],
    ...more,
  }) as Lesson;

describe('defineLesson', () => {
  it('hands back what it was given', () => {
    const given = lesson();
    expect(defineLesson(given)).toBe(given);
    expect(
      defineLesson(lesson({ steps: [command('look', { control: { variant: 'twin', run: () => ({ shell: 'x' }) } })] }))
        .steps,
    ).toHaveLength(1);
  });

  it.each([
    ['id', { id: 'calls' }, /^calls: .*\bid\b/s],
    ['id', { id: '03_calls' }, /\bid\b/],
    ['id', { id: '3-calls' }, /\bid\b/],
    ['minutes', { minutes: 0 }, /\bminutes\b/],
    ['minutes', { minutes: 12.5 }, /\bminutes\b/],
    ['minutes', { minutes: 91 }, /\bminutes\b/],
    ['workload', { workload: 'Stealth Leaker' }, /\bworkload\b/],
    ['workload', { workload: undefined }, /\bworkload\b/],
    ['needs', { needs: [] }, /\bneeds\b/],
    ['needs', { needs: ['gdb'] }, /"system".*"bpftrace".*needs\[0\]/s],
    ['steps', { steps: [] }, /\bsteps\b/],
    ['a key that is misspelt', { minuts: 5 }, /"minuts"/],
    ['a step’s id', { steps: [command('Look at it')] }, /steps\[0\]\.id/],
    ['a step without a control', { steps: [command('look', { control: undefined })] }, /steps\[0\]\.control/],
    ['a control without a variant', { steps: [command('look', { control: {} })] }, /steps\[0\]\.control\.variant/],
    [
      'a control with a key that is misspelt',
      { steps: [command('look', { control: { variant: 'twin', runs: 1 } })] },
      /"runs".*steps\[0\]\.control/s,
    ],
  ])('%s is named: %j', (_, mistake, says) => {
    expect(() => defineLesson(lesson(mistake))).toThrow(says);
  });

  it('two steps of one name', () => {
    expect(() => defineLesson(lesson({ steps: [command('look'), command('look')] }))).toThrow(
      '03-calls: two steps are called look',
    );
    expect(() => defineLesson(lesson({ steps: [command('look'), question('look', 'look')] }))).toThrow(
      'two steps are called look',
    );
  });

  it.each([
    ['none', []],
    ['none that is taught', [criterion('has-btf', false)]],
    ['two that are taught', [criterion('has-btf', true), criterion('has-uprobe', true)]],
  ])('of criteria, %s', (_, expected) => {
    expect(() => defineLesson(lesson({ steps: [command('look', { expect: expected })] }))).toThrow(
      '03-calls/look: mark exactly one criterion as the one it teaches',
    );
    expect(() =>
      defineLesson(lesson({ steps: [command('look', { kind: 'script', script: 'a.bt', expect: expected })] })),
    ).toThrow('mark exactly one criterion');
  });

  it('a prediction of what runs nothing', () => {
    const asked = { ...question('how-many', 'look'), predict: { unit: 'lines', seen: () => 3 } };
    expect(() => defineLesson(lesson({ steps: [command('look'), asked] }))).toThrow(
      '03-calls/how-many: a question runs nothing that could be predicted',
    );
  });

  it.each([
    ['nothing', [command('look'), question('how-many', 'lok')], 'asks about lok, which is no earlier step'],
    ['a later step', [question('how-many', 'look'), command('look')], 'asks about look, which is no earlier step'],
    ['itself', [question('how-many', 'how-many')], 'asks about how-many, which is no earlier step'],
    [
      'another question',
      [command('look'), question('how-many', 'look'), question('why', 'how-many')],
      'asks about how-many, which runs nothing',
    ],
  ])('a question about %s', (_, steps, says) => {
    expect(() => defineLesson(lesson({ steps }))).toThrow(says);
  });
});
