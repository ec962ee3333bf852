import { LAST_PART, LEAST_BLOCKS, PARTS } from './constants.ts';

/** What a call site holds at one look. */
export interface Look {
  atMs: number;
  blocks: number;
  bytes: number;
}

/** How the least of what is held goes from part to part of the looks. */
export interface Rise {
  /** Parts; the steps between them that rise; how many of them have to. */
  parts: number;
  rises: number;
  goesOn: boolean;
  /** Bytes: the least of the first part, and of the last. */
  first: number;
  last: number;
  /** Since the first part ended. */
  lastingMs: number;
  rate: { bytesPerSecond: number; error: number } | null;
}

/** Of fewer looks than this nothing is said. */
const LEAST_LOOKS = 3;

/**
 * Sums do not say which block came back, so no block has an age. What they do say: the least that is held in each part of
 * the looks, which blocks that come and go do not raise for long.
 */
export function rise(looks: readonly Look[]): Rise {
  const parts = Math.min(PARTS.many, looks.length);
  const none: Rise = { parts, rises: 0, goesOn: false, first: 0, last: 0, lastingMs: 0, rate: null };
  if (looks.length < LEAST_LOOKS) return none;
  const lows = Array.from({ length: parts }, (_, i) =>
    looks
      .slice(Math.floor((i * looks.length) / parts), Math.floor(((i + 1) * looks.length) / parts))
      .reduce((least, look) => (look.bytes < least.bytes ? look : least)),
  );
  const [first, last] = [lows[0] as Look, lows.at(-1) as Look];
  const steps = lows.slice(1).map((low, i) => low.bytes - (lows[i] as Look).bytes);
  const mean = (last.bytes - first.bytes) / steps.length;
  const end = looks.at(-1) as Look;
  const begins = looks[Math.floor(looks.length / parts) - 1] as Look;
  const seconds = (last.atMs - first.atMs) / 1000;
  const spread = Math.max(...steps) - Math.min(...steps);
  // Of blocks that come and go, numbers differ by chance.
  const byChance = 2 * Math.sqrt(Math.max(0, first.blocks));
  const more = last.blocks - first.blocks;
  const grows =
    mean > 0 && (last.blocks + first.blocks === 0 || more <= 0 || more >= Math.min(LEAST_BLOCKS, byChance + 1));
  return {
    parts,
    rises: steps.filter((step) => step > 0).length,
    goesOn: grows && (steps.at(-1) as number) >= LAST_PART * mean,
    first: first.bytes,
    last: last.bytes,
    lastingMs: end.atMs - begins.atMs,
    rate:
      seconds > 0 && mean > 0
        ? { bytesPerSecond: (last.bytes - first.bytes) / seconds, error: spread / seconds }
        : null,
  };
}
