import { expect } from 'vitest';
import type { Verdict } from '../../runner/evidence/verdict.ts';

const ids = ['early-cohort', 'late-cohort', 'low-water', 'still-keeping'];

/** What holds of every verdict, whatever was observed. */
export function sound(verdict: Verdict): Verdict {
  const { answer, observedMs, sites, settleMs, floorBytesPerSecond } = verdict;
  const numbers = [
    observedMs,
    settleMs ?? 0,
    floorBytesPerSecond ?? 0,
    ...sites.flatMap((s) => [
      s.unfreedBlocks,
      s.unfreedBytes,
      s.commonSize,
      s.period?.ms ?? 0,
      s.period?.spreadMs ?? 0,
      ...s.reasons.flatMap((r) => [r.seen, r.needed, r.blocks]),
    ]),
  ];
  expect(numbers.filter((n) => !Number.isFinite(n))).toEqual([]);
  expect(observedMs).toBeGreaterThanOrEqual(0);
  expect(answer).toBe(
    sites.some((s) => s.answer === 'leak') ? 'leak' : sites.some((s) => s.answer === 'growing') ? 'growing' : 'none',
  );
  for (const site of sites) {
    expect(site.reasons.map((r) => r.id)).toEqual(ids);
    expect(site.answer === 'leak').toBe(site.reasons.every((r) => r.holds));
  }
  expect(sites.map((s) => s.unfreedBytes)).toEqual(sites.map((s) => s.unfreedBytes).sort((a, b) => b - a));
  if (answer === 'growing') expect(settleMs).toBeGreaterThan(0);
  else expect(settleMs).toBeNull();
  if (answer !== 'none') expect(floorBytesPerSecond).toBeNull();
  else if (observedMs > 0 && sites.length > 0) expect(floorBytesPerSecond).toBeGreaterThanOrEqual(0);
  return verdict;
}
