// One workload of bench/accuracy under our tracer, and what it got wrong.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from '../../runner/paths.ts';
import { compare, type Difference, readLedger } from './ledger.ts';
import { compile, type Program, scratch, start } from './programs.ts';
import { type Refusal, trace } from './tracer.ts';

/** A workload of bench/accuracy: how many blocks, how long threads that don't end by themselves run, ms, and what it is. */
interface Workload {
  what: string;
  count: number;
  runs?: number;
  language?: 'c++';
  /** It runs all the time while the tracer comes and goes so often. */
  visits?: number;
  /** The name it has in C, where that is another one. */
  program?: string;
  /** An allocator's library that takes malloc's place, and C++'s new. */
  preload?: string;
  env?: Record<string, string>;
  /** It runs in a root of its own, with copies of the libraries that it takes. */
  chroot?: true;
  /** So many libraries are loaded before it begins. */
  libraries?: number;
}

export const WORKLOADS = {
  leak: { what: 'blocks of 1 MiB that leak', count: 200 },
  small: { what: 'small blocks, freed at random', count: 20_000 },
  mix: { what: 'realloc, calloc, memalign, strdup …', count: 20_000 },
  chroot: { what: 'the same in a chroot', count: 20_000, program: 'mix', chroot: true },
  libraries: { what: 'the same with 600 libraries', count: 20_000, libraries: 600 },
  new: { what: 'C++: new, delete, containers', count: 6000, language: 'c++' },
  jemalloc: {
    what: 'C++ with jemalloc',
    count: 6000,
    language: 'c++',
    program: 'new',
    preload: 'libjemalloc.so.2',
  },
  tcmalloc: {
    what: 'C++ with tcmalloc',
    count: 6000,
    language: 'c++',
    program: 'new',
    preload: 'libtcmalloc_minimal.so.4',
  },
  mimalloc: {
    what: 'C++ with mimalloc',
    count: 6000,
    language: 'c++',
    program: 'new',
    preload: 'libmimalloc.so.2',
    env: { NEVER_FAILS: '1' },
  },
  threads: { what: 'two threads that free each other’s', count: 4096, runs: 2000 },
  sites: { what: '3000 call sites', count: 3000 },
  many: { what: '1,000,000 live blocks', count: 1_000_000 },
  frameless: { what: 'code without frame pointers', count: 40_000 },
  visits: { what: 'two threads, the tracer comes 5 times', count: 4096, runs: 400, visits: 5, program: 'threads' },
  passing: { what: 'threads that come and go', count: 4096, runs: 1500 },
  fork: { what: 'a process that forks', count: 2000 },
  exec: { what: 'a process that becomes another program', count: 2000 },
} as const satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof WORKLOADS;

export interface AccuracyOptions {
  /** Of the tracer, beside those that the comparison needs. */
  args?: readonly string[];
  /** Fewer blocks, for a shorter run. */
  count?: number;
  signal?: AbortSignal;
}

export interface Accuracy extends Difference {
  /** Blocks that the workload allocated, those included that it freed. */
  made: number;
  mode: string;
}

/** The library that this workload is for is not here. */
export interface Lacking {
  lacks: string;
}

/** No snapshot but the ones that are asked for. */
const ASKED = ['--blocks', '--top', '0', '--interval', '3600'];
/** From when on a process that was already running must be seen whole, ms after "attached". */
const SETTLING_MS = 50;
const LONGEST_MS = 300_000;

/**
 * Runs a workload under the tracer and compares what it says is outstanding with the workload's own ledger, block by
 * block, while no thread of it allocates. The sum over all visits of the tracer; a refusal where it can't attach.
 */
