import { describe, expect, it } from 'vitest';
import type { Evidence, Snapshot } from '../../runner/evidence/model.ts';
import { leastSquares, mannKendall, outstanding, seriesOf, type Trend } from '../../bench/lib/trends.ts';
import { stackOf, traced } from '../evidence/simulate.ts';

/** Lists a second, by call site. */
const lists = (of: Record<string, number[]>): Evidence[] =>
  (Object.values(of)[0] ?? []).map(
    (_, i): Snapshot => ({
      kind: 'snapshot',
      atMs: (i + 1) * 1000,
      sites: Object.entries(of).map(([name, all]) => ({ stack: stackOf(name), blocks: 1, bytes: all[i] as number })),
    }),
  );
const named = (rule: Trend, of: Record<string, number[]>) => rule(seriesOf(lists(of)))?.stack[0]?.symbol ?? null;
const FLAT = [500, 500, 500, 500, 500, 500, 500, 500];
const RISING = [10, 20, 30, 40, 50, 60, 70, 80];
const NOISE = [50, 40, 55, 42, 51, 39, 56, 44];

describe('what others go by', () => {
  it('outstanding at the end names the largest, whether it grows or not', () => {
    expect(named(outstanding, { large: FLAT, leak: RISING })).toBe('large');
  });

  it.each([
    ['least squares', leastSquares],
    ['Mann–Kendall', mannKendall],
  ])('%s names what rises, and not what is large or noise', (_, rule) => {
    expect(named(rule, { large: FLAT, leak: RISING, noise: NOISE })).toBe('leak');
    expect(named(rule, { large: FLAT, noise: NOISE })).toBe(null);
    expect(named(rule, { falling: [...RISING].reverse() })).toBe(null);
  });

  it.each([
    ['least squares', leastSquares],
    ['Mann–Kendall', mannKendall],
  ])('%s says nothing of four points', (_, rule) => {
    expect(named(rule, { leak: RISING.slice(0, 4) })).toBe(null);
    expect(named(rule, {})).toBe(null);
  });

  it('Theil and Sen are not moved by one point, the least squares are', () => {
    const once = [10, 11, 12, 80, 13, 14, 15, 16];
    expect(named(mannKendall, { once })).toBe('once');
    expect(named(leastSquares, { once })).toBe(null);
  });

  it('where there are no lists, blocks are added up at each second', () => {
    const blocks = [0, 1, 2, 3, 4].map((n) => ({
      site: 'f',
      bytes: 10,
      born: 500 + n * 1000,
      died: n === 0 ? 2500 : null,
    }));
    const evidence = traced(blocks, { ms: 5000 }).filter((e) => e.kind !== 'snapshot');
    expect(seriesOf(evidence).map(({ points }) => points.map((p) => p.bytes))).toEqual([[10, 20, 20, 30]]);
  });
});
