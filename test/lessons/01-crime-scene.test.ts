import { describe, expect, test } from 'vitest';
import lesson from '../../lessons/01-crime-scene/steps.ts';
import { answered, judged, reckoned } from './judging.ts';

describe.each(['debian-12', 'debian-13'])('lesson 1 on output of %s', (set) => {
  const file = (name: string) => `system/${set}/${name}.txt`;

  test.each(['all-green', 'four-numbers', 'the-log'])(
    '%s passes on the leaker, and is wrong on its healthy twin',
    async (step) => {
      expect((await judged(lesson, step, file(step))).outcome.kind).toBe('pass');
      const twin = await judged(lesson, step, file(`${step}-twin`));
      expect(twin.outcome.kind).toBe('wrong');
      expect(twin.taught).toMatchObject({ state: 'unmet', cause: 'flat' });
      // Everything else about the twin is as the step asks: only what is taught tells them apart.
      expect(twin.outcome.criteria.filter((c) => c.state === 'unmet')).toHaveLength(1);
    },
  );

  test('a learner divides kibibytes by minutes', async () => {
    expect(await reckoned(lesson, 'how-fast', file('all-green'))).toMatchObject({
      kind: 'number',
      value: expect.closeTo(200, -1.5),
    });
    expect((await answered(lesson, 'how-fast', file('all-green'), 'about 200 MiB')).kind).toBe('pass');
    expect((await answered(lesson, 'how-fast', file('all-green'), '3.3')).criteria[0]).toMatchObject({
      state: 'unmet',
      cause: 'too-low',
    });
    expect((await answered(lesson, 'how-fast', file('all-green-twin'), '200')).kind).toBe('wrong');
  });

  test('by its own count it goes on as it did, and what the check has just printed is no answer', async () => {
    // A block each 300 ms, at the pace that recordings were made at: a thousand in five minutes.
    expect(await reckoned(lesson, 'by-its-own-count', file('the-log'))).toMatchObject({
      value: expect.closeTo(1010, -1),
    });
    expect((await answered(lesson, 'by-its-own-count', file('the-log'), 'about 1000 MiB')).kind).toBe('pass');
    for (const answer of ['10', '12', '3'])
      expect((await answered(lesson, 'by-its-own-count', file('the-log'), answer)).kind).toBe('wrong');
    const twin = await reckoned(lesson, 'by-its-own-count', file('the-log-twin'));
    expect((await answered(lesson, 'by-its-own-count', file('the-log'), String(twin?.value))).kind).toBe('wrong');
  });
});