export async function accuracy(
  name: WorkloadName,
  { args = [], count, signal: asked }: AccuracyOptions = {},
): Promise<Accuracy | Refusal | Lacking> {
  const workload: Workload = WORKLOADS[name];
  const preload = workload.preload ? libraryOf(workload.preload) : null;
  if (workload.preload && !preload) return { lacks: workload.preload };
  if (workload.chroot && process.getuid?.() !== 0) return { lacks: 'root, which chroot takes,' };
  const deadline = AbortSignal.timeout(LONGEST_MS);
  const signal = asked ? AbortSignal.any([asked, deadline]) : deadline;
  const { dir, end } = scratch();
  let program: Program | null = null;
  try {
    const binary = await built(workload, dir, signal);
    const within = workload.chroot ? jailed(binary, dir) : dir;
    const ledger = join(within, 'ledger');
    const argv = workload.chroot ? ['chroot', within, '/program'] : [binary];
    program = await start(
      [...argv, workload.program ?? name, workload.chroot ? '/ledger' : ledger, String(count ?? workload.count)],
      {
        signal,
        env: {
          ...(preload ? { LD_PRELOAD: preload, ...workload.env } : {}),
          ...(workload.libraries ? { LIBRARIES: await librariesIn(dir, workload.libraries, signal) } : {}),
        },
      },
    );
    await program.hear(/^ready$/);
    if (workload.visits) program.say('go');
    let sum: Accuracy | null = null;
    for (let visit = 0; visit < (workload.visits ?? 1); visit++) {
      const seen = await visited(program, workload, { dir, ledger, args, signal });
      if ('refused' in seen) return seen;
      sum = sum ? added(sum, seen) : seen;
    }
    return sum as Accuracy;
  } finally {
    await program?.end();
    end();
  }
}

/** A root with a copy of the program, and of all that it is linked to, in it. */
function jailed(binary: string, dir: string): string {
  const jail = join(dir, 'jail');
  const linked = execFileSync('ldd', [binary], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
  for (const [, path = ''] of linked) {
    mkdirSync(dirname(join(jail, path)), { recursive: true });
    copyFileSync(path, join(jail, path));
  }
  copyFileSync(binary, join(jail, 'program'));
  return jail;
}

/** A folder of so many libraries, each a file of its own. */
async function librariesIn(dir: string, count: number, signal: AbortSignal): Promise<string> {
  const [library, folder] = [join(dir, 'library.so'), join(dir, 'libraries')];
  const source = join(root, 'bench/accuracy/library.c');
  await compile('cc', ['-shared', '-fPIC', '-fno-builtin', '-o', library, source], signal);
  mkdirSync(folder);
  for (let i = 0; i < count; i++) copyFileSync(library, join(folder, `${i}.so`));
  return folder;
}

/** A library as the dynamic linker finds it; null: it doesn't. */
function libraryOf(name: string): string | null {
  const known = execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  return (
    known
      .split('\n')
      .find((line) => line.trim().startsWith(`${name} `))
      ?.split(' => ')[1] ?? null
  );
}

/** The tracer comes, sees, and goes; what runs all the time goes on. */
async function visited(
  program: Program,
  workload: Workload,
  { dir, ledger, args, signal }: { dir: string; ledger: string; args: readonly string[]; signal: AbortSignal },
): Promise<Accuracy | Refusal> {
  const tracer = await trace(program.pid, [...ASKED, ...args], { dir, signal });
  if ('refused' in tracer) return tracer;
  try {
    if (!workload.visits) program.say('go');
    await wait(workload.runs ?? 0, undefined, { signal });
    program.say('stop');
    await program.hear(/^stopped$/);
    const truth = readLedger(ledger);
    const from = workload.visits ? tracer.since + SETTLING_MS : 0;
    const difference = compare(truth, await tracer.snapshot(), { since: tracer.since, from });
    if (workload.visits) program.say('go');
    return { ...difference, made: truth.made, mode: tracer.attached.mode };
  } finally {
    await tracer.stop();
  }
}

/** The program that a workload is in. */
export async function built({ language }: Workload, dir: string, signal: AbortSignal): Promise<string> {
  const source = (name: string) => join(root, 'bench/accuracy', name);
  const binary = join(dir, 'program');
  if (language === 'c++') {
    await compile('cc', ['-std=c11', '-c', '-o', join(dir, 'main.o'), source('main.c')], signal);
    await compile('c++', ['-std=c++17', '-o', binary, source('new.cc'), join(dir, 'main.o')], signal);
  } else {
    await compile(
      'cc',
      [
        '-std=c11',
        '-o',
        binary,
        ...['main', 'workloads', 'blocks', 'sites', 'frameless', 'threads', 'processes', 'libraries'].map((name) =>
          source(`${name}.c`),
        ),
        '-ldl',
      ],
      signal,
    );
  }
  return binary;
}

/** Blocks made are the program's since it began; all else adds up. */
function added(a: Accuracy, b: Accuracy): Accuracy {
  const sum = { ...b };
  for (const key of ['blocks', 'bytes', 'missing', 'ghosts', 'wrongSize', 'wrongAge', 'sites', 'lost'] as const)
    sum[key] += a[key];
  return sum;
}
