import type { Site, Snapshot } from './model.ts';
import { PAGE } from './model.ts';
import { callSite } from './site.ts';

/** malloc keeps its header before the block. */
const HEADER = 16;

/** What libc's malloc asks mmap for, to hand out a block of so many bytes that gets a mapping of its own. */
export const mappingOf = (bytes: number): number => Math.ceil((bytes + HEADER) / PAGE) * PAGE;

/** Whether a size is a block's: as asked of malloc, or as malloc asked of mmap, which some tools show instead. */
export const isBlock = (size: number, block: number): boolean => size === block || size === mappingOf(block);

const sizeOf = ({ bytes, blocks }: Site): number => bytes / blocks;

/** Whether all that is known of a stack lies in libc: a mapping that malloc made, seen at mmap. */
export const onlyLibc = ({ stack }: Site): boolean => stack.length > 0 && callSite(stack) === null && stack.every((f) => f.module === undefined || /^(libc|ld-)[.-]/.test(f.module));

/**
 * A big malloc goes through mmap inside libc, and a tool that probes both shows one block twice. Drops an entry of libc's
 * own where another entry has as many blocks (one more or less: it may have been between the two probes) of the size
 * that explains it. The two are never added up. What is left of libc's own is a block whose caller the tool has lost.
 */
export function folded(snapshot: Snapshot): Snapshot {
  const explained = (mapping: Site) =>
    onlyLibc(mapping) && snapshot.sites.some((site) => site !== mapping && !onlyLibc(site) && Math.abs(site.blocks - mapping.blocks) <= 1 && mappingOf(sizeOf(site)) === sizeOf(mapping));
  return { ...snapshot, sites: snapshot.sites.filter((site) => !explained(site)) };
}
