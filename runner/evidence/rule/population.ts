import type { BlockLife, Window } from '../lives.ts';
import type { Frame, Lifetimes, Span } from '../model.ts';
import { commonest, periodOf } from './numbers.ts';
import { LEAST_AGE_MS, OUTLIVES } from './constants.ts';

/** The blocks of one call site as a rule looks at them. Times in ms; `atMs` since the trace began. */
export interface Population {
  stack: Frame[];
  atMs: number;
  ended: Span[];
  alive: (Span & { bytes: number })[];
  /** 0 where none ended. */
  longestEndedMs: number;
  allocs: number;
  allocatedBytes: number;
  commonSize: number;
  period: { ms: number; spreadMs: number } | null;
  /** So many blocks of the process stand behind each one that is known. */
  weight: number;
  /** How much longer than `atMs` it was watched, in several runs of which this is the longest. */
  times: number;
}

/** Of a tool that counts by bins. */
export function populationOf(of: Lifetimes): Population {
  const blocks = blocksIn(of.alive);
  const toMs = (span: Span) => Math.min(span.toMs, of.atMs);
  return {
    stack: of.stack,
    atMs: of.atMs,
    ended: of.ended,
    // Nobody is older than the trace.
    alive: of.alive.map((span) => ({ ...span, toMs: Math.max(span.fromMs, toMs(span)) })),
    longestEndedMs: blocksIn(of.ended) > 0 ? (of.longestEndedMs ?? latest(of.ended)) : 0,
    allocs: of.allocs,
    allocatedBytes: of.allocatedBytes,
    commonSize: of.commonSize ?? (blocks > 0 ? Math.round(bytesIn(of.alive) / blocks) : 0),
    period: null,
    weight: of.weight !== undefined && of.weight > 1 ? of.weight : 1,
    times: 1,
  };
}

/** Of blocks one by one. */
export function populationFrom(blocks: readonly BlockLife[], { start, end }: Window): Population {
  const atMs = end - start;
  const alive: Population['alive'] = [];
  const ended: Span[] = [];
  let longestEndedMs = 0;
  let allocatedBytes = 0;
  for (const { born, died, bytes } of blocks) {
    allocatedBytes += bytes;
    if (died === null) alive.push({ fromMs: end - born, toMs: end - born, blocks: 1, bytes });
    else {
      ended.push({ fromMs: died - born, toMs: died - born, blocks: 1 });
      longestEndedMs = Math.max(longestEndedMs, died - born);
    }
  }
  const kept = blocks.filter((b) => b.died === null);
  return {
    stack: blocks[0]?.stack ?? [],
    atMs,
    ended,
    alive,
    longestEndedMs,
    allocs: blocks.length,
    allocatedBytes,
    commonSize: commonest((kept.length > 0 ? kept : blocks).map((b) => b.bytes)),
    period: periodOf(blocks.map((b) => b.born)),
    weight: 1,
    times: 1,
  };
}

/**
 * What several runs saw of one process, each laid over the others by its end: a block has the age that its run knows, and the
 * longest life of any of them counts. What is held is known of the last one.
 */
export function laidOver(windows: readonly Population[]): Population {
  const last = windows.at(-1) as Population;
  const atMs = Math.max(...windows.map((w) => w.atMs));
  const sum = (of: (w: Population) => number) => windows.reduce((n, w) => n + of(w), 0);
  return {
    ...last,
    atMs,
    ended: windows.flatMap((w) => w.ended),
    alive: windows.flatMap((w) => w.alive),
    longestEndedMs: Math.max(...windows.map((w) => w.longestEndedMs)),
    allocs: sum((w) => w.allocs),
    allocatedBytes: sum((w) => w.allocatedBytes),
    weight: Math.max(...windows.map((w) => w.weight)),
    times: atMs > 0 ? sum((w) => w.atMs) / atMs : 1,
  };
}

/** From which age on a block has outlived all that came back. */
export const outlivesMs = ({ longestEndedMs }: Population): number => Math.max(OUTLIVES * longestEndedMs, LEAST_AGE_MS);

/** What is outstanding and surely as old as this. */
export const olderThan = ({ alive }: Population, ms: number): Population['alive'] =>
  alive.filter((span) => span.fromMs >= ms);

export const blocksIn = (spans: readonly { blocks: number }[]): number => spans.reduce((n, s) => n + s.blocks, 0);
export const bytesIn = (spans: readonly { bytes: number }[]): number => spans.reduce((n, s) => n + s.bytes, 0);
const latest = (spans: readonly Span[]): number =>
  spans.reduce((most, s) => Math.max(most, Number.isFinite(s.toMs) ? s.toMs : s.fromMs), 0);
