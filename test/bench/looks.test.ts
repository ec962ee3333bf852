import { describe, expect, it } from 'vitest';
import type { CorpusTruth } from '../../bench/lib/corpus.ts';
import { courseOf, dueMs, type Look, looksUpTo, precision, recall, score, sumAt } from '../../bench/lib/looks.ts';
import { WATCHING, WAYS } from '../../bench/lib/recording.ts';
import { stackOf, traced } from '../evidence/simulate.ts';

const truth = (over: Partial<CorpusTruth> = {}): CorpusTruth => ({
  program: 'lost-steady',
  seed: 1,
  class: 'lost',
  function: 'leak',
  call: 'malloc',
  via: '',
  share: 1,
  bytesPerSecond: 1000,
  startsMs: 0,
  birthsPerSecond: 2,
  atOnce: 1,
  lifeMs: [0, 0],
  ...over,
});
const look = (over: Partial<Look> = {}): Look => ({
  seconds: 20,
  answer: 'leak',
  accused: [stackOf('leak')],
  growing: false,
  ...over,
});
const NOTHING = { answer: 'none' as const, accused: [] };

describe('a look', () => {
  it('is right where it accuses the one who leaks, and nobody else', () => {
    expect(score(look(), truth())).toEqual({ accuses: true, right: true, due: true, found: true });
    expect(score(look({ accused: [stackOf('other')] }), truth())).toMatchObject({ right: false, found: false });
    expect(score(look({ accused: [stackOf('leak'), stackOf('other')] }), truth())).toMatchObject({ right: false });
  });

  it('is wrong where the program is healthy, or does not leak yet', () => {
    expect(score(look(), truth({ class: 'healthy', share: 0 }))).toMatchObject({
      accuses: true,
      right: false,
      due: false,
    });
    expect(score(look(), truth({ startsMs: 25_000 }))).toMatchObject({ right: false, due: false });
  });

  it('takes a library’s function for the one that called it, where the truth says so', () => {
    const lost = [
      { symbol: '__libc_malloc', offset: 1 },
      { symbol: '_Znam', offset: 9 },
      { symbol: 'request', offset: 3 },
    ];
    const accused = look({ accused: [lost] });
    expect(score(accused, truth({ via: 'operator new' }))).toMatchObject({ right: true });
    expect(score(accused, truth({ via: 'strdup' }))).toMatchObject({ right: false });
    const copied = look({ accused: [[{ symbol: '__strdup', offset: 26 }]] });
    expect(score(copied, truth({ via: 'strdup' }))).toMatchObject({ right: true });
    expect(score(accused, truth())).toMatchObject({ right: false });
  });

  it('takes growing for what is held, and for nothing that is lost', () => {
    const growing = look({ ...NOTHING, growing: true });
    expect(score(growing, truth({ class: 'held' }))).toMatchObject({ accuses: false, found: true });
    expect(score(growing, truth())).toMatchObject({ found: false });
    expect(score(look({ ...NOTHING }), truth({ class: 'held' }))).toMatchObject({ due: true, found: false });
  });

  it.each([
    ['10 s', {}, 10_000],
    ['its fifth block', { birthsPerSecond: 0.2 }, 20_000],
    ['20 s of a partial one', { share: 0.5 }, 20_000],
    ['its fifth block that is lost', { share: 0.1, birthsPerSecond: 1 }, 40_000],
    ['so long after it began', { startsMs: 8000 }, 18_000],
    ['a burst at once', { atOnce: 20, birthsPerSecond: 0.1 }, 10_000],
  ])('is due after %s', (_, over, ms) => {
    expect(dueMs(truth(over))).toBe(ms);
  });

  it('comes every two seconds from 10 s on, after a minute every ten', () => {
    expect(looksUpTo(14)).toEqual([10, 12, 14]);
    expect(looksUpTo(80).slice(-3)).toEqual([60, 70, 80]);
    expect(looksUpTo(9)).toEqual([]);
  });
});

describe('a course', () => {
  const recording = (of: CorpusTruth) => ({
    file: 'x',
    watching: 'blocks' as const,
    tool: 'memleak',
    kernel: '6.18',
    command: 'memleak',
    ranMs: 20_000,
    truth: of,
    text: () => Buffer.alloc(0),
  });
  /** One block is all that is held, from the first second on. */
  const evidence = traced([{ site: 'leak', bytes: 10, born: 500, died: null }], { ms: 20_000, tick: 1000 });

  it('knows from when on it is right, and the first time that it is wrong', () => {
    const right = courseOf(recording(truth()), evidence, 'outstanding at the end');
    const wrong = courseOf(recording(truth({ class: 'healthy' })), evidence, 'outstanding at the end');
    expect([right.rightAt, right.wrongAt]).toEqual([2, null]);
    expect([wrong.rightAt, wrong.wrongAt]).toEqual([null, 10]);
    const sum = sumAt([right, wrong], 20);
    expect([precision(sum), recall(sum)]).toEqual([0.5, 1]);
  });

  it('of nobody accused there is no precision', () => {
    const none = courseOf(recording(truth()), [], 'least squares');
    expect(precision(sumAt([none], 20))).toBeNaN();
    expect([none.rightAt, none.wrongAt]).toEqual([null, null]);
  });
});

it('each way to watch has a command that names the process', () => {
  for (const way of WATCHING) expect(WAYS[way].argv(4711, '/libc.so.6', 60).slice(1)).toContain('4711');
});
