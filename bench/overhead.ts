// What watching malloc costs: a loop that does nothing else, and a program that does something, under one tool after another.
// Needs root (or sudo), cc, and what is to be compared. `--attach=perf` has ours attach as on kernels before 6.10, `--attach=multi` as before 6.13.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ownLibc } from '../runner/environments/host/libc.ts';
import { root } from '../runner/paths.ts';
import {
  type Absent,
  BCC,
  FILTERED,
  FLOOR,
  NOTHING,
  OURS,
  PIECES,
  pieces,
  PROGRESSIVE,
  type Watcher,
  watchers,
  wrappers,
} from './lib/contenders.ts';
import { quantile, ratios, spread, table } from './lib/figures.ts';
import { compile, type Program, scratch, start } from './lib/programs.ts';
import { type Realistic, realistic } from './lib/realistic.ts';
import { interrupted as signal } from './lib/interrupt.ts';
import { madeTracer, trace } from './lib/tracer.ts';

const ROUNDS = 7;
const REAL_ROUNDS = 5;
const BOUND_ROUNDS = 3;
/** A measurement, after the loop has warmed up; and the one during which our tracer comes. */
const [WINDOW_MS, VISIT_MS] = [150, 500];
const THREADS = [1, 2] as const;
/** What ours may take of what empty probes do. */
const TIMES_FLOOR = 1.25;
/** Below this a tool that traps each malloc was not there. */
const SEEN = 2;

/** What each round gave, by contender; only of those that are here. */
type Rounds = ReadonlyMap<string, readonly number[][]>;
type Contender = { name: string; once(): Promise<number[] | Absent> };

const mode = process.argv.find((arg) => arg.startsWith('--attach='))?.slice('--attach='.length) ?? 'auto';
const absent = new Map<string, string>();
const { dir, end } = scratch();
const loop = { source: join(root, 'bench/loop.c'), binary: join(dir, 'loop') };

try {
  const unmade = await madeTracer(signal);
  if (unmade !== null) for (const name of [FLOOR, OURS, FILTERED, PROGRESSIVE]) absent.set(name, unmade);
  await compile('cc', ['-std=c11', '-o', loop.binary, loop.source], signal);
  const loops = await onTheLoop();
  for (const [at, threads] of THREADS.entries())
    print(`malloc(64) and free in ${threads} thread${threads > 1 ? 's' : ''}`, 'ns a pair', loops, at);
  const visits = absent.has(OURS) ? [] : await visiting();
  const missed = quantile(times(loops, OURS, FLOOR, 0), 0.5) > TIMES_FLOOR;
  const bound = missed ? await bounding(loops) : [];
  const folder = join(dir, 'real');
  mkdirSync(folder);
  const program = await realistic(folder, signal);
  const reals: Rounds = program ? await onProgram(program) : new Map();
  if (program) print(`${program.what}, ${program.units} ${program.unit}`, 'ms', reals, 0);
  else process.stdout.write('No program but the loop: neither redis-server with redis-benchmark nor gcc is here.\n\n');
  for (const [name, why] of absent) process.stdout.write(`${name} is not here: ${why}\n`);
  process.stdout.write(
    `${[...targets(loops, visits, reals), ...bound].join('\n')}\nMedians (quartiles); ratios and differences are of one round.\n`,
  );
} catch (error) {
  signal.throwIfAborted();
  throw error;
} finally {
  end();
}

/** Runs all contenders in turn, each round beginning with another one. One that is not here is remembered as that. */
async function inTurn(rounds: number, contenders: readonly Contender[]): Promise<Rounds> {
  const seen = new Map<string, number[][]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < contenders.length; i++) {
      signal.throwIfAborted();
      const { name, once } = contenders[(round + i) % contenders.length] as Contender;
      if (absent.has(name)) continue;
      const got = await once();
      if ('refused' in got) absent.set(name, got.refused);
      else seen.get(name)?.push(got);
    }
  }
  for (const { name } of contenders) if (absent.has(name)) seen.delete(name);
  return seen;
}

