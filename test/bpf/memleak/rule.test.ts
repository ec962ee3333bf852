import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { times } from '../../property.ts';
import { compiled } from './compiled.ts';
import { at, type Block, type Ruled, ruled, type Told } from './rule.ts';

let dir: string;
let program: string;
beforeAll(() => {
  const parts = ['bins', 'population', 'survival', 'generations', 'sums', 'floor', 'judge'];
  ({ dir, program } = compiled('rule.c', ...parts.map((part) => `rule/${part}.c`), '-lm'));
}, 240_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const one = (told: Told): Ruled => ruled(program, [told])[0] as Ruled;
const every = (periodMs: number, untilMs: number, died: (born: number, i: number) => number | null): Block[] =>
  Array.from({ length: Math.floor(untilMs / periodMs) }, (_, i) => ({
    born: i * periodMs + 1,
    died: died(i * periodMs + 1, i),
    bytes: 1000,
  }));
const kept = () => null;
/** One in four is lost, and the others live for a tenth of a second. */
const partial = (born: number, i: number) => (i % 4 === 0 ? null : born + 100);

describe('the share that outlives all that ended', () => {
  it('is Kaplan and Meier’s, with Greenwood’s error', () => {
    // Eight are watched, four of them end, and the four others are older: a half, ± 2 × 0.5 × √(4 / (8 × 4)).
    const half = one({
      ...at(1, []),
      atMs: 60_000,
      ended: [[40, 4]],
      alive: [[60, 4, 4000]],
      longestMs: 1000,
      allocs: 8,
      allocatedBytes: 8000,
    });
    expect(half.share).toBeCloseTo(0.5, 12);
    expect(half.shareError).toBeCloseTo(2 * 0.5 * Math.sqrt(4 / 32), 12);
    // Two more that are as old as those ended count half.
    const censored = one({
      ...at(1, []),
      atMs: 60_000,
      ended: [[40, 4]],
      alive: [
        [40, 2, 2000],
        [60, 4, 4000],
      ],
      longestMs: 1000,
      allocs: 10,
      allocatedBytes: 10_000,
    });
    expect(censored.share).toBeCloseTo(5 / 9, 12);
  });
  it('is all where none ended, and nothing where all did', () => {
    expect(one(at(60_000, every(1000, 60_000, kept)))).toMatchObject({ share: 1, shareError: 0 });
    expect(
      one(
        at(
          60_000,
          every(1000, 50_000, (born) => born + 10),
        ),
      ),
    ).toMatchObject({ share: 0, answer: 'none' });
  });
  it('is found where one in four is lost', () => {
    const { answer, share, shareError, rate, rateError } = one(at(60_000, every(50, 60_000, partial)));
    expect(answer).toBe('leak');
    expect(Math.abs(share - 0.25)).toBeLessThan(shareError);
    // Five a second, of 1000 bytes.
    expect(Math.abs(rate - 5000)).toBeLessThan(rateError);
    expect(rateError).toBeLessThan(500);
  });
});

describe('a call site', () => {
  const leaking = every(1000, 200_000, kept);
  it('that keeps all it asks for grows, and leaks once three are older than needed', () => {
    const answers = [10_000, 30_000, 40_000, 200_000].map((ms) => one(at(ms, leaking)).answer);
    expect(answers).toEqual(['growing', 'growing', 'leak', 'leak']);
    expect(one({ ...at(10_000, leaking), neededMs: 3000 }).answer).toBe('leak');
    expect(one(at(10_000, leaking)).settleMs).toBeGreaterThan(20_000);
  });
  it('is proven at once where old blocks are lost, and never where they are held', () => {
    expect(one({ ...at(8000, leaking), lost: 7 }).answer).toBe('leak');
    expect(one({ ...at(8000, leaking), lost: 4 }).answer).toBe('growing');
    expect(one({ ...at(8000, leaking), lost: 5, held: 300 }).answer).toBe('growing');
    const held = one({ ...at(200_000, leaking), held: 7 });
    expect(held).toMatchObject({ answer: 'growing', settleMs: Number.NaN });
  });
  it('that has stopped does not leak now', () => {
    expect(one(at(90_000, every(1000, 20_000, kept))).answer).toBe('none');
  });
  it('whose blocks are each given back in time does not, however long that takes', () => {
    for (const life of [10, 3000, 20_000])
      for (const ms of [70_000, 130_000, 200_000])
        expect(
          one(
            at(
              ms,
              every(1000, 200_000, (born) => born + life),
            ),
          ).answer,
          `${life} ms, at ${ms}`,
        ).toBe('none');
  });
  it('may have lost sight of as many frees as it has survivors', () => {
    expect(one({ ...at(60_000, leaking), unseen: 60 }).answer).toBe('none');
    expect(one({ ...at(60_000, leaking), unseen: 5 }).answer).toBe('leak');
  });
  it('of a sample counts what was drawn, not what that stands for', () => {
    // Three blocks, each for a hundred, of which one is young.
    const three: Told = {
      ...at(1, []),
      atMs: 100_000,
      alive: [
        [28, 100, 1e5],
        [62, 100, 1e5],
        [66, 100, 1e5],
      ],
      allocs: 300,
      allocatedBytes: 3e5,
    };
    expect(one({ ...three, weight: 1 }).answer).toBe('leak');
    expect(one({ ...three, weight: 100 }).answer).toBe('growing');
    expect(one({ ...three, weight: 200 }).answer).toBe('none');
  });
  it('whose one block is resized leaks where that grows from part to part, for as long as is needed', () => {
    const block = [{ born: 0, died: null, bytes: 1 }];
    const growing = (toMs: number, bytes: (ms: number) => number): Told => ({
      ...at(toMs, block),
      looks: Array.from({ length: Math.floor(toMs / 5000) }, (_, i) => [(i + 1) * 5000, 1, bytes((i + 1) * 5000)]),
    });
    expect(one(growing(60_000, (ms) => ms)).answer).toBe('leak');
    expect(one(growing(60_000, (ms) => ms)).rate).toBeCloseTo(1000, 6);
    expect(one(growing(20_000, (ms) => ms)).answer).toBe('growing');
    expect(one(growing(60_000, (ms) => Math.min(ms, 20_000))).answer).toBe('none');
    expect(one(growing(60_000, () => 5)).answer).toBe('none');
    expect(one({ ...growing(60_000, (ms) => ms), held: 1 }).answer).toBe('growing');
  });
});

describe('what could hide', () => {
  it('is three blocks of the time in which none of that age was kept', () => {
    // For 100 s one a second, and each is gone at once: 3 blocks of 1000 bytes in nearly all of the time.
    const { floor } = one(
      at(
        100_000,
        every(1000, 100_000, (born) => born + 10),
      ),
    );
    expect(floor).toBeGreaterThanOrEqual(30);
    expect(floor).toBeLessThan(40);
  });
  it('is not known of what was never watched', () => {
    expect(one(at(0, [])).floor).toBeNaN();
  });
});

it(
  'where nothing lives as long as is needed, no look says leak',
  times(20)(
    fc.array(fc.tuple(fc.double({ min: 0, max: 60_000, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 1,
      maxLength: 300,
    }),
    fc.double({ min: 1, max: 25_000, noNaN: true }),
    (births, most) => {
      const blocks = births.map(([born, part]) => ({ born, died: born + part * most, bytes: 100 }));
      const looks = [10, 20, 40, 60, 90].map((s) => at(s * 1000, blocks));
      for (const { answer } of ruled(program, looks)) expect(answer).not.toBe('leak');
    },
  ),
);
