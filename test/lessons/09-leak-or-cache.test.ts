import { describe, expect, test } from 'vitest';
import lesson from '../../lessons/09-leak-or-cache/steps.ts';
import type { QuestionStep } from '../../runner/lesson/define.ts';
import { match } from '../../runner/evidence/match.ts';
import { rightAnswer } from '../../runner/evidence/criteria/answer.ts';
import type { Keeps } from '../../runner/evidence/model.ts';
import { answered, judged, reckoned, truth } from './judging.ts';

const SESSION = 'memleak/0.1.0-session/reachable-';

describe('lesson 9, how long blocks live', () => {
  const partial = 'bpftrace/0.17.0/outstanding-one-in-four.txt';

  test('passes where one block in four is lost, and is wrong on the twin: all of its blocks come back', async () => {
    const { outcome, taught } = await judged(lesson, 'survival', partial);
    expect(outcome.kind).toBe('pass');
    expect(taught?.seen).toMatchObject({ percent: expect.closeTo(25, -1) });
  });

  test('where nothing ever comes back there is no curve to read', async () => {
    const leaker = await judged(lesson, 'survival', 'bpftrace/0.17.0/outstanding-leaker.txt');
    expect(leaker.outcome.kind).not.toBe('pass');
  });

  test('a quarter is the share; all that is outstanding by all that was born is not', async () => {
    const right = await reckoned(lesson, 'share', partial);
    expect(right).toMatchObject({ kind: 'number', value: expect.closeTo(25, -1), unit: 'percent' });
    expect((await answered(lesson, 'share', partial, '25')).kind).toBe('pass');
    // 12 of 33.
    expect((await answered(lesson, 'share', partial, '36.4')).criteria[0]).toMatchObject({ cause: 'too-high' });
    expect((await answered(lesson, 'share', partial, '0')).criteria[0]).toMatchObject({ cause: 'too-low' });
  });
});

describe('lesson 9, a service that was drawn', () => {
  test.each(['lost', 'held', 'full'])('of one that is %s can be said what it is', async (name) => {
    expect((await judged(lesson, 'drawn', `${SESSION}${name}.txt`)).outcome.kind).toBe('pass');
  });

  test('without a look into the process lost and held look alike: wrong, on what is taught', async () => {
    const { outcome, taught } = await judged(lesson, 'drawn', 'memleak/0.1.0-session/leaker.txt');
    expect(outcome.kind).toBe('wrong');
    expect(taught).toMatchObject({ id: 'settles', state: 'unmet', cause: 'no-witness' });
  });

  test('the answer is what the lab was drawn as, and a guess without a run that bears it is none', async () => {
    const which = lesson.steps.find(({ id }) => id === 'which') as QuestionStep;
    const { evidence, subjects } = await judged(lesson, 'drawn', `${SESSION}held.txt`);
    const says = (answer: string, keeps: Keeps, seen = evidence) =>
      match([rightAnswer(which.reckon)], { evidence: seen, subjects, truth: { ...truth, keeps }, answer });
    expect(says(' Held ', 'held').kind).toBe('pass');
    for (const wrong of ['lost', 'healthy'])
      expect(says(wrong, 'held').criteria[0]).toMatchObject({ state: 'unmet', cause: 'other-class' });
    expect(says('a cache', 'held').criteria[0]).toMatchObject({ state: 'unmet', cause: 'not-among' });
    for (const guess of ['lost', 'held', 'healthy'])
      expect(says(guess, guess as Keeps, []).criteria[0]).toMatchObject({ state: 'more', cause: 'no-evidence' });
  });
});
