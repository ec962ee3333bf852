// A workload's ledger, and a snapshot of our tracer's against it.
import { readFileSync } from 'node:fs';
import type { Listed, Snapshot } from './tracer.ts';

/** A block that is alive, as the program that has it wrote it down. */
export interface Entry {
  address: number;
  bytes: number;
  /** ms on the clock of performance.now(), once the block was there. */
  born: number;
}

export interface Ledger {
  alive: Entry[];
  /** Blocks handed out so far. */
  made: number;
  /** Call sites that they come from; 0 where the workload doesn't say. */
  sites: number;
}

/** struct ledger and struct entry in bench/accuracy/ledger.h: 64-bit numbers throughout. */
const [HEADER, ENTRY] = [4, 4];

export function readLedger(file: string): Ledger {
  const bytes = readFileSync(file);
  const words = new BigUint64Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 8));
  const word = (at: number) => Number(words[at] ?? 0n);
  const zero = Number(process.hrtime.bigint()) / 1e6 - performance.now(); // both clocks are CLOCK_MONOTONIC
  const alive: Entry[] = [];
  for (let at = HEADER; at < words.length; at += ENTRY) {
    if (word(at + 3) === 1) alive.push({ address: word(at), bytes: word(at + 1), born: word(at + 2) / 1e6 - zero });
  }
  return { alive, made: word(1), sites: word(2) };
}

/** How a snapshot differs from the ledger; all zero but the first two in one that is exact. */
export interface Difference {
  blocks: number;
  bytes: number;
  /** In the ledger, and not in the snapshot. */
  missing: number;
  /** In the snapshot, and not in the ledger. */
  ghosts: number;
  wrongSize: number;
  /** Born at another time than the ledger says, by more than a second. */
  wrongAge: number;
  /** Call sites whose sums are not those of their blocks, or that are not there, or that are too many. */
  sites: number;
  lost: number;
}

const A_SECOND = 1000;

/** Compares what is outstanding. Blocks that were there before `from` may be listed; all later ones must be. */
export function compare(
  ledger: Ledger,
  snapshot: Snapshot,
  { since, from }: { since: number; from: number },
): Difference {
  const left = new Map(ledger.alive.map((entry) => [entry.address, entry]));
  const found = { blocks: 0, bytes: 0, missing: 0, ghosts: 0, wrongSize: 0, wrongAge: 0 };
  for (const { address, bytes, born_ms } of snapshot.blocks ?? []) {
    const entry = left.get(Number(address));
    if (!entry) {
      found.ghosts++;
      continue;
    }
    // One that is listed twice is a ghost the second time.
    left.delete(entry.address);
    found.blocks++;
    found.bytes += entry.bytes;
    if (bytes !== entry.bytes) found.wrongSize++;
    if (Math.abs(since + born_ms - entry.born) > A_SECOND) found.wrongAge++;
  }
  for (const entry of left.values()) {
    if (entry.born < from) continue;
    found.blocks++;
    found.bytes += entry.bytes;
    found.missing++;
  }
  return {
    ...found,
    sites: wrongSites(ledger, snapshot),
    lost: Object.values(snapshot.lost).reduce((sum, n) => sum + n, 0),
  };
}

function wrongSites(ledger: Ledger, { sites, sites_omitted, blocks = [] }: Snapshot): number {
  const of = new Map<number, { count: number; bytes: number }>();
  for (const { site, bytes } of blocks as Listed[]) {
    const sum = of.get(site) ?? { count: 0, bytes: 0 };
    of.set(site, { count: sum.count + 1, bytes: sum.bytes + bytes });
  }
  const many = of.size;
  let wrong = sites_omitted;
  for (const s of sites) {
    const { count, bytes } = of.get(s.site) ?? { count: 0, bytes: 0 };
    of.delete(s.site);
    const right =
      s.outstanding_count === count &&
      s.outstanding_bytes === bytes &&
      s.allocs - s.frees === count &&
      s.allocated_bytes - s.freed_bytes === bytes;
    if (!right) wrong++;
  }
  return wrong + of.size + (ledger.sites > 0 ? Math.abs(ledger.sites - many) : 0);
}
