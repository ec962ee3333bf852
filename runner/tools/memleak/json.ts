import type { Evidence, Finding, Frame } from '../../evidence/model.ts';
import { oddity } from '../text/absurd.ts';
import { notice } from '../text/notice.ts';
import { own, plain } from '../text/plain.ts';
import { type Entry, frame, MAX_FRAMES, type Origin, type Told } from './list.ts';
import { type LivesOf, lifetimesOf } from './lives.ts';
import { type Line, record } from './record.ts';
import { witnessOf } from './witness.ts';

type Snapshot = Extract<Line, { type: 'snapshot' }>;

const TYPE = /^\{"type":"(start|site|snapshot|reachable|finding|end|cannot|attached|stage|exec)"/;
/** More call sites than the tool ever tells of, or lines that are none, and the rest is not looked at. */
const MAX_SITES = 1 << 20;
const MAX_BROKEN = 100;

export const isJson = (line: string): boolean => line.startsWith('{"type":"');

export const isWhole = (line: string): boolean => attempt(line) !== null;

/** Reads one line of --json after another. */
export interface Lines {
  line(line: string): void;
}

/** What the tracer has counted of a call site since it attached, and what is outstanding; `run`: in which of several runs. */
export interface Sums {
  run: number;
  stack: Frame[];
  allocs: number;
  frees: number;
  allocatedBytes: number;
  blocks: number;
  bytes: number;
}

/** `complain` is given the sentences that it says on stderr as well, as they stand there; `count` all sums of a list. */
export function jsonLines(
  emit: (evidence: Evidence) => void,
  told: Told,
  complain: (sentence: string) => void,
  count: (sums: Sums[]) => void = () => {},
): Lines {
  let sites = new Map<number, { origin: Origin; pid: number; stack: Frame[] }>();
  let alive = new Map<string, { bytes: number; born: number; pid: number | null }>();
  let kept = 0;
  let progressive = false;
  const subjects = new Set<number>();
  let broken = 0;
  let window = { nth: 0, process: '' };

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

  const take = (line: Line) => {
    if (line.type === 'start') {
      sites = new Map();
      alive = new Map();
      kept = 0;
      // A pid that was 0 is of whoever a filter lets in: nobody can tell whether it is the same.
      const nth = window.nth + 1;
      window = { nth, process: line.pid === 0 ? `${nth}` : `${line.pid} ${line.comm}` };
      subjects.clear();
      progressive = line.options.progressive;
      subject(line.pid);
      if (line.options.age_ms !== undefined) emit({ kind: 'asked', neededMs: line.options.age_ms });
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
      for (const s of line.sites) {
        const of = sites.get(s.site);
        const counted: LivesOf | null =
          of && of.origin !== 'page-faults' ? { ...s, atMs: line.at_ms, stack: of.stack, window } : null;
        const lifetimes = counted && lifetimesOf(counted);
        if (lifetimes) emit(lifetimes);
      }
      if (line.rss_bytes !== undefined)
        emit({ kind: 'counter', name: 'rss_bytes', key: '', value: line.rss_bytes, atMs: line.at_ms });
      if (!progressive && line.sites_omitted === 0) totals(line);
      count(line.sites.flatMap((s) => sumsOf(s, sites.get(s.site), window.nth)));
      if (line.unseen) told.unseen(line.unseen.grown_bytes, line.unseen.explained_bytes);
      const { missed_frees: missed, ...losses } = line.lost;
      told.losses({ ...losses, missed });
    } else if (line.type === 'reachable') {
      emit(witnessOf(line, (site) => sites.get(site)?.stack ?? []));
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

const sumsOf = (
  s: Snapshot['sites'][number],
  of: { origin: Origin; stack: Frame[] } | undefined,
  run: number,
): Sums[] =>
  of && of.origin !== 'page-faults'
    ? [
        {
          run,
          stack: of.stack,
          allocs: s.allocs,
          frees: s.frees,
          allocatedBytes: s.allocated_bytes,
          blocks: s.outstanding_count,
          bytes: s.outstanding_bytes,
        },
      ]
    : [];

type Found = Extract<Line, { type: 'finding' }>;
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
