import type { Facts, Standing } from '../../runner/evidence/match.ts';
import type { Allocation, Evidence, Frame, NoticeCode, Subjects, Truth } from '../../runner/evidence/model.ts';

export const MIB = 1024 * 1024;
export const PERIOD = 300;
export const PID = 4242;
export const seeds = Array.from({ length: 25 }, (_, i) => i + 1);

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

export type Random = () => number;

/** Uniform numbers in [0, 1) that a seed decides (mulberry32). */
export function prng(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

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

/** Births at a steady pace, with the jitter of a thread that sleeps: never at the very edge of a period. */
function births(random: Random, ms: number, every: number): number[] {
  const phase = (0.1 + 0.7 * random()) * every;
  const out: number[] = [];
  for (let at = phase; at < ms; at += every) out.push(Math.round(at + 0.04 * every * random()));
  return out;
}

interface Pace {
  ms?: number;
  every?: number;
  bytes?: number;
  site?: string;
}

const paced = ({ ms = 14 * PERIOD, every = PERIOD, bytes = MIB, site = 'memory_leak_thread' }: Pace) => ({
  ms,
  every,
  bytes,
  site,
});

export function leaker(random: Random, pace: Pace = {}): Block[] {
  const { ms, every, bytes, site } = paced(pace);
  return births(random, ms, every).map((born) => ({ site, bytes, born, died: null }));
}

/** The healthy twin: takes its fourth block, then gives the first one back. */
export function twin(random: Random, pace: Pace = {}): Block[] {
  const { ms, every, bytes, site } = paced(pace);
  const all = births(random, ms, every);
  return all.map((born, i) => ({ site, bytes, born, died: all[i + 3] ?? null }));
}

/** Fills up to the share `until` of the run; from then on it keeps what it has, or replaces the oldest. */
export function cache(
  random: Random,
  { until, replaces, ...pace }: Pace & { until: number; replaces: 'none' | 'oldest' },
): Block[] {
  const { ms, every, bytes } = paced(pace);
  const all = births(random, ms, every).map((born): Block => ({ site: 'cache_put', bytes, born, died: null }));
  const filled = all.filter((b) => b.born < until * ms);
  if (replaces === 'none') return filled;
  all.slice(filled.length).forEach((b, i) => {
    (all[i] as Block).died = b.born + 1;
  });
  return all;
}

/** Sessions of a load that comes and goes: who came last leaves first. */
export function loadWave(random: Random, pace: Pace = {}): Block[] {
  const { ms, every, bytes } = paced(pace);
  return births(random, 0.48 * ms, every / 2).map((born) => ({
    site: 'session_open',
    bytes,
    born,
    died: Math.round(ms - born - 0.02 * ms * random()),
  }));
}

export function startUp(random: Random, { ms = 14 * PERIOD, bytes = MIB }: Pace = {}): Block[] {
  return Array.from({ length: 20 }, () => ({
    site: 'load_tables',
    bytes,
    born: Math.round(0.05 * ms * random()),
    died: null,
  }));
}

/** Requests: many blocks of all sizes, none older than a fiftieth of the run. */
export function churn(random: Random, { ms = 14 * PERIOD }: Pace = {}): Block[] {
  return Array.from({ length: 300 }, () => {
    const born = Math.round(ms * random());
    return {
      site: pick(random, ['on_request', 'parse_body']),
      bytes: 16 + Math.floor(4000 * random()),
      born,
      died: born + 1 + Math.round(0.02 * ms * random()),
    };
  });
}

/** What a tracer that attached at 0 prints of it, up to `ms`; addresses are reused as soon as they are free. */
export function traced(blocks: readonly Block[], { ms = 14 * PERIOD, tick = 2 * PERIOD } = {}): Evidence[] {
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

function sitesOf(blocks: readonly Block[]) {
  const names = [...new Set(blocks.map((b) => b.site))];
  return names.map((name) => {
    const of = blocks.filter((b) => b.site === name);
    return { stack: stackOf(name), blocks: of.length, bytes: of.reduce((n, b) => n + b.bytes, 0) };
  });
}

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

/** Running totals as `ratio.bt` and `trend.bt` print them: nothing of a total that is still 0. */
export function totalled(
  blocks: readonly Block[],
  { ms = 14 * PERIOD, tick = 2 * PERIOD, pid = PID } = {},
): Evidence[][] {
  const looks: Evidence[][] = [];
  for (let at = tick; at <= ms; at += tick) {
    const born = blocks.filter((b) => b.born <= at);
    const back = born.filter((b) => b.died !== null && b.died <= at).length;
    const bytes = born.reduce((n, b) => n + b.bytes, 0);
    const totals = { calls: born.length, allocs: born.length, requested: bytes, frees: back };
    looks.push(
      Object.entries(totals).flatMap(([name, value]) => (value > 0 ? [counter(name, value, at, String(pid))] : [])),
    );
  }
  return looks;
}

/** Birthdays of what is outstanding, as `aged.bt` prints them. */
export function aged(blocks: readonly Block[], { ms = 14 * PERIOD, tick = 2 * PERIOD } = {}): Evidence[][] {
  const looks: Evidence[][] = [];
  for (let at = tick; at <= ms; at += tick) {
    const live = blocks.filter((b) => b.born <= at && (b.died === null || b.died > at));
    looks.push(live.map((b, i) => counter('born_ms', b.born, at, String(140_000_000_000_000 + i * MIB))));
  }
  return looks;
}

/** Everything up to each look of several, the nothing before the first one included. */
export const runs = (looks: readonly Evidence[][]): Evidence[][] => [
  [],
  ...looks.map((_, i) => looks.slice(0, i + 1).flat()),
];

/** The values of a standing that no one could read. */
export const unreadable = ({ seen }: Standing): unknown[] =>
  Object.values(seen).filter((v) => !(typeof v === 'string' || Number.isFinite(v)));

const NUMBERS = [0, 1, 15, PERIOD, MIB, MIB + 4096, 1e13, Number.MAX_SAFE_INTEGER];
const TEXTS = [
  '',
  '0',
  'healthy',
  '이상 없음',
  '__proto__',
  'constructor',
  String(PID),
  '0x0',
  '\u001b[31m',
  '4242,f+71 ← ?',
  'x'.repeat(500),
];
const NAMES = [
  'calls',
  'requested',
  'allocs',
  'frees',
  'born_ms',
  'app_memory_used_bytes',
  'log_total',
  'uprobe',
  'health',
  'log',
  'feature',
  'missing',
  'kernel',
  'CapEff',
  '__proto__',
];
const CODES: NoticeCode[] = ['needs-root', 'no-such-process', 'map-full', 'cut-off', 'unreadable'];

/** Evidence of a well-formed kind and of nothing that ever ran. */
export function absurd(random: Random, length: number): Evidence[] {
  const number = () => pick(random, NUMBERS);
  const maybe = () => (random() < 0.3 ? null : number());
  const text = () => pick(random, TEXTS);
  const frame = (): Frame => ({
    symbol: random() < 0.3 ? null : pick(random, [...TEXTS, 'malloc', 'start_thread', 'memory_leak_thread']),
    offset: maybe(),
  });
  const frames = () => Array.from({ length: Math.floor(4 * random()) }, frame);
  const one = (): Evidence =>
    pick<() => Evidence>(random, [
      () =>
        allocation({
          atMs: maybe(),
          pid: maybe(),
          address: pick(random, [null, ...TEXTS]),
          bytes: maybe(),
          stack: pick(random, [null, frames()]),
        }),
      () => ({ kind: 'free', atMs: maybe(), pid: maybe(), address: text() }),
      () => ({ kind: 'syscall', name: pick(random, ['mmap', '']), atMs: maybe(), pid: maybe(), bytes: number() }),
      () => ({
        kind: 'snapshot',
        atMs: number(),
        sites: Array.from({ length: Math.floor(3 * random()) }, () => ({
          stack: frames(),
          blocks: number(),
          bytes: number(),
        })),
      }),
      () => counter(pick(random, NAMES), number(), maybe(), text()),
      () => ({
        kind: 'memory',
        pid: maybe(),
        atMs: maybe(),
        rss: maybe(),
        vsz: maybe(),
        pss: maybe(),
        anonymous: maybe(),
        swap: maybe(),
      }),
      () => claim(pick(random, NAMES), text()),
      () => ({ kind: 'subject', pid: number() }),
      () => notice(pick(random, CODES), text()),
    ])();
  return Array.from({ length }, one);
}
