import type { Frame, Holder, Witness } from '../model.ts';
import {
  ERRORS,
  LEAST_BLOCKS,
  LOST_LEAST,
  LOST_SHARE,
  NEEDED_AGE_MS,
  NONE_BACK_AGE_MS,
  OUTLIVES,
  PARTS,
  PARTS_HELD,
} from './constants.ts';
import { type Generations, generations } from './generations.ts';
import { lowerBound } from './numbers.ts';
import { blocksIn, bytesIn, olderThan, outlivesMs, type Population } from './population.ts';
import { type Rise, rise, type Look } from './sums.ts';
import { type Plateau, survival } from './survival.ts';

export type Answer = 'leak' | 'growing' | 'none';
/** The worst first. */
export const RANK: Readonly<Record<Answer, number>> = { leak: 0, growing: 1, none: 2 };

/**
 * One sentence of a verdict: what was asked, the number seen, the number needed, and whether it holds. In `survival` blocks
 * that outlived all that ended, `age` the age in ms that three of them have, `generations` parts of the time that have some,
 * `witness` blocks to which no pointer is left; of sums, in `rises` steps up, in `lasts` ms.
 */
export interface Reason {
  id: 'survival' | 'generations' | 'age' | 'oldest' | 'span' | 'pace' | 'witness' | 'rises' | 'lasts';
  holds: boolean;
  seen: number;
  needed: number;
  /** What the sentence rests on: blocks of the call site, survivors, parts, blocks looked for, looks. */
  of: number;
}

/** A number and what it may be off by, two standard errors. */
export interface Estimate {
  value: number;
  error: number;
}

/** The judgement on one call site. */
export interface SiteVerdict {
  site: string;
  stack: Frame[];
  answer: Answer;
  reasons: Reason[];
  unfreedBlocks: number;
  unfreedBytes: number;
  commonSize: number;
  /** Median time between allocations and the spread around it, ms; null under three blocks, and where births are not known one by one. */
  period: { ms: number; spreadMs: number } | null;
  /** The longest life that ended, ms; null where none did, or none is known. */
  longestEndedMs: number | null;
  /** The age from which on a block counts, ms; null of sums. */
  outlivesMs: number | null;
  /** Of all blocks, those that outlive all that ended, 0–1; null where lives are not known. */
  share: Estimate | null;
  /** What is kept in a second, bytes; null where it cannot be said. */
  rate: Estimate | null;
  /** Where a look into the process found pointers to old blocks, most first. */
  holders: Holder[];
  /** `growing`: about how much longer would settle it, ms; null where time alone does not. */
  settleMs: number | null;
}

/** The age that proves something in this program, ms, null where nothing is known of it; and how many frees nobody saw. */
export interface Circumstances {
  neededMs: number | null;
  unseenFrees: number;
}

/** What a look into the process comes to. */
type Looked = 'lost' | 'held' | 'unknown';

function looked(witness: Witness | null): Looked {
  if (!witness || witness.lost + witness.held === 0) return 'unknown';
  const share = lowerBound(witness.lost, witness.lost + witness.held, ERRORS);
  if (witness.lost >= LOST_LEAST && share > LOST_SHARE) return 'lost';
  return witness.held > 0 ? 'held' : 'unknown';
}

const byWitness = (witness: Witness | null, saw: Looked): Reason[] =>
  witness && saw !== 'unknown'
    ? [
        {
          id: 'witness',
          holds: saw === 'lost',
          seen: witness.lost,
          needed: LOST_LEAST,
          of: witness.lost + witness.held,
        },
      ]
    : [];

