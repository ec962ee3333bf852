import * as z from 'zod';
import type { Evidence, Finding, Frame } from '../../evidence/model.ts';
import { oddity } from '../text/absurd.ts';
import { notice } from '../text/notice.ts';
import { own, plain } from '../text/plain.ts';
import { type Entry, frame, MAX_FRAMES, MAX_LIST, type Origin, type Told } from './list.ts';

const pid = z
  .int()
  .min(0)
  .max(2 ** 31);
const sum = z.int().min(0);
const name = z.string().max(1024);
const bill = { probed_ms: z.number().min(0), hits: sum, cost_ms: z.number().min(0).nullable() };
/** The lines that say something for a check; others, and fields that we don't read, are let through. */
const record = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    tool: z.literal('memleak'),
    pid,
    options: z.object({ progressive: z.boolean() }),
  }),
  z.object({
    type: z.literal('site'),
    site: sum,
    origin: z.enum(['malloc', 'mmap', 'page-faults']),
    pid,
    stack: z.array(
      z.object({
        symbol: name.nullable(),
        offset: sum.nullable(),
        module: name.nullable(),
        module_offset: sum.optional(),
      }),
    ),
  }),
  z.object({
    type: z.literal('snapshot'),
    at_ms: z.number(),
    sites: z
      .array(
        z.object({
          site: sum,
          outstanding_bytes: sum,
          outstanding_count: sum,
          allocated_bytes: sum,
          allocs: sum,
          frees: sum,
        }),
      )
      .max(MAX_LIST),
    sites_omitted: sum,
    unseen: z.object({ grown_bytes: sum, explained_bytes: sum }).optional(),
    lost: z.object({ blocks: sum, sites: sum, stacks: sum, calls: sum, missed_frees: sum }),
    blocks: z
      .array(z.object({ address: z.string().regex(/^0x[0-9a-f]{1,16}$/), bytes: sum, born_ms: z.number(), site: sum }))
      .optional(),
  }),
  z.discriminatedUnion('answer', [
    z.object({
      type: z.literal('finding'),
      at_ms: z.number(),
      answer: z.enum(['leak', 'growing']),
      site: sum,
      by: z.enum(['malloc', 'mmap', 'page-faults']),
      outstanding_count: sum,
      outstanding_bytes: sum,
      common_size: sum,
      period_ms: z.number().min(0),
      bytes_per_second: z.number().min(0).nullable().optional(),
      bytes_per_second_error: z.number().min(0).nullable().optional(),
      ...bill,
    }),
    z.object({
      type: z.literal('finding'),
      at_ms: z.number(),
      answer: z.literal('none'),
      floor_bytes_per_second: z.number().min(0).nullable(),
      ...bill,
    }),
  ]),
  z.object({ type: z.literal('end'), reason: z.string().max(64) }),
  z.object({ type: z.literal('cannot'), why: z.string().max(2048) }),
]);
type Snapshot = Extract<z.infer<typeof record>, { type: 'snapshot' }>;

