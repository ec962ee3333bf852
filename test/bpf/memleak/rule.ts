import { execFileSync } from 'node:child_process';

/** A block as the tracer knows it; ms. */
export interface Block {
  born: number;
  died: number | null;
  bytes: number;
}
/** What the tracer says of a call site at one look, and what else the rule is told. */
export interface Told {
  atMs: number;
  ended: [bin: number, count: number][];
  alive: [bin: number, count: number, bytes: number][];
  longestMs: number;
  allocs: number;
  allocatedBytes: number;
  weight?: number;
  /** Null: nobody knows. */
  neededMs?: number | null;
  unseen?: number;
  lost?: number;
  held?: number;
  looks?: [atMs: number, blocks: number, bytes: number][];
}
export interface Ruled {
  answer: string;
  share: number;
  shareError: number;
  rate: number;
  rateError: number;
  settleMs: number;
  floor: number;
}

/** As shared.h has it; test/bpf/memleak/bins.test.ts holds that to its edges. */
function binOf(ms: number): number {
  const ns = BigInt(Math.floor(ms * 1e6));
  const octave = ns.toString(2).length - 1;
  if (octave < 20) return 0;
  return octave > 43 ? 97 : 1 + 4 * (octave - 20) + Number((ns >> BigInt(octave - 2)) & 3n);
}

/** Blocks as they stand at a moment. */
export function at(atMs: number, blocks: readonly Block[]): Told {
  const ended = new Map<number, number>();
  const alive = new Map<number, [count: number, bytes: number]>();
  const born = blocks.filter((b) => b.born <= atMs);
  let longestMs = 0;
  for (const { born: from, died, bytes } of born) {
    if (died !== null && died <= atMs) {
      ended.set(binOf(died - from), (ended.get(binOf(died - from)) ?? 0) + 1);
      longestMs = Math.max(longestMs, died - from);
    } else {
      const [count, sum] = alive.get(binOf(atMs - from)) ?? [0, 0];
      alive.set(binOf(atMs - from), [count + 1, sum + bytes]);
    }
  }
  return {
    atMs,
    ended: [...ended],
    alive: [...alive].map(([bin, [count, sum]]) => [bin, count, sum]),
    longestMs,
    allocs: born.length,
    allocatedBytes: born.reduce((n, b) => n + b.bytes, 0),
  };
}

/** What the rule's driver, a compiled rule.c, says of each. */
export function ruled(program: string, sites: readonly Told[]): Ruled[] {
  const input = sites.flatMap((s) => [
    `site ${s.atMs} ${s.weight ?? 1} ${s.longestMs} ${s.allocs} ${s.allocatedBytes} ${s.neededMs === null ? -1 : (s.neededMs ?? 30_000)} ${s.unseen ?? 0} ${s.lost ?? 0} ${s.held ?? 0}`,
    ...s.ended.map((e) => `ended ${e.join(' ')}`),
    ...s.alive.map((a) => `alive ${a.join(' ')}`),
    ...(s.looks ?? []).map((l) => `look ${l.join(' ')}`),
    'end',
  ]);
  return execFileSync(program, { input: input.join('\n'), encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => {
      const [answer = '', ...numbers] = line.split(' ');
      const [share = 0, shareError = 0, rate = 0, rateError = 0, settleMs = 0, floor = 0] = numbers.map((n) =>
        n.endsWith('nan') ? Number.NaN : Number(n),
      );
      return { answer, share, shareError, rate, rateError, settleMs, floor };
    });
}
