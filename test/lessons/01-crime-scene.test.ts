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

  test('by its own count it holds as many MiB as blocks', async () => {
    expect(await reckoned(lesson, 'by-its-own-count', file('the-log-twin'))).toMatchObject({ value: 3 });
    const right = await reckoned(lesson, 'by-its-own-count', file('the-log'));
    expect(right?.value).toBeGreaterThanOrEqual(8);
    expect((await answered(lesson, 'by-its-own-count', file('the-log'), `${right?.value} MiB`)).kind).toBe('pass');
    expect((await answered(lesson, 'by-its-own-count', file('the-log'), '12')).kind).toBe('wrong');
  });
});