const TYPE = /^\{"type":"(start|site|snapshot|finding|end|cannot|attached|stage|exec)"/;
/** More call sites than the tool ever tells of, or lines that are none, and the rest is not looked at. */
const MAX_SITES = 1 << 20;
const MAX_BROKEN = 100;

export const isJson = (line: string): boolean => line.startsWith('{"type":"');

export const isWhole = (line: string): boolean => attempt(line) !== null;

/** Reads one line of --json after another. */
export interface Lines {
  line(line: string): void;
}

/** `complain` is given the sentences that it says on stderr as well, as they stand there. */
export function jsonLines(emit: (evidence: Evidence) => void, told: Told, complain: (sentence: string) => void): Lines {
  let sites = new Map<number, { origin: Origin; pid: number; stack: Frame[] }>();
  let alive = new Map<string, { bytes: number; born: number; pid: number | null }>();
  let kept = 0;
  let progressive = false;
  const subjects = new Set<number>();
  let broken = 0;

  const subject = (of: number) => {
    if (of === 0 || subjects.has(of) || subjects.size >= 1000) return;
    subjects.add(of);
    emit({ kind: 'subject', pid: of });
  };

  /** Blocks from one list to the next: new ones were handed out when they were born, gone ones were given back by now. */
  const lives = ({ at_ms: atMs, blocks = [], sites: sums }: Snapshot) => {
    // Of a process that has ended there are sums, and no block any more: nothing was given back.
    if (blocks.length === 0 && sums.some((s) => s.outstanding_count > 0 && sites.get(s.site)?.origin === 'malloc'))
      return;
    const now: typeof alive = new Map();
    for (const { address, bytes, born_ms: born, site } of [...blocks].sort((a, b) => a.born_ms - b.born_ms)) {
      const of = sites.get(site);
      const key = `${of?.pid ?? ''} ${address}`;
      const before = alive.get(key);
      const block = { bytes, born, pid: of?.pid ?? null };
      now.set(key, block);
      if (before?.born === born) continue;
      // Given back unseen, and handed out again.
      if (before) emit({ kind: 'free', atMs: born, pid: block.pid, address });
      emit({
        kind: 'allocation',
        call: 'malloc',
        atMs: born,
        pid: block.pid,
        address,
        bytes,
        stack: of?.stack ?? null,
      });
    }
    for (const [key, { pid: of }] of alive)
      if (!now.has(key)) emit({ kind: 'free', atMs, pid: of, address: key.slice(key.indexOf(' ') + 1) });
    alive = now;
  };
  /** Running totals by process, where all call sites are there. */
  const totals = ({ at_ms: atMs, sites: sums }: Snapshot) => {
    const byPid = new Map<number, { allocs: number; frees: number; requested: number }>();
    for (const s of sums) {
      const of = sites.get(s.site);
      if (of?.origin !== 'malloc') continue;
      const all = byPid.get(of.pid) ?? { allocs: 0, frees: 0, requested: 0 };
      byPid.set(of.pid, {
        allocs: all.allocs + s.allocs,
        frees: all.frees + s.frees,
        requested: all.requested + s.allocated_bytes,
      });
    }
    for (const [of, all] of byPid)
      for (const counter of ['allocs', 'frees', 'requested'] as const)
        emit({ kind: 'counter', name: counter, key: String(of), value: all[counter], atMs });
  };

  const take = (line: z.infer<typeof record>) => {
    if (line.type === 'start') {
      sites = new Map();
      alive = new Map();
      kept = 0;
      subjects.clear();
      progressive = line.options.progressive;
      subject(line.pid);
    } else if (line.type === 'site') {
      const stack = line.stack
        .slice(0, MAX_FRAMES)
        .map((f) =>
          frame(
            f.symbol === null ? null : own(plain(f.symbol)),
            f.offset,
            f.module === null ? null : own(plain(f.module)),
            f.module_offset,
          ),
        );
      kept += 1 + stack.length;
      if (kept > MAX_SITES) return;
      sites.set(line.site, { origin: line.origin, pid: line.pid, stack });
      subject(line.pid);
    } else if (line.type === 'snapshot') {
      const entries = line.sites.flatMap((s): Entry[] => {
        const of = sites.get(s.site);
        return of
          ? [{ origin: of.origin, stack: of.stack, blocks: s.outstanding_count, bytes: s.outstanding_bytes }]
          : [];
      });
      if (line.blocks) lives(line);
      told.list(line.at_ms, entries, line.blocks ? 'blocks' : 'sites');
      if (!progressive && line.sites_omitted === 0) totals(line);
      if (line.unseen) told.unseen(line.unseen.grown_bytes, line.unseen.explained_bytes);
      const { missed_frees: missed, ...losses } = line.lost;
      told.losses({ ...losses, missed });
    } else if (line.type === 'finding') {
      emit(findingOf(line, (site) => sites.get(site)?.stack ?? []));
    } else if (line.type === 'cannot') {
      complain(`memleak: ${line.why}`);
    } else if (line.reason === 'target-exited') {
      emit(notice('target-died', 'the process has ended'));
    }
  };

  return {
    line(line) {
      const type = TYPE.exec(line)?.[1];
      // Of a later version, or nothing for a check.
      if (type === undefined || ['attached', 'stage', 'exec'].includes(type) || broken >= MAX_BROKEN) return;
      const parsed = record.safeParse(attempt(line));
      if (parsed.success) take(parsed.data);
      else if (++broken === 1) emit(notice('unreadable', oddity(line, 'memleak’s')));
    },
  };
}

type Found = Extract<z.infer<typeof record>, { type: 'finding' }>;
const NOTHING = { by: 'malloc', stack: [] as Frame[], blocks: 0, bytes: 0, commonSize: 0, periodMs: null } as const;

function findingOf(line: Found, stackOf: (site: number) => Frame[]): Finding {
  const all = {
    kind: 'finding',
    atMs: line.at_ms,
    probedMs: line.probed_ms,
    hits: line.hits,
    costMs: line.cost_ms,
  } as const;
  if (line.answer === 'none') {
    const floor = line.floor_bytes_per_second;
    return { ...all, ...NOTHING, answer: 'none', ...(floor === null ? {} : { floorBytesPerSecond: floor }) };
  }
  const { bytes_per_second: rate, bytes_per_second_error: error } = line;
  return {
    ...all,
    answer: line.answer,
    by: line.by,
    stack: stackOf(line.site),
    blocks: line.outstanding_count,
    bytes: line.outstanding_bytes,
    commonSize: line.common_size,
    periodMs: line.period_ms > 0 ? line.period_ms : null,
    ...(rate == null ? {} : { rate: { bytesPerSecond: rate, error: error ?? 0 } }),
  };
}

function attempt(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
