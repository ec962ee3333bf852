import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import pairing from '../../../lessons/04-pairing/steps.ts';
import calls from '../../../lessons/03-bpftrace-calls/steps.ts';
import trend from '../../../lessons/05-trend-and-ratio/steps.ts';
import { comesTo, readNumber, type Reckon, rightAnswer } from '../../../runner/evidence/criteria/answer.ts';
import { known } from '../../../runner/evidence/sum.ts';
import { read, recording, versions } from '../../tools/bpftrace/reading.ts';
import { holds } from '../../property.ts';
import { absurd } from '../absurd.ts';
import { facts, subjects, truth, unreadable } from '../simulate.ts';

const number = (value: number, least = 0) => rightAnswer(() => comesTo(known(value), '', { least }));
const name = rightAnswer(() => ({ kind: 'name', value: 'memory_leak_thread' }));
const say = (criterion: typeof name, answer?: string) =>
  criterion.judge(facts([], answer === undefined ? {} : { answer }));

describe('a number', () => {
  it.each([
    ['1048576', 1048576],
    ['1,048,576', 1048576],
    ['1_048_576 bytes', 1048576],
    ['7.5', 7.5],
    ['7,5', 7.5],
    ['약 7,25 MiB', 7.25],
    ['0,125', 0.125],
    [',5', 0.5],
    ['1,048', 1048],
    ['12,345,678.5', 12345678.5],
    ['.5', 0.5],
    ['0.5', 0.5],
    [' 12 MiB ', 12],
    ['약 257페이지', 257],
    ['-3', -3],
    ['3, I think, or 4', 3],
    ['1.', 1],
    ['007', 7],
  ])('%j is %d', (text, value) => {
    expect(readNumber(text)).toBe(value);
  });
  it.each(['', ' ', 'many', '-', ',', '.', 'NaN', 'Infinity', '9'.repeat(400), '\u001b', 'x'.repeat(100_000)])(
    'none in %j',
    (text) => {
      expect(readNumber(text)).toBeNull();
    },
  );

  it.each([
    ['as it is', '257', 'met', undefined],
    ['with a unit', '257 pages', 'met', undefined],
    ['too low', '256', 'unmet', 'too-low'],
    ['too high', '258', 'unmet', 'too-high'],
    ['words', 'some pages', 'unmet', 'not-a-number'],
  ])('%s', (_, answer, state, cause) => {
    const standing = say(number(257), answer);
    expect([standing.state, standing.cause]).toEqual([state, cause]);
  });
  it(
    'within the tolerance and not beyond',
    holds(fc.double({ min: 1, max: 1000, noNaN: true }), (value) => {
      const tolerance = 0.1 * value;
      const criterion = number(value, tolerance);
      expect(say(criterion, String(value + 0.99 * tolerance)).state).toBe('met');
      expect(say(criterion, String(value - 0.99 * tolerance)).state).toBe('met');
      expect(say(criterion, String(value + 1.01 * tolerance))).toMatchObject({ state: 'unmet', cause: 'too-high' });
      expect(say(criterion, String(value - 1.01 * tolerance))).toMatchObject({ state: 'unmet', cause: 'too-low' });
    }),
  );
});

describe('a name', () => {
  it.each([
    'memory_leak_thread',
    ' memory_leak_thread\n',
    'memory_leak_thread()',
    'memory_leak_thread+71',
    'memory_leak_thread+0x47',
    'memory_leak_thread()+0x47',
  ])('%j is it', (answer) => {
    expect(say(name, answer)).toEqual({ state: 'met', seen: { seen: 'memory_leak_thread' } });
  });
  it.each(['report_cache_thread', 'memory_leak', 'memory_leak_threads', 'Memory_Leak_Thread', 'malloc', '+71', '()'])(
    '%j is not',
    (answer) => {
      expect(say(name, answer).state).toBe('unmet');
    },
  );
});

describe('what is shown', () => {
  it('is what was said, never what was right', () => {
    for (const answer of ['1', '99999', 'what?', 'x'.repeat(5000)]) {
      const { seen } = say(number(257), answer);
      expect(Object.keys(seen)).toEqual(['seen']);
      expect(String(seen['seen'])).not.toContain('257');
      expect(String(seen['seen']).length).toBeLessThanOrEqual(40);
    }
    expect(say(name, 'what?').seen).toEqual({ seen: 'what?' });
  });
  it('without evidence there is no right answer, without an answer there is nothing to judge', () => {
    expect(
      say(
        rightAnswer(() => null),
        '257',
      ),
    ).toEqual({ state: 'more', seen: { seen: '257' }, cause: 'no-evidence' });
    expect(say(number(257))).toEqual({ state: 'more', seen: { seen: '' }, cause: 'no-answer' });
    expect(say(rightAnswer(() => null))).toMatchObject({ state: 'more', cause: 'no-evidence' });
  });
});

const reckons = Object.fromEntries(
  [calls, pairing, trend].flatMap((lesson) =>
    lesson.steps.flatMap((s) => (s.kind === 'question' ? [[s.id, s.reckon] as const] : [])),
  ),
);
const reckon = (id: string): Reckon => {
  const found = reckons[id];
  if (!found) throw new Error(`no question ${id}`);
  return found;
};

describe.each(versions.flatMap((version) => (['txt', 'json'] as const).map((form) => [version, form] as const)))(
  'the questions of lessons 3 to 5, on recordings of bpftrace %s, %s',
  (version, form) => {
    const judged = async (id: string, from: string, answer: string) =>
      rightAnswer(reckon(id)).judge(facts(await read(recording(`${version}/${from}.${form}`)), { answer })).state;
    it.each([
      ['pages', 'mmap-calls', '257', '256'],
      ['per-minute', 'malloc-calls', '200 MiB', '1600'],
      ['lost-a-day', 'outstanding-leaker', '281 GiB', '75'],
      ['oldest', 'outstanding-leaker', '3.8 s', '0.65'],
      ['oldest', 'outstanding-twin', '0.65', '3.8'],
      ['when-cap', 'trend', '10.24', '273'],
    ])('%s, of %s: %s and not %s', async (id, from, right, wrong) => {
      expect(await judged(id, from, right)).toBe('met');
      expect(await judged(id, from, wrong)).toBe('unmet');
    });
  },
);

describe.each(Object.entries(reckons))('question %s', (_, ask) => {
  it('has no answer from nothing', () => {
    expect(ask?.([], truth, subjects)).toBeNull();
  });
  it(
    'bears absurd evidence',
    holds(absurd, (evidence) => {
      const { judge } = rightAnswer(ask as Reckon);
      expect(unreadable(judge(facts(evidence, { answer: '7' })))).toEqual([]);
    }),
  );
});
