import { spanOf } from '../../evidence/rule/bins.ts';
import type { Frame, Lifetimes, Span } from '../../evidence/model.ts';

/** One call site of a list of JSON, as far as the lives of its blocks go. */
export interface LivesOf {
  atMs: number;
  stack: Frame[];
  outstanding_count: number;
  allocated_bytes: number;
  allocs: number;
  common_size?: number | undefined;
  drawn?: number | undefined;
  ended?: [bin: number, blocks: number][] | undefined;
  alive?: [bin: number, blocks: number, bytes: number][] | undefined;
  longest_ended_ms?: number | undefined;
  last_birth_ms?: number | undefined;
  answer?: 'leak' | 'growing' | 'none' | undefined;
  window: NonNullable<Lifetimes['window']>;
}

/** Null where the tracer, an older one, counts no lives. */
export function lifetimesOf(of: LivesOf): Lifetimes | null {
  const { atMs, stack, ended, alive, drawn } = of;
  if (!ended || !alive) return null;
  return {
    kind: 'lifetimes',
    atMs,
    stack,
    ended: ended.map(([bin, blocks]) => ({ ...spanOf(bin), blocks })),
    alive: alive.map(([bin, blocks, bytes]) => ({ ...spanOf(bin), blocks, bytes })),
    longestEndedMs: of.longest_ended_ms ?? null,
    lastBirthMs: of.last_birth_ms ?? null,
    allocs: of.allocs,
    allocatedBytes: of.allocated_bytes,
    ...(of.common_size === undefined ? {} : { commonSize: of.common_size }),
    ...(drawn ? { weight: Math.max(1, of.outstanding_count / drawn) } : {}),
    window: of.window,
    ...(of.answer ? { answer: of.answer } : {}),
  };
}

/** Under an entry: `lives: 10 ended, the longest after 1.09 s; kept by age: 3 under 8.59 s, 2 older; the last began 134 ms before`. */
const LIVES =
  /^ {0,8}lives: (\d{1,15}) ended(?:, the longest after ([\d.]{1,12} m?s))?(?:; kept by age: ((?:\d{1,15} (?:under [\d.]{1,12} m?s|older)(?:, )?){1,12}))?(?:; the last began ([\d.]{1,12} m?s) before)?$/;
const AGE = /(\d{1,15}) (?:under ([\d.]{1,12} m?s)|older)/g;
/** Ages are told in steps of two octaves. */
const STEP = 4;

export interface ToldLives {
  ended: Span[];
  /** Without their bytes, which are told of all of them together. */
  alive: Span[];
  longestEndedMs: number | null;
  /** Before the list. */
  lastBirthMs: number | null;
}

/** The same as people read it: coarser, and of the lives that ended the longest alone. Null where a line is none. */
export function livesIn(line: string): ToldLives | null {
  const [all, ended, longest, kept, last] = LIVES.exec(line) ?? [];
  if (all === undefined) return null;
  const longestEndedMs = longest === undefined ? null : ms(longest);
  const alive: Span[] = [];
  for (const [, blocks, under] of (kept ?? '').matchAll(AGE)) {
    const before = alive.at(-1)?.toMs ?? 0;
    const toMs = under === undefined ? Number.POSITIVE_INFINITY : ms(under);
    // Steps in which nothing is kept are left out.
    const fromMs = under === undefined ? before : Math.max(before, toMs <= FIRST_STEP_MS ? 0 : toMs / STEP);
    alive.push({ fromMs, toMs, blocks: Number(blocks) });
  }
  return {
    ended: Number(ended) > 0 ? [{ fromMs: 0, toMs: longestEndedMs ?? 0, blocks: Number(ended) }] : [],
    alive,
    longestEndedMs,
    lastBirthMs: last === undefined ? null : ms(last),
  };
}

/** 2^27 ns, as it is printed. */
const FIRST_STEP_MS = 134.3;

const ms = (time: string): number => Math.round(Number.parseFloat(time) * (time.endsWith(' ms') ? 100 : 100_000)) / 100;
