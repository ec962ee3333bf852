import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonest, lowerBound, median, periodOf } from '../../runner/evidence/rule/numbers.ts';
import { judge, type SiteVerdict } from '../../runner/evidence/verdict.ts';
import { holds, times } from '../property.ts';
import { anything, inAnyOrder } from './programs.ts';
import { type Block, bytesOf, outAt, PERIOD, RUN, stackOf, traced } from './simulate.ts';
import { sound } from './sound.ts';

const NEEDED = 6 * PERIOD;
const ageOf = (b: Block) => RUN - b.born;

/** The share that outlives all that ended, and its error, by the truth about each block and in the slowest way. */
function plateau(blocks: Block[]): { share: number; error: number } {
  const length = (b: Block) => (outAt(RUN)(b) ? ageOf(b) : (b.died as number) - b.born);
  const dead = blocks.filter((b) => !outAt(RUN)(b));
  let [share, errors] = [1, 0];
  for (const life of [...new Set(dead.map(length))].sort((a, b) => a - b)) {
    const atRisk = blocks.filter((b) => length(b) >= life).length;
    const died = dead.filter((b) => length(b) === life).length;
    share *= 1 - died / atRisk;
    if (atRisk > died) errors += died / (atRisk * (atRisk - died));
  }
  return { share, error: share * Math.sqrt(errors) };
}

/** Of five numbers the line through them, by least squares: whether it falls to less than half, and by three standard errors. */
function falls(numbers: number[]): boolean {
  if (numbers.length < 5) return false;
  const [a, b, c, d, e] = numbers as [number, number, number, number, number];
  const slope = (2 * (e - a) + (d - b)) / 10;
  const mean = (a + b + c + d + e) / 5;
  const off = numbers.map((n, i) => (n - mean - slope * (i - 2)) ** 2);
  const variance = Math.max(mean, off.reduce((x, y) => x + y) / 3);
  return mean + 2 * slope < (mean - 2 * slope) / 2 && slope < -3 * Math.sqrt(variance / 10);
}

/** The sentences in other words. */
function sentences(blocks: Block[]): Pick<SiteVerdict, 'answer' | 'reasons'> {
  const lives = blocks.filter((b) => !outAt(RUN)(b)).map((b) => (b.died as number) - b.born);
  const longest = Math.max(0, ...lives);
  const outlives = Math.max(1.5 * longest, 100);
  const old = blocks.filter((b) => outAt(RUN)(b) && ageOf(b) >= outlives).sort((a, b) => a.born - b.born);
  const { share, error } = plateau(blocks);
  const parts = old.length >= 10 ? 5 : 3;
  const start = old[0]?.born ?? 0;
  const end = RUN - outlives;
  const inPart = Array.from(
    { length: parts },
    (_, i) =>
      old.filter((b) => Math.min(parts - 1, Math.floor(((b.born - start) * parts) / (end - start))) === i).length,
  );
  const several = old.length > 0 && end > start;
  const held = several ? inPart.filter((n) => n > 0).length : Math.min(1, old.length);
  const last = inPart.at(-1) as number;
  const goesOn = several && last > 0 && last >= (0.3 * old.length) / parts;
  const third = old[2] ? ageOf(old[2]) : 0;
  const needed = Math.max(NEEDED, 1.5 * longest);
  const reasons: SiteVerdict['reasons'] = [
    { id: 'survival', holds: old.length >= 3 && share > 2 * error, seen: old.length, needed: 3, of: blocks.length },
    { id: 'generations', holds: held >= 3 && goesOn, seen: held, needed: 3, of: parts },
    { id: 'age', holds: old.length >= 3 && third >= needed, seen: third, needed, of: old.length },
  ];
  // Generations of several lives, and no fewer from one to the next.
  if (held >= 3 && goesOn && end - start < longest)
    reasons.push({ id: 'span', holds: false, seen: end - start, needed: longest, of: old.length });
  if (held >= 3 && goesOn && falls(inPart))
    reasons.push({ id: 'pace', holds: false, seen: last, needed: inPart[0] as number, of: parts });
  const grows = old.length >= (lives.length === 0 ? 2 : 3) && held >= 2 && goesOn;
  return { reasons, answer: reasons.every((r) => r.holds) ? 'leak' : grows ? 'growing' : 'none' };
}

it(
  'the sentences are true of the blocks of each call site, and decide',
  times(500)(anything(), (blocks) => {
    for (const { stack, reasons, answer, share } of sound(judge(traced(blocks), { neededMs: NEEDED })).sites) {
      const of = blocks.filter((b) => b.site === stack[0]?.symbol);
      expect({ reasons, answer }).toEqual(sentences(of));
      expect(share?.value).toBeCloseTo(plateau(of).share, 9);
      expect(share?.error).toBeCloseTo(2 * plateau(of).error, 9);
    }
  }),
);
it(
  'every call site is judged, with what it has not given back',
  holds(anything(), (blocks) => {
    const told = (name: string) => {
      const of = blocks.filter((b) => b.site === name);
      const out = of.filter(outAt(RUN));
      return of.length === 0 ? [] : [{ stack: stackOf(name), unfreedBlocks: out.length, unfreedBytes: bytesOf(out) }];
    };
    const { sites } = judge(traced(blocks));
    expect(sites).toHaveLength(new Set(blocks.map((b) => b.site)).size);
    for (const expected of ['f', 'g'].flatMap(told)) expect(sites).toContainEqual(expect.objectContaining(expected));
  }),
);

describe('the arithmetic', () => {
  it('the middle value', () => {
    expect([[], [3], [9, 1], [5, 1, 9], [4, 1, 9, 2]].map(median)).toEqual([0, 3, 5, 5, 3]);
  });
  it('the value that occurs most often, the larger of equals', () => {
    expect([[], [0], [7], [5, 9], [9, 5], [5, 9, 5], [0, 0, 7]].map(commonest)).toEqual([0, 0, 7, 9, 9, 5, 0]);
  });
  it('the period, whatever the order; none of fewer than three', () => {
    expect(periodOf([])).toBeNull();
    expect(periodOf([1, 2])).toBeNull();
    expect(periodOf([700, 100, 400])).toEqual({ ms: 300, spreadMs: 0 });
    expect(periodOf([0, 100, 220, 300])).toEqual({ ms: 100, spreadMs: 20 });
  });
  it('a share’s lower bound, by Wilson: five of five are as good as half of many', () => {
    expect(lowerBound(0, 0, 2)).toBe(0);
    expect(lowerBound(0, 9, 2)).toBe(0);
    expect(lowerBound(5, 5, 2)).toBeCloseTo(5 / 9, 9);
    expect(lowerBound(5000, 10_000, 2)).toBeCloseTo(0.49, 3);
  });
  const values = fc.array(fc.nat(11), { minLength: 1, maxLength: 40, size: 'max' });
  it(
    'the value that occurs most often is in no other way found',
    holds(values, (all) => {
      const often = (v: number) => all.filter((w) => w === v).length;
      expect(commonest(all)).toBe(
        all.reduce((a, b) => (often(b) > often(a) || (often(b) === often(a) && b > a) ? b : a)),
      );
    }),
  );
  it(
    'order changes none of them',
    holds(
      values.chain((all) => fc.tuple(fc.constant(all), inAnyOrder(all))),
      ([all, other]) => {
        for (const f of [median, commonest, periodOf]) expect(f(other)).toEqual(f(all));
      },
    ),
  );
});
