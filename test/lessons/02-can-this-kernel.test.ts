import { describe, expect, test } from 'vitest';
import lesson from '../../lessons/02-can-this-kernel/steps.ts';
import { termsOf } from '../../runner/evidence/sum.ts';
import { answered, judged, reckoned } from './judging.ts';

describe.each(['debian-12', 'debian-13'])('lesson 2 on output of %s', (set) => {
  const file = (name: string) => `system/${set}/${name}.txt`;

  test('features: the same kernel with its types hidden is wrong on BTF alone', async () => {
    expect((await judged(lesson, 'features', file('features'))).outcome.kind).toBe('pass');
    const hidden = await judged(lesson, 'features', file('features-control'));
    expect(hidden.outcome.criteria.filter((c) => c.state === 'unmet')).toMatchObject([
      { id: 'has-btf', teaches: true },
    ]);
  });

  test('attach: a probe on the service’s libc passes, probes on its program do not', async () => {
    expect((await judged(lesson, 'attach', file('attach'))).outcome.kind).toBe('pass');
    expect((await judged(lesson, 'attach', file('attach-control'))).taught).toMatchObject({
      state: 'unmet',
      cause: 'other-file',
    });
  });

  test('which-page: malloc’s is the answer; the offset as it was printed is not, nor another function’s page', async () => {
    const right = await reckoned(lesson, 'which-page', file('attach'));
    const other = await reckoned(lesson, 'which-page', file('attach-offset-control'));
    if (right?.kind !== 'number') throw new Error('no answer');
    const offset = termsOf(right.sum)[0]?.value ?? 0;
    expect(right.value * 4096).toBeLessThanOrEqual(offset);
    expect((right.value + 1) * 4096).toBeGreaterThan(offset);
    expect((await answered(lesson, 'which-page', file('attach'), String(right.value))).kind).toBe('pass');
    for (const answer of [offset, right.value + 1, other?.value])
      expect((await answered(lesson, 'which-page', file('attach'), String(answer))).kind).toBe('wrong');
  });
});

test('capabilities: root’s are enough, none at all is wrong', async () => {
  for (const set of ['debian-12', 'debian-13'])
    expect((await judged(lesson, 'capabilities', `system/${set}/capabilities.txt`)).outcome.kind).toBe('pass');
  expect((await judged(lesson, 'capabilities', 'system/debian-12/capabilities-control.txt')).taught).toMatchObject({
    state: 'unmet',
  });
});
