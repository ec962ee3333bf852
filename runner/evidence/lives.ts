import { folded } from './fold.ts';
import type { Evidence, Frame, Snapshot } from './model.ts';
import { siteOf } from './site.ts';

/** A block from birth to death; `died` null while it is outstanding at the end of the window. Times in ms. */
export interface BlockLife {
  site: string;
  stack: Frame[];
  bytes: number;
  born: number;
  died: number | null;
}

/** What was observed, in ms of the trace's own clock. */
export interface Window {
  start: number;
  end: number;
}

/** `sampled`: there are only sums at moments, which tell between which two a block was born, and no better. */
export interface Lives {
  blocks: BlockLife[];
  window: Window;
  sampled: boolean;
}

/** Of more blocks than this, at one call site and in all, a verdict is no clearer. */
const MOST_BLOCKS = 10_000;
const MOST_IN_ALL = 200_000;

/**
 * Joins allocations and frees into block lives. A free of an unknown address is of a block from before the trace;
 * an address handed out twice without a free between was freed unseen, so the earlier life ends there.
 */
export function lives(evidence: Iterable<Evidence>): Lives {
  const blocks: BlockLife[] = [];
  const open = new Map<string, BlockLife>();
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  // A tracer empties one CPU's buffer after another: a free may be printed before the allocation that it ends.
  const timed = Array.from(evidence, (e) => ({ e, at: 'atMs' in e ? e.atMs : null })).filter(
    (t): t is { e: Evidence; at: number } => t.at !== null,
  );
  for (const { e, at } of timed.sort((a, b) => a.at - b.at)) {
    start = Math.min(start, at);
    end = Math.max(end, at);
    if (e.kind === 'allocation' && e.address !== null && e.bytes !== null) {
      const before = open.get(e.address);
      if (before) before.died = at;
      const stack = e.stack ?? [];
      const block: BlockLife = { site: siteOf(stack), stack, bytes: e.bytes, born: at, died: null };
      open.set(e.address, block);
      blocks.push(block);
    } else if (e.kind === 'free') {
      const block = open.get(e.address);
      if (block) block.died = at;
      open.delete(e.address);
    }
  }
  if (!Number.isFinite(start)) return { blocks, window: { start: 0, end: 0 }, sampled: false };
  const window = { start: Math.min(0, start), end };
  if (blocks.length > 0) return { blocks, window, sampled: false };
  return {
    blocks: fromSnapshots(timed.flatMap(({ e }) => (e.kind === 'snapshot' ? [folded(e)] : []))),
    window,
    sampled: true,
  };
}

/**
 * Lives as a series of sums tells them: where a call site holds more than before, blocks were born; where it holds less,
 * its oldest ones died. What came and went between two snapshots is not seen, which can only make a site look calmer.
 */
function fromSnapshots(snapshots: Snapshot[]): BlockLife[] {
  const all: BlockLife[] = [];
  const bySite = new Map<string, BlockLife[]>();
  for (const { atMs, sites } of snapshots) {
    const now = new Map<string, { stack: Frame[]; blocks: number; bytes: number }>();
    for (const { stack, blocks, bytes } of sites) {
      const name = siteOf(stack);
      // Stacks that read the same, such as those without names, are one site.
      const same = now.get(name);
      now.set(name, { stack, blocks: blocks + (same?.blocks ?? 0), bytes: bytes + (same?.bytes ?? 0) });
    }
    for (const name of new Set([...bySite.keys(), ...now.keys()])) {
      const alive = bySite.get(name) ?? [];
      const { stack = [], blocks = 0, bytes = 0 } = now.get(name) ?? {};
      for (const gone of alive.splice(0, Math.max(0, alive.length - blocks))) gone.died = atMs;
      for (let n = alive.length; n < Math.min(blocks, MOST_BLOCKS) && all.length < MOST_IN_ALL; n++) {
        const block: BlockLife = { site: name, stack, bytes: bytes / blocks, born: atMs, died: null };
        alive.push(block);
        all.push(block);
      }
      bySite.set(name, alive);
    }
  }
  return all;
}