/** The process that tools come to runs all the time; those that have to start it themselves start another. */
async function onTheLoop(): Promise<Rounds> {
  const subject = await looping();
  const attached = watchers(mode).map((watcher) => ({
    name: watcher.name,
    once: () => watched(watcher, subject, () => measured(subject.running)),
  }));
  const started = wrappers.map(({ name, start: begin }) => ({
    name,
    async once() {
      const running = await begin(loop, { dir, signal });
      if ('refused' in running) return running;
      try {
        return await measured(running);
      } finally {
        await running.end();
      }
    },
  }));
  try {
    const rounds = await inTurn(ROUNDS, [...attached, ...started]);
    for (const [name, of] of rounds) {
      const times = ratios(column(of, 0), column(rounds.get(NOTHING) ?? [], 0));
      if (name !== NOTHING && name !== PROGRESSIVE && quantile(times, 0.5) < SEEN)
        throw new Error(`${name} changed nothing: it was not attached`);
    }
    return rounds;
  } finally {
    await subject.running.end();
  }
}

/** The loop, with a libc of its own: probes on it slow down nobody else. */
async function looping(): Promise<{ running: Program; pid: number; libc: string }> {
  const libraries = await ownLibc(loop.binary, dir);
  const running = await start([loop.binary], { ...(libraries ? { env: { LD_LIBRARY_PATH: libraries } } : {}), signal });
  return { running, pid: running.pid, libc: join(libraries ?? '', 'libc.so.6') };
}

async function watched(
  watcher: Watcher,
  { pid, libc }: { pid: number; libc: string },
  work: () => Promise<number[]>,
): Promise<number[] | Absent> {
  const detach = await watcher.attach({ pid, libc, dir, signal });
  if ('refused' in detach) return detach;
  try {
    return await work();
  } finally {
    await detach();
  }
}

/** ns a pair, by the number of threads. */
async function measured(running: Program): Promise<number[]> {
  const took: number[] = [];
  for (const threads of THREADS) {
    running.say(`${threads} ${WINDOW_MS}`);
    took.push(Number((await running.hear(/^loop \d+ ([\d.]+)$/))[1]));
  }
  return took;
}

/** Our tracer comes while the loop runs: ms it took to attach, from loading on, until its first snapshot, until it was gone. */
async function visiting(): Promise<number[][]> {
  const { running, pid } = await looping();
  const visits: number[][] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      running.say(`1 ${VISIT_MS}`);
      const tracer = await trace(pid, ['--attach', mode, '--interval', '0.1'], { dir, signal });
      if ('refused' in tracer) throw new Error(tracer.refused);
      const { ms, load_ms = Number.NaN } = tracer.attached;
      await tracer.next();
      const first = performance.now() - tracer.since;
      const asked = performance.now();
      await tracer.stop();
      visits.push([ms, load_ms + ms, first, performance.now() - asked]);
      await running.hear(/^loop/);
    }
    return visits;
  } finally {
    await running.end();
  }
}

/** The least that a block with its stack takes beside the probes, from programs that do one thing each. */
async function bounding(loops: Rounds): Promise<string[]> {
  const subject = await looping();
  try {
    const rounds = await inTurn(
      BOUND_ROUNDS,
      pieces().map((watcher) => ({
        name: watcher.name,
        once: () => watched(watcher, subject, () => measured(subject.running)),
      })),
    );
    for (const name of Object.values(PIECES)) absent.delete(name);
    const middle = (of: Rounds, name: string) => quantile(column(of.get(name) ?? [], 0), 0.5);
    const over = (name: string, base: string) => middle(rounds, name) - middle(rounds, base);
    const [stack, time, block] = [
      over(PIECES.stack, PIECES.number),
      over(PIECES.time, PIECES.number),
      over(PIECES.block, PIECES.nothing),
    ];
    const least = middle(loops, FLOOR) + stack + time + block;
    if (Number.isNaN(least)) return ['What a stack, the time and a block take can only be told where bpftrace is.'];
    const ns = (n: number) => `${n.toFixed(0)} ns`;
    return [
      `What a pair takes at least, 1 thread: empty probes ${ns(middle(loops, FLOOR))}, two frames of a stack ${ns(stack)}, the time ${ns(time)}, a block into a map and out of it ${ns(block)}:`,
      `${ns(least)}, ${(least / middle(loops, FLOOR)).toFixed(2)} × the empty probes. Ours takes ${ns(middle(loops, OURS))}, ${(middle(loops, OURS) / least).toFixed(2)} × that.`,
    ];
  } finally {
    await subject.running.end();
  }
}

