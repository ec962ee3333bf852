import type { Evidence, Frame } from './model.ts';
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

/**
 * Joins allocations and frees into block lives. A free of an unknown address is of a block from before the trace;
 * an address handed out twice without a free between was freed unseen, so the earlier life ends there.
 */
export function lives(evidence: Iterable<Evidence>): { blocks: BlockLife[]; window: Window } {
  const blocks: BlockLife[] = [];
  const open = new Map<string, BlockLife>();
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (const e of evidence) {
    const at = 'atMs' in e ? e.atMs : null;
    if (at === null) continue;
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
  if (!Number.isFinite(start)) return { blocks, window: { start: 0, end: 0 } };
  return { blocks, window: { start: Math.min(0, start), end } };
}
