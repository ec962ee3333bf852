import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonest, judge, median, periodOf, type SiteVerdict } from '../../runner/evidence/verdict.ts';
import { holds, times } from '../property.ts';
import { anything, inAnyOrder } from './programs.ts';
import { type Block, bytesOf, outAt, RUN, stackOf, traced } from './simulate.ts';
import { sound } from './sound.ts';

/** The share of the bytes that were born in a part of the run, and are out at a later moment. */
function cohort(blocks: Block[], from: number, to: number, asked: number) {
  const born = blocks.filter((b) => b.born >= from * RUN && b.born < to * RUN);
  const kept = bytesOf(born.filter(outAt(asked * RUN)));
  return { blocks: born.length, kept, share: kept === 0 ? 0 : kept / bytesOf(born) };
}
const low = (blocks: Block[], from: number, to: number): number => {
  const changes = blocks.flatMap((b) => [b.born, b.died ?? 0]).filter((at) => at > from * RUN && at <= to * RUN);
  return Math.min(...[from * RUN, ...changes].map((at) => bytesOf(blocks.filter(outAt(at)))));
};

/** The four sentences in other words: slow, and by the truth about each block. */
function sentences(blocks: Block[]): Pick<SiteVerdict, 'answer' | 'reasons'> {
  const [early, late] = [cohort(blocks, 0.15, 0.45, 0.65), cohort(blocks, 0.45, 0.75, 0.85)];
  const [first, last] = [low(blocks, 0.15, 1 / 3), low(blocks, 2 / 3, 1)];
  const reasons: SiteVerdict['reasons'] = [
    {
      id: 'early-cohort',
      holds: early.blocks > 2 && early.share >= 0.9,
      seen: early.share,
      needed: 0.9,
      blocks: early.blocks,
    },
    {
      id: 'late-cohort',
      holds: late.blocks > 2 && late.share >= 0.9,
      seen: late.share,
      needed: 0.9,
      blocks: late.blocks,
    },
    { id: 'low-water', holds: last > first, seen: last, needed: first, blocks: blocks.length },
    {
      id: 'still-keeping',
      holds: early.kept > 0 && late.kept >= 0.3 * early.kept,
      seen: early.kept === 0 ? 0 : late.kept / early.kept,
      needed: 0.3,
      blocks: late.blocks,
    },
  ];
  const rises = last > first && blocks.filter(outAt(RUN)).length > 1 && (early.blocks < 3 || early.share >= 0.5);
  return { reasons, answer: reasons.every((r) => r.holds) ? 'leak' : rises ? 'growing' : 'none' };
}

it(
  'the four sentences are true of the blocks of each call site, and decide',
  times(500)(anything(), (blocks) => {
    for (const { stack, reasons, answer } of sound(judge(traced(blocks))).sites)
      expect({ reasons, answer }).toEqual(sentences(blocks.filter((b) => b.site === stack[0]?.symbol)));
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
