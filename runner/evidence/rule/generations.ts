import { ERRORS, LAST_PART, LEAST_BLOCKS, PARTS } from './constants.ts';
import { meanOf } from './numbers.ts';
import { blocksIn, bytesIn, olderThan, outlivesMs, type Population } from './population.ts';

/** When those that outlived all that came back were born. */
export interface Generations {
  survivors: number;
  bytes: number;
  /** Parts of the time from the first of them until nobody younger could be one; and how many of them have some. */
  parts: number;
  held: number;
  /** The last part has its share: it goes on. */
  goesOn: boolean;
  /** What they add up to in a second, and two standard errors of that; null where they were born all at once. */
  rate: { bytesPerSecond: number; error: number } | null;
  /** Between two of them, on average; ms. */
  gapMs: number;
}

/** The least of a block that has to be in a part: those of a bin are spread over it. */
const SOME = 0.5;

/** `unseenFrees`: so many of them may have been given back, and nobody saw it. */
export function generations(population: Population, unseenFrees = 0): Generations {
  const { atMs, weight, times } = population;
  const least = outlivesMs(population);
  const old = olderThan(population, least);
  const known = blocksIn(old) / weight - unseenFrees;
  const survivors = Math.max(0, known);
  const bytes = bytesIn(old);
  const parts = survivors >= PARTS.manyFrom ? PARTS.many : PARTS.few;
  const start = old.reduce((first, { toMs }) => Math.min(first, atMs - toMs), atMs);
  const end = atMs - least;
  const long = end - start;
  const none: Generations = { survivors, bytes, parts, held: 0, goesOn: false, rate: null, gapMs: 0 };
  if (survivors <= 0) return none;
  if (!(long > 0)) return { ...none, held: 1 };
  const blocks = new Array<number>(parts).fill(0);
  const sums = new Array<number>(parts).fill(0);
  for (const span of old) {
    // Born between these two.
    const from = Math.max(start, atMs - span.toMs);
    const to = Math.max(from, Math.min(end, atMs - span.fromMs));
    for (let i = 0; i < parts; i++) {
      const share = overlap(from, to, start + (i * long) / parts, start + ((i + 1) * long) / parts, i === parts - 1);
      blocks[i] = (blocks[i] as number) + (share * span.blocks) / weight;
      sums[i] = (sums[i] as number) + share * span.bytes;
    }
  }
  const last = blocks.at(-1) as number;
  const held = blocks.filter((n) => n >= SOME).length;
  // The first of them began the time, and is not of what came in it.
  const whole = blocksIn(old);
  const came = Math.max(0, whole - weight) / whole;
  const { error } = meanOf(sums, ERRORS);
  const perSecond = (parts * 1000) / long;
  return {
    survivors,
    bytes,
    parts,
    held,
    goesOn: last >= SOME && last >= (LAST_PART * blocks.reduce((a, b) => a + b, 0)) / parts,
    rate:
      whole < LEAST_BLOCKS
        ? null
        : {
            bytesPerSecond: (bytes * came * 1000) / (long * times),
            error: Math.max(error * perSecond, ((bytes / whole) * weight * 1000) / long) / times,
          },
    gapMs: (long * times) / Math.max(1, survivors - 1),
  };
}

/** How much of [from, to] lies in [start, end); a moment lies in the one it is in, and at the very end in the last. */
function overlap(from: number, to: number, start: number, end: number, last: boolean): number {
  if (to > from) return Math.max(0, Math.min(to, end) - Math.max(from, start)) / (to - from);
  return from >= start && (from < end || last) ? 1 : 0;
}
