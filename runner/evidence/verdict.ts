import { type BlockLife, type Lives, lives, type Window } from './lives.ts';
import type { Evidence, Frame } from './model.ts';

/** One of the four sentences: what was asked, the number seen, the number needed, and whether it holds. */
export interface Reason {
  id: 'early-cohort' | 'late-cohort' | 'low-water' | 'still-keeping';
  holds: boolean;
  seen: number;
  needed: number;
  /** Blocks that the sentence rests on. */
  blocks: number;
}

export type Answer = 'leak' | 'growing' | 'none';

/** The judgement on one call site. */
export interface SiteVerdict {
  site: string;
  stack: Frame[];
  answer: Answer;
  reasons: Reason[];
  unfreedBlocks: number;
  unfreedBytes: number;
  commonSize: number;
  /** Median time between allocations and the spread around it, ms; null under three blocks, and where births are known by sums only. */
  period: { ms: number; spreadMs: number } | null;
}

/** The judgement on a run. */
export interface Verdict {
  answer: Answer;
  /** Length of what was observed, ms. */
  observedMs: number;
  sites: SiteVerdict[];
  /** `growing`: about how many ms more would settle it. */
  settleMs: number | null;
  /** `none`: the smallest leak this run could have seen, bytes per second; null when nothing was allocated. */
  floorBytesPerSecond: number | null;
}

/** A cohort needs this many blocks, so that one survivor proves nothing. */
const MIN_BLOCKS = 3;
/** A run that holds a leak's verdict has about this many blocks of it. */
const SETTLING_BLOCKS = 10;

/**
 * Judges evidence: is memory kept that should have been given back? Per call site, over the life of each block:
 * an early cohort (born 15–45 % into the run) is still alive at 65 %, a later one (45–75 %) at 85 %, the low-water
 * mark of the last third is above that of the first, and the later cohort kept at least 0.3 of what the earlier did.
 */
export const judge = (evidence: Iterable<Evidence>): Verdict => judgeLives(lives(evidence));

/** The same for those who have joined the evidence into lives already. */
export function judgeLives({ blocks, window, sampled }: Lives): Verdict {
  const bySite = new Map<string, BlockLife[]>();
  for (const block of blocks) {
    const of = bySite.get(block.site);
    if (of) of.push(block);
    else bySite.set(block.site, [block]);
  }
  const sites = [...bySite]
    .map(([site, of]) => judgeSite(site, of, window, sampled))
    .sort((a, b) => b.unfreedBytes - a.unfreedBytes);
  const answer = sites.some((s) => s.answer === 'leak')
    ? 'leak'
    : sites.some((s) => s.answer === 'growing')
      ? 'growing'
      : 'none';
  const observedMs = window.end - window.start;
  return {
    answer,
    observedMs,
    sites,
    settleMs: answer === 'growing' ? settle(sites, observedMs) : null,
    floorBytesPerSecond: answer === 'none' ? floor(blocks, observedMs) : null,
  };
}

