import { describe, expect, test } from 'vitest';
import lesson from '../../lessons/04-pairing/steps.ts';
import { answered, judged } from './judging.ts';

describe.each(['0.17.0', '0.23.2', '0.27.1'])('lesson 4 on output of bpftrace %s', (version) => {
  const file = (name: string) => `bpftrace/${version}/${name}.txt`;

  test.each([
    ['pair', 'outstanding'],
    ['by-call-site', 'outstanding'],
    ['how-old', 'aged'],
  ])('%s passes on the leaker, and is wrong on its healthy twin: blocks come back', async (step, name) => {
    expect((await judged(lesson, step, file(`${name}-leaker`))).outcome.kind).toBe('pass');
    const twin = await judged(lesson, step, file(`${name}-twin`));
    expect(twin.outcome.kind).toBe('wrong');
    expect(twin.taught).toMatchObject({ state: 'unmet', cause: 'comes-back' });
  });

  test('the function is named from the stacks, with or without what tools add to a name', async () => {
    for (const answer of ['memory_leak_thread', 'memory_leak_thread()', ' memory_leak_thread+0x47 '])
      expect((await answered(lesson, 'name-the-function', file('outstanding-leaker'), answer)).kind).toBe('pass');
    for (const answer of ['start_thread', 'malloc', ''])
      expect((await answered(lesson, 'name-the-function', file('outstanding-leaker'), answer)).kind).toBe('wrong');
  });

  test('what the twin still holds is not what the leaker does', async () => {
    expect((await answered(lesson, 'still-alive', file('outstanding-twin'), '3')).kind).toBe('pass');
    expect((await answered(lesson, 'still-alive', file('outstanding-leaker'), '3')).criteria[0]).toMatchObject({
      state: 'unmet',
      cause: 'too-low',
    });
  });
});
