import type { Allocation, Counter, Free } from '../../evidence/model.ts';
import { own } from '../text/plain.ts';

/** What other people's scripts print of a call, in whatever order: a verb, an address, a size, and who and when beside it. */
const GIVES =
  /\b(?:c|m|re)?alloc(?:ated|ation|array)?\b|\b(?:memalign|posix_memalign|aligned_alloc|valloc|mmap|new)\b|^\+/i;
const TAKES = /\b(?:free[ds]?|munmap|deleted?|dealloc(?:ated|ation)?|released?)\b|^-(?=\s)/i;
const ADDRESS = /(?<![\w.+])0x[0-9a-f]{4,16}\b/gi;
const PID = /\bpid\s*[=:]?\s*(\d{1,10})\b|^\[(\d{1,10})\]/i;
const COUNT_AND_SIZE = /\bcalloc\s*\(\s*(\d{1,15})\s*,\s*(\d{1,15})\s*\)/i;
const SIZES = [
  /\b(?:size|bytes|length|len|sz)\s*[=:]?\s*(\d{1,15})\b/i,
  /\b(\d{1,15})\s*(?:bytes?|B)\b/i,
  /\b(?:(?:c|m|re)?alloc|new)\s*\(\s*(\d{1,15})\s*\)/i,
  /,\s*(\d{1,15})\s*\)/,
];
const BARE = /(?<![\w.=:])\d{1,15}(?![\w.:])/g;
const STAMP = /^\[?(\d{1,19}(?:\.\d{1,9})?)\s?(ns|us|µs|ms|s)?\]?:?\s+(?=\S)/;
const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000 };
/** A number of nanoseconds since boot, which nobody gives a unit. */
const NSECS = 1e11;
const LONGEST = 300;

/** Reads one line after another: times without a unit are nanoseconds since boot, and count from the first of them. */
export function foreigners(): (line: string) => (Allocation | Free)[] {
  let first: number | null = null;
  return (line) => callsIn(line, (nsecs) => nsecs - (first ??= nsecs));
}

/** The calls that a line of somebody else's script tells of; none where it is no such line. */
function callsIn(line: string, since: (ms: number) => number): (Allocation | Free)[] {
  if (line.length > LONGEST || !line.includes('0x')) return [];
  const stamp = STAMP.exec(line);
  const atMs = stamp ? timeOf(Number(stamp[1]), stamp[2], since) : null;
  const said = stamp && atMs !== null ? line.slice(stamp[0].length) : line;
  const gives = said.search(GIVES);
  const takes = said.search(TAKES);
  if (gives < 0 && takes < 0) return [];
  const addresses = (said.match(ADDRESS) ?? []).filter((a) => !/^0x0+$/.test(a)).map((a) => own(a.toLowerCase()));
  const pid = numberOf(PID.exec(said)?.slice(1).find(Boolean));
  const when = { atMs, pid };
  const freed = (address: string): Free => ({ kind: 'free', ...when, address });
  const [first, second] = addresses;
  if (first === undefined || addresses.length > 2) return [];
  if (gives < 0 || (takes >= 0 && takes < gives)) return second === undefined ? [freed(first)] : [];
  const bytes = sizeOf(said);
  const moved = second !== undefined && /realloc/i.test(said);
  if (bytes === null || (second !== undefined && !moved)) return [];
  const call = /\b(calloc|realloc|mmap)\b/i.exec(said)?.[1]?.toLowerCase() ?? 'malloc';
  const block: Allocation = { kind: 'allocation', call, ...when, address: second ?? first, bytes, stack: null };
  return moved ? [freed(first), block] : [block];
}

const RATIO = /^PID (\d{1,10}): Alloc\/Free ratio: (\d{1,15})\/(\d{1,15}) = /;

/** The guide's line of sums: how many calls of each there have been. */
export function ratioOf(line: string): Counter[] {
  const [, pid, allocs, frees] = RATIO.exec(line) ?? [];
  if (pid === undefined) return [];
  const counter = (name: string, value: string | undefined): Counter => ({
    kind: 'counter',
    name,
    key: own(pid),
    value: Number(value),
    atMs: null,
  });
  return [counter('allocs', allocs), counter('frees', frees)];
}

function sizeOf(said: string): number | null {
  const both = COUNT_AND_SIZE.exec(said);
  if (both) return numberOf(String(Number(both[1]) * Number(both[2])));
  for (const shape of SIZES) {
    const size = numberOf(shape.exec(said)?.[1]);
    if (size !== null) return size;
  }
  // All that is left beside the address: one number can be nothing else.
  const rest = said.replace(PID, ' ').replaceAll(ADDRESS, ' ').match(BARE) ?? [];
  return rest.length === 1 ? numberOf(rest[0]) : null;
}

function timeOf(value: number, unit: string | undefined, since: (ms: number) => number): number | null {
  if (unit !== undefined) return value * (UNITS[unit] as number);
  return value >= NSECS ? since(value / 1e6) : null;
}

function numberOf(digits: string | undefined): number | null {
  const n = digits === undefined ? Number.NaN : Number(digits);
  return Number.isSafeInteger(n) ? n : null;
}
