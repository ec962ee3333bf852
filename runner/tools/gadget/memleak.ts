import type { Emit } from '../text/reading.ts';
import { notice } from '../text/notice.ts';
import { type CallSite, fetched, nodeOf } from './callsite.ts';
import { attempt, subjects } from './json.ts';
import { missingStacks, stacks } from './stacks.ts';
import { clock, newest } from './times.ts';
import { totals } from './totals.ts';

const MAX_NODES = 1000;
/** How a fetch begins: Inspektor Gadget has fields in the order of their names, our tracer, for tests, in that of the struct. */
const BEGINS = /^\[\{"(?:allocated_bytes|timestamp_raw)":/;

export const isFetch = (line: string): boolean =>
  line === '[]' || BEGINS.test(line) || (line.startsWith('[{"') && line.includes('"outstanding_bytes":'));

/** Reads the fetches of our gadget, one line after another. */
export interface Fetches {
  /** False where the line is none. */
  line(line: string): boolean;
  /** Another command begins: until a call site comes, nothing to show is nothing. */
  over(): void;
  end(): void;
}

/**
 * What our gadget holds, as `-o json` prints it: an array a fetch. `atMs` counts from the first fetch that has call sites, by
 * their timestamps; of a gadget without them it is the fetch's ordinal, 0, 1, 2…, which says what came first and no more.
 */
export function fetches(emit: Emit): Fetches {
  const subject = subjects(emit);
  const stackOf = stacks();
  const missing = missingStacks(emit);
  const timeOf = clock();
  const running = totals();
  /** By node, how many fetches in a row have lacked it. */
  const nodes = new Map<string, number>();
  let seen = 0;
  let any = false;
  let lossTold = false;

  /**
   * kubectl gadget prints by its own clock what the nodes have sent since its last line: a node that is late is missing from
   * one line, and has given nothing back. `ig run` asks the kernel itself, and names no node.
   */
  const lacksNode = (all: CallSite[]): boolean => {
    let late = false;
    const now = new Set(all.map(nodeOf));
    for (const node of now) if (nodes.has(node) || nodes.size < MAX_NODES) nodes.set(node, 0);
    for (const [node, times] of nodes) {
      if (now.has(node)) continue;
      nodes.set(node, times + 1);
      if (node !== '' && times === 0) late = true;
    }
    return late;
  };
  const tell = (all: CallSite[]) => {
    const atMs = timeOf(all);
    for (const s of all) subject(s.pid, s.mntns_id);
    if (lacksNode(all) || nodes.size === 0) return;
    const entries = all.map((s) => ({ s, ...stackOf(s.ustack ?? s.ustack_raw, s.stack_id) }));
    const sites = entries
      .filter(({ s }) => s.outstanding_count > 0)
      .map(({ s, frames }) => ({ stack: frames, blocks: s.outstanding_count, bytes: s.outstanding_bytes }));
    emit(
      { kind: 'snapshot', atMs, sites },
      entries.reduce((n, { fresh }) => n + 1 + fresh, 1),
    );
    for (const why of ['lost', 'unasked'] as const) {
      const times = entries.filter((entry) => entry.missing === why).length;
      if (times > 0) missing(why, `${times} of ${all.length} call sites`);
    }
    const lost = all.reduce((most, s) => Math.max(most, s.lost ?? 0), 0);
    if (lost > 0 && !lossTold)
      emit(notice('lost-events', `${lost} blocks, call sites, stacks, calls or frees, by the gadget's own count`));
    lossTold ||= lost > 0;
    for (const [of, sums] of running.next(all))
      for (const name of ['allocs', 'frees', 'requested'] as const)
        emit({ kind: 'counter', name, key: String(of), value: sums[name], atMs });
    // Lesson 8 adds this field to the program: the largest entry's.
    const own = all
      .filter((s) => s.block_bytes !== undefined)
      .toSorted((a, b) => b.outstanding_bytes - a.outstanding_bytes)[0];
    if (own?.block_bytes !== undefined)
      emit({ kind: 'counter', name: 'block_bytes', key: String(own.pid), value: own.block_bytes, atMs });
  };

  return {
    line(line) {
      seen++;
      any ||= line !== '[]';
      const parsed = fetched.safeParse(attempt(line));
      if (parsed.success) tell(newest(parsed.data));
      return parsed.success;
    },
    over() {
      nodes.clear();
      running.clear();
    },
    end() {
      if (seen > 0 && !any) emit(notice('empty-stream', `[] × ${seen}`));
    },
  };
}
