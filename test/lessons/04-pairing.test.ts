import { describe, expect, test } from 'vitest';
import lesson from '../../lessons/04-pairing/steps.ts';
import { answered, judged, reckoned } from './judging.ts';

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

  test('what a day would lose is reckoned from what did not come back, and the twin loses next to nothing', async () => {
    const right = await reckoned(lesson, 'lost-a-day', file('outstanding-leaker'));
    // 1 MiB each 300 ms, at the pace that recordings were made at.
    expect(right).toMatchObject({ kind: 'number', value: expect.closeTo(281, -2) });
    const said = String(Math.round(right?.kind === 'number' ? right.value : 0));
    expect((await answered(lesson, 'lost-a-day', file('outstanding-leaker'), said)).kind).toBe('pass');
    expect((await answered(lesson, 'lost-a-day', file('outstanding-twin'), said)).criteria[0]).toMatchObject({
      state: 'unmet',
      cause: 'too-high',
    });
  });

  test('the oldest block is as old as the run on the leaker, and under three periods on its twin', async () => {
    const [leaker, twin] = [
      await reckoned(lesson, 'oldest', file('outstanding-leaker')),
      await reckoned(lesson, 'oldest', file('outstanding-twin')),
    ];
    expect(twin).toMatchObject({ value: expect.closeTo(0.65, 0) });
    if (leaker?.kind !== 'number') throw new Error('no answer');
    expect(leaker.value).toBeGreaterThan(3);
    expect((await answered(lesson, 'oldest', file('outstanding-leaker'), leaker.value.toFixed(1))).kind).toBe('pass');
    expect(
      (await answered(lesson, 'oldest', file('outstanding-twin'), leaker.value.toFixed(1))).criteria[0],
    ).toMatchObject({
      state: 'unmet',
      cause: 'too-high',
    });
  });
});
