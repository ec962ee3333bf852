import { expect } from 'vitest';
import type { Verdict } from '../../runner/evidence/verdict.ts';

const RANK = { leak: 0, growing: 1, none: 2 };

/** Sentences that are said only where they matter. */
const MAY_BE_ASKED: readonly string[] = ['oldest', 'span', 'pace'];

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
      s.longestEndedMs ?? 0,
      s.outlivesMs ?? 0,
      s.settleMs ?? 0,
      ...[s.share, s.rate].flatMap((e) => (e ? [e.value, e.error] : [])),
      ...s.reasons.flatMap((r) => [r.seen, r.needed, r.of]),
    ]),
  ];
  expect(numbers.filter((n) => !Number.isFinite(n) || n < 0)).toEqual([]);
  for (const { answer, reasons, share, rate } of sites) {
    const looked = reasons.find((r) => r.id === 'witness');
    const rest = reasons.filter((r) => r.id !== 'witness');
    const asked = rest.map((r) => r.id).filter((id) => !MAY_BE_ASKED.includes(id));
    expect([
      ['survival', 'generations', 'age'],
      ['rises', 'lasts'],
    ]).toContainEqual(asked);
    // Proven by its sentences, or by a look into the process.
    if (answer === 'leak') expect(looked?.holds === true || rest.every((r) => r.holds)).toBe(true);
    else if (looked === undefined) expect(rest.every((r) => r.holds)).toBe(false);
    if (share) expect(share.value).toBeLessThanOrEqual(1);
    if (answer === 'none') expect(rate).toBeNull();
  }
  expect(answer).toBe(sites.map((s) => s.answer).sort((a, b) => RANK[a] - RANK[b])[0] ?? 'none');
  const ranks = sites.map((s) => RANK[s.answer]);
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  if (answer !== 'growing') expect(settleMs).toBeNull();
  else if (settleMs !== null) expect(settleMs).toBeGreaterThan(0);
  if (answer !== 'none') expect(floorBytesPerSecond).toBeNull();
  return verdict;
}
