import type { Frame } from '../../evidence/model.ts';
import { parseFrame } from '../../evidence/site.ts';
import { own } from '../text/plain.ts';

/**
 * `\t\t0x00007f…  ` before a frame of BCC's, without the address under --combined-only. What was copied from a terminal has
 * blanks for tabs, and in a chat none at all.
 */
const PYTHON = /^(?:\t\t| {9,24}|\s{0,16}(?=0x[0-9a-f]{6,16}\s))(?:0x[0-9a-f]{1,16}(?=\s)\s{1,20})?(?=\S)/;
/** `\t0 [<00007f…>] ` before one of libbpf-tools'. */
const LIBBPF = /^\s{0,16}\d{1,3} \[<[0-9a-f]{1,16}>\] ?/;
/** With neither indentation nor address only what can be nothing else. */
const BARE = /^(?=(?:\S.{0,4096}\+0x[0-9a-f]{1,16}|\[unknown\]) \[[^[\]]{1,255}\]$)/;
/** How a frame ends that was not cut off. */
const ENDS = /\]$|\+0x[0-9a-f]{1,16}$|> *$/;
/** ` [module]` after it; in libbpf-tools a path, and all there is where there is no name. */
const MODULE = /(?:^| )\[([^[\]]{1,4096})\]$/;
/** Longer names than this are none. */
const MAX_NAME = 4096;
const NO_NAME = { symbol: null, offset: null };
/** What memleak prints for a stack that the kernel had no room for. */
const LOST = 'stack information lost';

/** The frame that a line under a stack is, in the forms of BCC's and of libbpf-tools' memleak; null for other lines. */
export function frameOf(line: string): Frame | null {
  const head = (PYTHON.exec(line) ?? LIBBPF.exec(line) ?? BARE.exec(line))?.[0];
  if (head === undefined) return null;
  const rest = line.slice(head.length);
  const module = rest === '[unknown]' ? null : MODULE.exec(rest);
  const name = module ? rest.slice(0, module.index) : rest;
  if (name.length > MAX_NAME) return null;
  const { symbol, offset } = name === '' || name === LOST ? NO_NAME : parseFrame(name);
  const file = module?.[1]?.slice(module[1].lastIndexOf('/') + 1);
  return { symbol: symbol === null ? null : own(symbol), offset, ...(file ? { module: own(file) } : {}) };
}

/** Whether a line begins as a frame does. */
export const beginsFrame = (line: string): boolean => PYTHON.test(line) || LIBBPF.test(line);
export const isFrame = (line: string): boolean => beginsFrame(line) && ENDS.test(line);
