import { LEAST_AGE_MS } from './constants.ts';
import { blocksIn, bytesIn, type Population } from './population.ts';

/** Poisson: where none of a kind was seen, so many may have been meant to come, in 95 of 100 runs; where some were, more. */
const NONE_SEEN = 3;
const mayHaveBeen = (seen: number): number => NONE_SEEN + 2 * Math.sqrt(seen);

/**
 * The most that one call site may leak, bytes a second, without having shown it: all that was born in a part of the run and
 * is still there may be lost, and by chance a few less than usual came. Of several parts the one that says most. Null where
 * the site was not watched.
 */
export function couldHide(population: Population): number | null {
  const { atMs, allocs, allocatedBytes, weight, longestEndedMs, times } = population;
  if (!(atMs > 0) || allocs <= 0) return null;
  const size = allocatedBytes / allocs;
  let least: number | null = null;
  for (const start of [0, atMs / 2])
    for (const age of new Set([LEAST_AGE_MS, longestEndedMs, atMs / 16, atMs / 8, atMs / 4, atMs / 2])) {
      const long = atMs - age - start;
      if (!(long >= atMs / 8)) continue;
      // Whoever may be as old as this, and may have been born since then.
      const old = population.alive.filter((s) => s.toMs > age && s.fromMs < atMs - start);
      const bytes = bytesIn(old) + mayHaveBeen(blocksIn(old) / weight) * size * weight;
      least = Math.min(least ?? Number.POSITIVE_INFINITY, (bytes * 1000) / (long * times));
    }
  return least;
}
