import type { Lifetimes } from '../model.ts';
import type { Look } from './sums.ts';

/**
 * What the blocks that were there at the first look hold at each look: what is born later does not count, so that more of it is
 * growth by realloc. In a bin in which younger ones lie too, each block counts alike.
 */
export function cohort(looks: readonly Lifetimes[]): Look[] {
  const sorted = [...looks].sort((a, b) => a.atMs - b.atMs);
  const first = sorted.find(({ alive }) => alive.some(({ blocks }) => blocks > 0));
  if (!first) return [];
  const had = first.alive.reduce((n, { blocks }) => n + blocks, 0);
  return sorted
    .filter(({ atMs }) => atMs >= first.atMs)
    .map(({ atMs, alive }) => {
      const old = alive.filter(({ toMs }) => toMs > atMs - first.atMs);
      const blocks = old.reduce((n, s) => n + s.blocks, 0);
      const bytes = old.reduce((n, s) => n + s.bytes, 0);
      const share = blocks > had ? had / blocks : 1;
      return { atMs, blocks: blocks * share, bytes: bytes * share };
    });
}