/** Judges one call site by the lives of its blocks, by its sums at several looks where it has those, and by a look into the process. `held`: what is held now, where `population` is of several runs. */
export function judgeSite(
  site: string,
  population: Population,
  witness: Witness | null,
  { neededMs, unseenFrees }: Circumstances,
  held: Population | null = null,
): SiteVerdict {
  const plateau = survival(population);
  const born = generations(population, unseenFrees);
  const saw = looked(witness);
  // Where hardly a block came back nobody knows for how long this site's are needed: that takes more of them, and an older one.
  const unknown = neededMs === null && saw !== 'lost' && blocksIn(population.ended) / population.weight < LEAST_BLOCKS;
  const least = unknown ? PARTS.manyFrom : LEAST_BLOCKS;
  const needed = Math.max(saw === 'lost' ? 0 : (neededMs ?? NEEDED_AGE_MS), OUTLIVES * population.longestEndedMs);
  const oldest = ageOf(population, 1) ?? 0;
  const waited = !unknown || oldest >= NONE_BACK_AGE_MS;
  const third = ageOf(population, LEAST_BLOCKS);
  const survives = born.survivors >= least && above(plateau);
  const generationsHold = born.held >= PARTS_HELD && born.goesOn;
  const old = third !== null && third >= needed;
  // Lost in one go, and never since, is no leak that goes on.
  const proven = saw === 'lost' && born.survivors >= LEAST_BLOCKS && born.held >= 2;
  // Within one life of blocks here nobody has seen two generations of them.
  const spans = born.spanMs >= population.longestEndedMs;
  const leaks = proven || (survives && generationsHold && spans && !born.slows && old && waited && saw !== 'held');
  const grows = born.survivors >= (population.ended.length === 0 ? 2 : LEAST_BLOCKS) && born.held >= 2 && born.goesOn;
  const answer = leaks ? 'leak' : grows ? 'growing' : 'none';
  const reasons: Reason[] = [
    {
      id: 'survival',
      holds: survives,
      seen: born.survivors,
      needed: least,
      of: population.allocs,
    },
    { id: 'generations', holds: generationsHold, seen: born.held, needed: PARTS_HELD, of: born.parts },
    { id: 'age', holds: old, seen: third ?? 0, needed, of: born.survivors },
  ];
  if (unknown)
    reasons.push({ id: 'oldest', holds: waited, seen: oldest, needed: NONE_BACK_AGE_MS, of: born.survivors });
  if (generationsHold && !proven) {
    if (!spans)
      reasons.push({
        id: 'span',
        holds: false,
        seen: born.spanMs,
        needed: population.longestEndedMs,
        of: born.survivors,
      });
    if (born.slows)
      reasons.push({ id: 'pace', holds: false, seen: born.slows.last, needed: born.slows.first, of: born.parts });
  }
  reasons.push(...byWitness(witness, saw));
  const now = held ?? population;
  const blocks = blocksIn(now.alive);
  return {
    site,
    stack: population.stack,
    answer,
    reasons,
    unfreedBlocks: blocks,
    unfreedBytes: bytesIn(now.alive),
    commonSize: population.commonSize,
    period: population.period,
    longestEndedMs: population.longestEndedMs > 0 ? population.longestEndedMs : null,
    outlivesMs: outlivesMs(population),
    share: { value: plateau.share, error: ERRORS * plateau.error },
    rate: answer === 'none' || !born.rate ? null : { value: born.rate.bytesPerSecond, error: born.rate.error },
    holders: saw === 'held' ? (witness?.by ?? []) : [],
    settleMs:
      answer === 'growing'
        ? settle(born, {
            held: saw === 'held',
            missing: Math.max(third === null ? 1 : 0, least - born.survivors),
            agesMs: [needed - (third ?? 0), unknown ? NONE_BACK_AGE_MS - oldest : 0],
            lifeMs: population.longestEndedMs,
          })
        : null,
  };
}

/** Above nothing, by its error. */
const above = ({ share, error }: Plateau): boolean => share > ERRORS * error;

/** The age that so many outstanding blocks have at least; null where there are fewer. */
function ageOf(population: Population, blocks: number): number | null {
  let left = blocks;
  for (const span of olderThan(population, outlivesMs(population)).sort((a, b) => b.fromMs - a.fromMs)) {
    left -= span.blocks / population.weight;
    if (left <= 1e-9) return span.fromMs;
  }
  return null;
}

/** Until enough are old enough, and have come for long enough. Bins of a quarter may hide as much of an age. */
function settle(
  { gapMs, spanMs, slows }: Generations,
  { held, missing, agesMs, lifeMs }: { held: boolean; missing: number; agesMs: number[]; lifeMs: number },
): number | null {
  if (held) return null;
  // After as long again, what came at first is half of it.
  const all = [missing * gapMs + 1.25 * Math.max(0, ...agesMs) + gapMs, lifeMs - spanMs, slows ? spanMs : 0];
  return Math.max(1, Math.round(Math.max(...all)));
}

/** Judges one call site by its sums alone. `witness` as of blocks. */
export function judgeSums(
  site: string,
  stack: Frame[],
  looks: readonly Look[],
  witness: Witness | null,
  { neededMs: told }: Circumstances,
): SiteVerdict {
  const neededMs = told ?? NEEDED_AGE_MS;
  const of = rise(looks);
  const saw = looked(witness);
  const rises = of.parts >= PARTS_HELD && of.rises === of.parts - 1 && of.goesOn;
  const lasts = of.lastingMs >= neededMs;
  const leaks = saw === 'lost' ? of.goesOn : rises && of.parts === PARTS.many && lasts && saw !== 'held';
  const last = looks.at(-1);
  const answer = leaks ? 'leak' : of.goesOn && of.last > of.first ? 'growing' : 'none';
  return {
    site,
    stack,
    answer,
    reasons: [
      { id: 'rises', holds: rises, seen: of.rises, needed: of.parts - 1, of: looks.length },
      { id: 'lasts', holds: lasts, seen: of.lastingMs, needed: neededMs, of: looks.length },
      ...byWitness(witness, saw),
    ],
    unfreedBlocks: last?.blocks ?? 0,
    unfreedBytes: last?.bytes ?? 0,
    commonSize: last && last.blocks > 0 ? Math.round(last.bytes / last.blocks) : 0,
    period: null,
    longestEndedMs: null,
    outlivesMs: null,
    share: null,
    rate: answer === 'none' || !of.rate ? null : { value: of.rate.bytesPerSecond, error: of.rate.error },
    holders: saw === 'held' ? (witness?.by ?? []) : [],
    settleMs: answer === 'growing' && saw !== 'held' ? settleSums(of, looks, neededMs) : null,
  };
}

function settleSums({ lastingMs, parts }: Rise, looks: readonly Look[], neededMs: number): number {
  const span = (looks.at(-1)?.atMs ?? 0) - (looks[0]?.atMs ?? 0);
  const more = parts < PARTS.many ? ((PARTS.many - parts) * span) / Math.max(1, looks.length - 1) : 0;
  return Math.max(1, Math.round(Math.max(more, 1.25 * neededMs - lastingMs)));
}
