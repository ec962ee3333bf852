import type { Evidence, Frame, Site } from '../../evidence/model.ts';
import { isPlaceholder, siteOf } from '../../evidence/site.ts';
import { notice } from '../text/notice.ts';

export type Origin = 'malloc' | 'mmap' | 'page-faults';

/** One line of a list: what a call site holds; of page faults, the pages that it has touched so far. */
export interface Entry extends Site {
  origin: Origin;
}

/** What could not be counted since the trace began. */
export interface Losses {
  blocks: number;
  sites: number;
  stacks: number;
  calls: number;
  missed: number;
}

/** A region is its request, libc's header, and the rest of a page; of an aligned one a little more. */
const SLACK = 8192;

/** Whole lists as evidence, one after another. */
export interface Told {
  list(atMs: number, entries: Entry[], what: 'sites' | 'blocks'): void;
  losses(losses: Losses): void;
  /** Bytes that the process grew by, and how much of that the list holds, where the two part. */
  unseen(grown: number, explained: number): void;
}

export function telling(emit: (evidence: Evidence) => void): Told {
  const touched = new Map<string, number>();
  const lost = new Set<string>();
  const missing = new Map<string, number>();
  let parted = false;

  return {
    list(atMs, entries, what) {
      if (what === 'sites') emit({ kind: 'snapshot', atMs, sites: holders(entries) });
      // Sums since the beginning: what is told is what came since the last list.
      const now = new Map<string, { entry: Entry; blocks: number; bytes: number }>();
      for (const entry of entries) {
        if (entry.origin !== 'page-faults') continue;
        const key = siteOf(entry.stack);
        const sum = now.get(key) ?? { entry, blocks: 0, bytes: 0 };
        now.set(key, { entry, blocks: sum.blocks + entry.blocks, bytes: sum.bytes + entry.bytes });
      }
      for (const [key, { entry, blocks, bytes }] of now) {
        const before = touched.get(key) ?? 0;
        touched.set(key, blocks);
        if (blocks > before)
          emit({
            kind: 'requests',
            stack: entry.stack,
            blocks: blocks - before,
            bytes: Math.round((bytes * (blocks - before)) / blocks),
          });
      }
    },
    unseen(grown, explained) {
      if (!parted)
        emit(notice('unseen-growth', `RSS grew by ${grown} bytes, of which malloc's list explains ${explained}`));
      parted = true;
    },
    losses({ blocks, sites, stacks, calls, missed }) {
      // Sums since the beginning, of which a verdict takes the largest.
      const more = (key: 'frees' | 'blocks', value: number) => {
        if (value > (missing.get(key) ?? 0)) emit({ kind: 'counter', name: 'lost', key, value, atMs: null });
        missing.set(key, value);
      };
      const once = (code: 'map-full' | 'lost-events', detail: string) => {
        if (!lost.has(code)) emit(notice(code, detail));
        lost.add(code);
      };
      if (blocks + sites > 0)
        once('map-full', `${blocks} blocks (--max-blocks), ${sites} at call sites without room (--max-sites)`);
      if (stacks + calls + missed > 0)
        once('lost-events', `${stacks} stacks, ${calls} calls, ${missed} frees never seen`);
      more('frees', missed);
      more('blocks', blocks + sites);
    },
  };
}

/**
 * Who holds memory: callers of malloc, and regions of mmap, which progressive tracing has watched for longer. A block that is
 * both a request and a region counts as the region, or it would be there twice.
 */
function holders(entries: Entry[]): Site[] {
  const regions = entries.filter((e) => e.origin === 'mmap');
  const within = (request: number) =>
    regions.some(({ bytes, blocks }) => request <= bytes / blocks && bytes / blocks - request <= SLACK);
  const holding = entries.filter(
    (e) => e.blocks > 0 && (e.origin === 'mmap' || (e.origin === 'malloc' && !within(e.bytes / e.blocks))),
  );
  return holding.map(({ stack, blocks, bytes }) => ({ stack, blocks, bytes }));
}

/** A stack's frames beyond this are not kept, nor a longer list: the tool prints neither. */
export const MAX_FRAMES = 128;
export const MAX_LIST = 50_000;

/** `at`: where in the module it lies, which only a frame without a name needs. */
export const frame = (
  symbol: string | null,
  offset: number | null,
  module: string | null,
  at: number | null = null,
): Frame => ({
  symbol: symbol === null || isPlaceholder(symbol) ? null : symbol,
  offset,
  ...(module ? { module } : {}),
  ...(module && symbol === null && at !== null ? { at } : {}),
});
