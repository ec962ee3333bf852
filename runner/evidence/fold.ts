import type { Frame, Site, Snapshot } from './model.ts';
import { PAGE } from './model.ts';
import { callSite } from './site.ts';

/** malloc keeps its header before the block. */
const HEADER = 16;
/** glibc, musl, their loaders, and where threads lived before glibc 2.34. */
const LIBC = /^(?:libc|ld|libpthread)[.-]/;

/** What libc's malloc asks mmap for, to hand out a block of so many bytes that gets a mapping of its own. */
export const mappingOf = (bytes: number): number => Math.ceil((bytes + HEADER) / PAGE) * PAGE;

/** Whether a size is a block's: as asked of malloc, or as malloc asked of mmap, which some tools show instead. */
export const isBlock = (size: number, block: number): boolean => size === block || size === mappingOf(block);

/** Libc's by its file where that is known, whatever its name; else by its name, if it is one of libc's. */
const ofLibc = (frame: Frame): boolean =>
  frame.module === undefined ? frame.symbol !== null && callSite([frame]) === null : LIBC.test(frame.module);
const nameless = ({ symbol, module }: Frame): boolean => symbol === null && module === undefined;

/** Whether all that is known of a stack lies in libc: a mapping that malloc made, seen at mmap. */
export const onlyLibc = ({ stack }: Site): boolean =>
  stack.some(ofLibc) && stack.every((frame) => ofLibc(frame) || nameless(frame));

/**
 * A big malloc goes through mmap inside libc, and a tool that probes both shows one block twice: as asked of malloc, by
 * its caller, and as asked of mmap, in libc. The two are never added up: from libc's own entries of a size, as many blocks
 * are taken as callers account for; one more or less may have been between the two probes. What is left of libc's own
 * are blocks whose caller the tool has lost.
 */
export function folded(snapshot: Snapshot): Snapshot {
  const callers = new Map<number, number>();
  const inLibc = new Set(snapshot.sites.filter(onlyLibc));
  for (const site of snapshot.sites) {
    if (inLibc.has(site) || site.blocks === 0) continue;
    const mapping = mappingOf(site.bytes / site.blocks);
    callers.set(mapping, (callers.get(mapping) ?? 0) + site.blocks);
  }
  const sites = snapshot.sites.flatMap((site) => {
    const size = site.bytes / site.blocks;
    const accounted = callers.get(size);
    if (!inLibc.has(site) || accounted === undefined) return [site];
    const blocks = site.blocks - accounted;
    callers.set(size, Math.max(0, -blocks));
    return blocks > 1 ? [{ ...site, blocks, bytes: blocks * size }] : [];
  });
  return { ...snapshot, sites };
}
