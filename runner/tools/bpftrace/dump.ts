import type { Evidence, Frame, Site, Snapshot } from '../../evidence/model.ts';
import { siteOf } from '../../evidence/site.ts';
import { notice } from '../text/notice.ts';
import { frames, readable } from './keys.ts';

/** One print of maps that nobody called a snapshot: numbers and stacks by map and key, and what can be made nothing of. */
export interface Print {
  atMs: number | null;
  numbers: Map<string, Map<string, number>>;
  stacks: Map<string, Map<string, Frame[]>>;
}

const POINTER = /^(?:0x[0-9a-f]{6,16}|\d{9,20})$/;
const BYTES = /byte|size|mem|total|sum|leak|outstanding|held|retained|kb|heap|requested|sz/i;
const BLOCKS = /count|block|num|calls?$|allocs?$|objects|pieces|_n$|^n$/i;
const TIMES = /time|born|stamp|nsec|start|when|age|ts$/i;

/**
 * What other people's maps say of memory: by their stacks, or by pairs of an address and its size, and its stack. Whether frees
 * are taken off only the script knows: evidence that is no proof.
 */
export function evidenceOf(prints: readonly Print[]): Evidence[] {
  const timed =
    prints.length > 0 &&
    prints.every((p) => p.atMs !== null) &&
    new Set(prints.map((p) => p.atMs)).size === prints.length;
  const unused = new Set<string>();
  const found: Evidence[] = [];
  for (const [i, print] of prints.entries()) {
    const atMs = timed ? (print.atMs as number) : i;
    const used = new Set<string>();
    const sites = paired(print, used) ?? byStack(print, used);
    const last = i === prints.length - 1;
    if (sites !== null) {
      const below = sites.find((s) => s.blocks < 0 || s.bytes < 0);
      const snapshot: Snapshot = {
        kind: 'snapshot',
        atMs,
        sites: sites.filter((s) => s.blocks >= 0 && s.bytes >= 0),
        unproven: true,
      };
      found.push({ ...snapshot, ...(timed ? {} : { untimed: true }), ...(last ? { last: true } : {}) });
      if (below)
        found.push(notice('absurd', `${below.bytes} bytes in ${below.blocks} blocks at ${siteOf(below.stack)}`));
    }
    for (const [name, map] of print.numbers) {
      if (used.has(name)) continue;
      const plain = [...map].filter(([key]) => !key.includes('\n') && !POINTER.test(key));
      if (plain.length === 0) unused.add(name);
      for (const [key, value] of plain)
        found.push({ kind: 'counter', name, key: readable(key), value, atMs: timed ? atMs : null });
    }
    for (const name of print.stacks.keys()) if (!used.has(name)) unused.add(name);
  }
  if (unused.size > 0) found.push(notice('unused', [...unused].map((name) => `@${name}`).join(', ')));
  return found;
}

/** Addresses with a size each, and a stack where a map has it: what is in them when they are printed has not come back. */
function paired({ numbers, stacks }: Print, used: Set<string>): Site[] | null {
  const byAddress = [...numbers].filter(([, map]) => map.size > 0 && [...map.keys()].every((key) => POINTER.test(key)));
  const sized = byAddress.filter(([name]) => !TIMES.test(name));
  const [size] = [...sized.filter(([name]) => BYTES.test(name)), ...sized];
  const [origin] = [...stacks].filter(([, map]) => [...map.keys()].every((key) => POINTER.test(key)));
  // Sizes alone say less than sums by stack do.
  if (!size || (!origin && [...numbers.values()].some(hasStacks))) return null;
  used.add(size[0]);
  for (const [name] of byAddress) if (TIMES.test(name)) used.add(name);
  if (origin) used.add(origin[0]);
  const sites = new Map<string, Site>();
  for (const [address, bytes] of size[1]) {
    // A slot that was set to nothing, and not deleted.
    if (bytes !== 0) add(sites, origin?.[1].get(address) ?? [], 1, bytes);
  }
  return [...sites.values()];
}

/** Sums by stack; the name of a map says whether they are blocks or bytes, and without one they are taken for blocks. */
function byStack({ numbers }: Print, used: Set<string>): Site[] | null {
  const sums = [...numbers].filter(([, map]) => hasStacks(map));
  const bytes =
    sums.find(([name]) => BYTES.test(name) && !BLOCKS.test(name)) ?? sums.find(([name]) => BYTES.test(name));
  const blocks = sums.find((sum) => sum !== bytes && BLOCKS.test(sum[0])) ?? sums.find((sum) => sum !== bytes);
  if (!bytes && !blocks) return null;
  const sites = new Map<string, Site>();
  for (const [of, field] of [
    [blocks, 'blocks'],
    [bytes, 'bytes'],
  ] as const) {
    if (!of) continue;
    used.add(of[0]);
    for (const [key, value] of of[1])
      add(sites, stackIn(key), field === 'blocks' ? value : 0, field === 'bytes' ? value : 0);
  }
  return [...sites.values()].filter((s) => s.blocks !== 0 || s.bytes !== 0);
}

const hasStacks = (map: Map<string, number>) => [...map.keys()].some((key) => key.includes('\n'));
/** A stack may stand among other parts of a key. */
const stackIn = (key: string): Frame[] =>
  key.includes('\n') ? frames(key.slice(key.indexOf('\n'), key.lastIndexOf('\n') + 1)) : [];

function add(sites: Map<string, Site>, stack: Frame[], blocks: number, bytes: number): void {
  const sum = sites.get(siteOf(stack)) ?? { stack, blocks: 0, bytes: 0 };
  sites.set(siteOf(stack), { stack, blocks: sum.blocks + blocks, bytes: sum.bytes + bytes });
}
