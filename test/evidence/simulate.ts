/** A program as the truth has it, and what each kind of tracer prints of it. */
import type { Facts, Standing } from '../../runner/evidence/match.ts';
import type { Allocation, Evidence, Frame, NoticeCode, Site, Subjects, Truth } from '../../runner/evidence/model.ts';

export const MIB = 1024 * 1024;
export const PERIOD = 300;
export const RUN = 14 * PERIOD;
export const PID = 4242;

export const truth: Truth = {
  workload: 'stealth-leaker',
  leaks: true,
  call: 'malloc',
  function: 'memory_leak_thread',
  blockBytes: MIB,
  periodMs: PERIOD,
  capBytes: 2048 * MIB,
};
export const subjects: Subjects = {
  pid: PID,
  innerPid: 7,
  libc: `/proc/${PID}/root/usr/lib/x86_64-linux-gnu/libc.so.6`,
  owns: () => true,
};
export const facts = (evidence: readonly Evidence[], over: Partial<Facts> = {}): Facts => ({
  evidence,
  truth,
  subjects,
  ...over,
});

/** What a program did with one block; `died` null where it never gave it back. */
export interface Block {
  site: string;
  bytes: number;
  born: number;
  died: number | null;
}

export const stackOf = (site: string): Frame[] => [
  { symbol: site, offset: 71 },
  { symbol: 'start_thread', offset: 773 },
];

export const allocation = (over: Partial<Allocation> = {}): Allocation => ({
  kind: 'allocation',
  call: 'malloc',
  atMs: null,
  pid: null,
  address: null,
  bytes: null,
  stack: null,
  ...over,
});
export const counter = (name: string, value: number, atMs: number | null = null, key = ''): Evidence => ({
  kind: 'counter',
  name,
  key,
  value,
  atMs,
});
export const claim = (name: string, value: string): Evidence => ({ kind: 'claim', name, value });
export const notice = (code: NoticeCode, detail = ''): Evidence => ({ kind: 'notice', code, detail });

/** Whether it is out at a moment. */
export const outAt = (at: number) => (b: Block) => b.born <= at && (b.died === null || b.died > at);
export const bytesOf = (blocks: readonly Block[]): number => blocks.reduce((n, b) => n + b.bytes, 0);

/** What a tracer that attached at 0 prints of it, up to `ms`; addresses are reused as soon as they are free. */
export function traced(blocks: readonly Block[], { ms = RUN, tick = 2 * PERIOD } = {}): Evidence[] {
  type Step = { at: number; order: number; block?: Block };
  const steps: Step[] = [];
  for (const block of blocks) {
    if (block.born <= ms) steps.push({ at: block.born, order: 0, block });
    if (block.born <= ms && block.died !== null && block.died <= ms) steps.push({ at: block.died, order: 1, block });
  }
  for (let at = tick; at <= ms; at += tick) steps.push({ at, order: 2 });
  steps.sort((a, b) => a.at - b.at || a.order - b.order);

  const evidence: Evidence[] = [{ kind: 'subject', pid: PID }];
  const live = new Map<Block, string>();
  const free: string[] = [];
  let next = 0x7f0000000000;
  for (const { at, block } of steps) {
    if (!block) evidence.push({ kind: 'snapshot', atMs: at, sites: sitesOf([...live.keys()]) });
    else if (live.has(block)) {
      const address = live.get(block) as string;
      live.delete(block);
      free.push(address);
      evidence.push({ kind: 'free', atMs: at, pid: null, address });
    } else {
      const address = free.pop() ?? `0x${((next += 2 * MIB)).toString(16)}`;
      live.set(block, address);
      evidence.push(allocation({ atMs: at, address, bytes: block.bytes, stack: stackOf(block.site) }));
    }
  }
  return evidence;
}

function sitesOf(blocks: readonly Block[]): Site[] {
  const names = [...new Set(blocks.map((b) => b.site))];
  return names.map((name) => {
    const of = blocks.filter((b) => b.site === name);
    return { stack: stackOf(name), blocks: of.length, bytes: bytesOf(of) };
  });
}

/** Running totals as `ratio.bt` and `trend.bt` print them: nothing of a total that is still 0. */
export function totalled(blocks: readonly Block[], { ms = RUN, tick = 2 * PERIOD, pid = PID } = {}): Evidence[][] {
  const looks: Evidence[][] = [];
  for (let at = tick; at <= ms; at += tick) {
    const born = blocks.filter((b) => b.born <= at);
    const back = born.filter((b) => b.died !== null && b.died <= at).length;
    const totals = { calls: born.length, allocs: born.length, requested: bytesOf(born), frees: back };
    looks.push(
      Object.entries(totals).flatMap(([name, value]) => (value > 0 ? [counter(name, value, at, String(pid))] : [])),
    );
  }
  return looks;
}

/** Birthdays of what is outstanding, as `aged.bt` prints them. */
export function aged(blocks: readonly Block[], { ms = RUN, tick = 2 * PERIOD } = {}): Evidence[][] {
  const looks: Evidence[][] = [];
  for (let at = tick; at <= ms; at += tick)
    looks.push(
      blocks.filter(outAt(at)).map((b, i) => counter('born_ms', b.born, at, String(140_000_000_000_000 + i * MIB))),
    );
  return looks;
}

/** Everything up to each look of several, the nothing before the first one included. */
export const runs = (looks: readonly Evidence[][]): Evidence[][] => [
  [],
  ...looks.map((_, i) => looks.slice(0, i + 1).flat()),
];

/** Events that happened at a moment of their own: what shares a millisecond has no order but the one it was printed in. */
export function apart(evidence: readonly Evidence[]): Evidence[] {
  const taken = new Set<number>();
  return evidence.filter((e) => 'atMs' in e && e.atMs !== null && !taken.has(e.atMs) && taken.add(e.atMs));
}

/** The values of a standing that no one could read. */
export const unreadable = ({ seen }: Standing): unknown[] =>
  Object.values(seen).filter((v) => !(typeof v === 'string' || Number.isFinite(v)));