function judgeSite(site: string, blocks: BlockLife[], window: Window, sampled: boolean): SiteVerdict {
  const at = (share: number) => window.start + share * (window.end - window.start);
  const early = keptOf(blocks, at(0.15), at(0.45), at(0.65));
  const late = keptOf(blocks, at(0.45), at(0.75), at(0.85));
  // Nothing is outstanding when a trace begins, so the first third starts once the run has warmed up.
  const lowFirst = lowWater(blocks, at(0.15), at(1 / 3));
  const lowLast = lowWater(blocks, at(2 / 3), window.end);
  const reasons: Reason[] = [
    {
      id: 'early-cohort',
      holds: early.blocks >= MIN_BLOCKS && early.share >= 0.9,
      seen: early.share,
      needed: 0.9,
      blocks: early.blocks,
    },
    {
      id: 'late-cohort',
      holds: late.blocks >= MIN_BLOCKS && late.share >= 0.9,
      seen: late.share,
      needed: 0.9,
      blocks: late.blocks,
    },
    { id: 'low-water', holds: lowLast > lowFirst, seen: lowLast, needed: lowFirst, blocks: blocks.length },
    {
      id: 'still-keeping',
      holds: early.keptBytes > 0 && late.keptBytes >= 0.3 * early.keptBytes,
      seen: ratio(late.keptBytes, early.keptBytes),
      needed: 0.3,
      blocks: late.blocks,
    },
  ];
  const alive = blocks.filter((b) => b.died === null);
  const unfreedBytes = sum(alive);
  const growing = lowLast > lowFirst && alive.length > 1 && (early.blocks < MIN_BLOCKS || early.share >= 0.5);
  return {
    site,
    stack: blocks[0]?.stack ?? [],
    answer: reasons.every((r) => r.holds) ? 'leak' : growing ? 'growing' : 'none',
    reasons,
    unfreedBlocks: alive.length,
    unfreedBytes,
    commonSize: commonest((alive.length > 0 ? alive : blocks).map((b) => b.bytes)),
    // Looks at a process have a pace of their own.
    period: sampled ? null : periodOf(blocks.map((b) => b.born)),
  };
}

function keptOf(blocks: BlockLife[], from: number, to: number, checkedAt: number) {
  const cohort = blocks.filter((b) => b.born >= from && b.born < to);
  const kept = cohort.filter((b) => b.died === null || b.died > checkedAt);
  return { blocks: cohort.length, keptBytes: sum(kept), share: ratio(sum(kept), sum(cohort)) };
}

/** The smallest number of bytes outstanding at any moment of [from, to]. */
function lowWater(blocks: BlockLife[], from: number, to: number): number {
  const changes: [number, number][] = [];
  let held = 0;
  for (const b of blocks) {
    if (b.born <= from && (b.died === null || b.died > from)) held += b.bytes;
    if (b.born > from && b.born <= to) changes.push([b.born, b.bytes]);
    if (b.died !== null && b.died > from && b.died <= to) changes.push([b.died, -b.bytes]);
  }
  let low = held;
  for (const [, by] of changes.sort((a, b) => a[0] - b[0])) {
    held += by;
    low = Math.min(low, held);
  }
  return low;
}

/** Median gap between births and the median distance from it; births sorted here. */
export function periodOf(births: number[]): { ms: number; spreadMs: number } | null {
  const sorted = [...births].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((at, i) => at - (sorted[i] as number));
  if (gaps.length < 2) return null;
  const ms = median(gaps);
  return { ms, spreadMs: median(gaps.map((g) => Math.abs(g - ms))) };
}

function settle(sites: SiteVerdict[], observedMs: number): number {
  const growing = sites.find((s) => s.answer === 'growing');
  // Of bursts, most gaps are 0: there the pace is that of the whole run.
  const period = growing?.period?.ms || observedMs / Math.max(1, growing?.unfreedBlocks ?? 1);
  return Math.max(period, Math.round(SETTLING_BLOCKS * period * 1.2 - observedMs));
}

/** A leak shows from three blocks in each cohort of 30 % of the run: ten blocks of the commonest size. */
function floor(blocks: BlockLife[], observedMs: number): number | null {
  if (blocks.length === 0 || observedMs <= 0) return null;
  return (commonest(blocks.map((b) => b.bytes)) * SETTLING_BLOCKS * 1000) / observedMs;
}

/** The value that occurs most often; the larger one of equals. */
export function commonest(values: number[]): number {
  const times = new Map<number, number>();
  for (const v of values) times.set(v, (times.get(v) ?? 0) + 1);
  let best = 0;
  for (const [v, n] of times) if (n > (times.get(best) ?? 0) || (n === times.get(best) && v > best)) best = v;
  return best;
}

/** The middle value; 0 of none. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const mid = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[mid] as number) : ((sorted[mid - 1] ?? 0) + (sorted[mid] ?? 0)) / 2;
}

const sum = (blocks: BlockLife[]) => blocks.reduce((n, b) => n + b.bytes, 0);
const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b);
