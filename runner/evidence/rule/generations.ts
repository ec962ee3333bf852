import { LAST_PART, LEAST_BLOCKS, PARTS, SLOWS } from './constants.ts';
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
  /** Fewer and fewer of them, though the last part still has its share. Null where there are too few to say. */
  slows: { first: number; last: number } | null;
  /** How long that time is, ms. */
  spanMs: number;
  /** What they add up to in a second, and two standard errors of that; null where they were born all at once. */
  rate: { bytesPerSecond: number; error: number } | null;
  /** Between two of them, on average; ms. */
  gapMs: number;
}

/** The least of a block that has to be in a part: those of a bin are spread over it. */
const SOME = 0.5;
/** Of a mean of so few parts the error that 95 of 100 are within, in standard errors: Student's t, of 4 and of 2 degrees of freedom. */
const STUDENT = { many: 2.78, few: 4.3 };
/** The first block of a steady pace comes after so many gaps at most, in 95 of 100 runs. */
const LATE = 3;

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
  const none: Generations = {
    survivors,
    bytes,
    parts,
    held: 0,
    goesOn: false,
    slows: null,
    spanMs: 0,
    rate: null,
    gapMs: 0,
  };
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
  const perSecond = (parts * 1000) / long;
  return {
    survivors,
    bytes,
    parts,
    held,
    goesOn: last >= SOME && last >= (LAST_PART * blocks.reduce((a, b) => a + b, 0)) / parts,
    slows: slows(blocks) ? { first: blocks[0] as number, last } : null,
    spanMs: long,
    rate:
      blocksIn(old) < LEAST_BLOCKS
        ? null
        : paceOf(old, {
            atMs,
            least,
            weight,
            times,
            partsError: meanOf(sums, parts === PARTS.many ? STUDENT.many : STUDENT.few).error * perSecond,
          }),
    gapMs: (long * times) / Math.max(1, survivors - 1),
  };
}

/**
 * Bytes a second: what came, by the time in which it could. That is all of the run, less the age at which a block counts, but
 * where the first of them came so late that they had not begun: then it is what came after that one, by the time since.
 */
function paceOf(
  old: Population['alive'],
  {
    atMs,
    least,
    weight,
    times,
    partsError,
  }: { atMs: number; least: number; weight: number; times: number; partsError: number },
): { bytesPerSecond: number; error: number } {
  const [blocks, bytes] = [blocksIn(old), bytesIn(old)];
  const { fromMs, toMs } = old.reduce((oldest, span) => (span.toMs > oldest.toMs ? span : oldest));
  // The oldest of those that lie anywhere in a bin is about so far from its end.
  const among = blocksIn(old.filter((s) => s.fromMs === fromMs && s.toMs === toMs)) / weight;
  const first = atMs - toMs + (toMs - fromMs) / (among + 1);
  const since = atMs - least - first;
  const began = first * (blocks / weight - 1) <= LATE * since;
  const [came, ms] = began ? [1, atMs - least] : [(blocks - weight) / blocks, since];
  const ofOne = ((bytes / blocks) * weight * 1000) / ms;
  return { bytesPerSecond: (bytes * came * 1000) / (ms * times), error: Math.max(partsError, ofOne) / times };
}

/** Whether the line through the parts falls to less than half, and by more than they scatter around it: by chance, or since several come at once. */
function slows(blocks: readonly number[]): boolean {
  if (blocks.length < PARTS.many) return false;
  const middle = (blocks.length - 1) / 2;
  const mean = blocks.reduce((a, b) => a + b, 0) / blocks.length;
  const squares = blocks.reduce((n, _, i) => n + (i - middle) ** 2, 0);
  const moment = blocks.reduce((n, b, i) => n + (i - middle) * b, 0);
  const around = blocks.reduce((n, b, i) => n + (b - mean - (moment / squares) * (i - middle)) ** 2, 0);
  const scatter = Math.max(mean, around / (blocks.length - 2));
  // From its first to its last point.
  const falls = (-moment / squares) * (blocks.length - 1);
  return falls > (2 / 3) * mean && moment < -SLOWS * Math.sqrt(scatter * squares);
}

/** How much of [from, to] lies in [start, end); a moment lies in the one it is in, and at the very end in the last. */
function overlap(from: number, to: number, start: number, end: number, last: boolean): number {
  if (to > from) return Math.max(0, Math.min(to, end) - Math.max(from, start)) / (to - from);
  return from >= start && (from < end || last) ? 1 : 0;
}