async function onProgram(program: Realistic): Promise<Rounds> {
  const some = watchers(mode).filter(({ name }) => [NOTHING, FLOOR, OURS, FILTERED, PROGRESSIVE, BCC].includes(name));
  try {
    return await inTurn(
      REAL_ROUNDS,
      some.map((watcher) => ({
        name: watcher.name,
        async once() {
          const { pid, work, end: drop } = await program.next();
          try {
            return await watched(watcher, { pid, libc: '' }, async () => [await work()]);
          } finally {
            await drop();
          }
        },
      })),
    );
  } finally {
    await program.end();
  }
}

function column(of: readonly number[][], at: number): number[] {
  return of.map((row) => row[at] as number);
}

/** How many times another one's figure, in each round; none where one of the two isn't here. */
function times(rounds: Rounds, of: string, base: string, at: number): number[] {
  return rounds.has(of) && rounds.has(base)
    ? ratios(column(rounds.get(of) ?? [], at), column(rounds.get(base) ?? [], at))
    : [];
}

/** What a contender adds to nothing, in each round. */
function added(rounds: Rounds, name: string, at: number): number[] {
  const nothing = column(rounds.get(NOTHING) ?? [], at);
  return column(rounds.get(name) ?? [], at).map((value, round) => value - (nothing[round] as number));
}

function print(what: string, unit: string, rounds: Rounds, at: number): void {
  const nothing = column(rounds.get(NOTHING) ?? [], at);
  const rows = [...rounds].map(([name, of]) => {
    const took = column(of, at);
    return [
      name,
      spread(took),
      name === NOTHING ? '1.00' : spread(ratios(took, nothing)),
      name === NOTHING ? '' : spread(added(rounds, name, at)),
    ];
  });
  process.stdout.write(
    `${what}\n${table([[`${nothing.length} rounds`, unit, '× nothing', 'added'], ...rows]).join('\n')}\n\n`,
  );
}

/** Whether ours is what it is meant to be. */
function targets(loops: Rounds, visits: readonly number[][], reals: Rounds): string[] {
  const rows: string[][] = [];
  const target = (what: string, values: readonly number[], most: number, unit: '×' | 'ms') => {
    const met = quantile(values, 0.5) <= most;
    rows.push(
      values.length === 0 ? [what, 'not here'] : [what, spread(values), `≤ ${most} ${unit}`, met ? 'met' : 'MISSED'],
    );
  };
  const share = (of: string, base: string, at: number) =>
    loops.has(of) && loops.has(base) ? ratios(added(loops, of, at), added(loops, base, at)) : [];
  for (const [at, threads] of THREADS.entries()) {
    const where = `${threads} thread${threads > 1 ? 's' : ''}`;
    target(`added by ours, of what BCC's adds, ${where}`, share(OURS, BCC, at), 0.3, '×');
    target(`added with --min-size 1 MiB, of what BCC's adds, ${where}`, share(FILTERED, BCC, at), 0.15, '×');
    target(`ours, of empty probes, ${where}`, times(loops, OURS, FLOOR, at), TIMES_FLOOR, '×');
    target(`--progressive, of nothing, ${where}`, times(loops, PROGRESSIVE, NOTHING, at), 1.1, '×');
  }
  target('--progressive, of nothing, the real program', times(reals, PROGRESSIVE, NOTHING, 0), 1.1, '×');
  target('ours, attaching', column(visits, 0), 50, 'ms');
  target('ours, from attached to the first snapshot', column(visits, 2), 200, 'ms');
  const also =
    visits.length > 0
      ? [
          `Loading and attaching took ${spread(column(visits, 1))} ms, and it was gone ${spread(column(visits, 3))} ms after Ctrl-C.`,
        ]
      : [];
  return [...table([['targets', '', '', ''], ...rows]), ...also];
}
