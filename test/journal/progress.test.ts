import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../runner/journal/events.ts';
import { fold, keyOf } from '../../runner/journal/progress.ts';
import { times } from '../property.ts';

const base = { v: 1 as const, at: 0, lesson: '04-pairing', step: 'pair' };
const lab = { id: 'l', pid: 1, startTime: '1' };
const happened: Record<string, Event> = {
  shown: { ...base, type: 'shown' },
  ran: { ...base, type: 'ran', lab, transcript: 'a', source: 'run' },
  hint1: { ...base, type: 'hint', level: 1 },
  hint2: { ...base, type: 'hint', level: 2 },
  solution: { ...base, type: 'solution' },
  skip: { ...base, type: 'skip' },
  reset: { ...base, type: 'reset' },
  ...Object.fromEntries(
    (['pass', 'not yet', 'wrong', 'blocked', 'broken'] as const).map((outcome): [string, Event] => [
      outcome,
      { ...base, type: 'attempt', outcome, criteria: [], transcript: null, hash: null, lab },
    ]),
  ),
};
/** What is known of the step after this, each a second after the one before. */
const left = (...what: string[]) =>
  fold(what.map((name, i) => ({ ...(happened[name] as Event), at: i * 1000 }))).get(keyOf('04-pairing', 'pair'));

describe('the state', () => {
  it.each([
    [[], undefined],
    [['shown'], 'started'],
    [['ran'], 'started'],
    [['hint1'], 'started'],
    [['solution'], 'started'],
    [['not yet'], 'started'],
    [['wrong', 'blocked', 'broken'], 'started'],
    [['pass'], 'passed'],
    [['shown', 'wrong', 'pass'], 'passed'],
    [['pass', 'wrong'], 'passed'],
    [['pass', 'broken', 'shown', 'solution'], 'passed'],
    [['skip'], 'skipped'],
    [['shown', 'wrong', 'skip'], 'skipped'],
    [['skip', 'shown'], 'skipped'],
    [['skip', 'wrong'], 'skipped'],
    [['skip', 'pass'], 'passed'],
    [['pass', 'skip'], 'passed'],
    [['reset'], 'new'],
    [['pass', 'reset'], 'new'],
    [['skip', 'reset'], 'new'],
    [['pass', 'reset', 'shown'], 'started'],
    [['pass', 'reset', 'wrong'], 'started'],
    [['reset', 'pass'], 'passed'],
  ])('after %j is %s', (what, state) => {
    expect(left(...what)?.state).toBe(state);
  });
});

describe('what is counted', () => {
  it('attempts, and what the last one came to', () => {
    expect(left('shown', 'ran')).toMatchObject({ attempts: 0, last: null });
    expect(left('wrong', 'not yet')).toMatchObject({ attempts: 2, last: 'not yet' });
    expect(left('pass', 'wrong')).toMatchObject({ attempts: 2, last: 'wrong' });
  });
  it('the furthest hint, and whether the solution was shown', () => {
    expect(left('hint1', 'hint2', 'hint1')).toMatchObject({ hints: 2, solutionShown: false });
    expect(left('solution')).toMatchObject({ hints: 0, solutionShown: true });
  });
  it('time from when it was first shown to its first pass', () => {
    expect(left('shown')?.timeToPass).toBeNull();
    expect(left('shown', 'wrong', 'shown', 'pass')?.timeToPass).toBe(3000);
    expect(left('shown', 'pass', 'pass')?.timeToPass).toBe(1000);
    expect(left('pass', 'shown', 'pass')?.timeToPass).toBeNull();
    expect(left('skip', 'shown', 'pass')?.timeToPass).toBe(1000);
  });
  it('a reset forgets all of it', () => {
    expect(left('shown', 'hint2', 'solution', 'wrong', 'pass', 'reset')).toEqual({
      state: 'new',
      attempts: 0,
      last: null,
      hints: 0,
      solutionShown: false,
      diagnosed: false,
      timeToPass: null,
    });
    expect(left('shown', 'wrong', 'reset', 'shown', 'pass')).toMatchObject({ attempts: 1, timeToPass: 1000 });
  });
});

it('steps are told apart by lesson and id', () => {
  const of = (lesson: string, step: string, name: string) => ({ ...(happened[name] as Event), lesson, step });
  const progress = fold([
    of('03-a', 'look', 'pass'),
    of('04-b', 'look', 'skip'),
    of('04-b', 'see', 'wrong'),
    of('03-a', 'look', 'reset'),
  ]);
  expect([...progress].map(([key, { state }]) => [key, state])).toEqual([
    ['03-a/look', 'new'],
    ['04-b/look', 'skipped'],
    ['04-b/see', 'started'],
  ]);
});

it(
  'is a fold: what came of the first events depends on nothing later',
  times(300)(fc.array(fc.constantFrom(...Object.keys(happened)), { maxLength: 12 }), (what) => {
    const passed = what.lastIndexOf('pass') > what.lastIndexOf('reset');
    expect(left(...what)?.state === 'passed').toBe(passed);
    expect(left(...what, 'reset')).toEqual(left('reset'));
    // Nothing of what came before a reset shows in what comes after it.
    const since = what.slice(what.lastIndexOf('reset'));
    if (what.includes('reset')) expect(left(...what)).toEqual(left(...since));
  }),
);
