// Our tracer as its tests run it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memleak as schema } from '../../schemas/memleak.ts';
import { afterAll, beforeAll } from 'vitest';
import { elevated } from './roots.ts';
import { root, type World, world } from './world.ts';

/** Our tracer, built for a world; the path of the program. */
export function builtTracer({ dir }: World): string {
  execFileSync('make', ['-s', '-C', join(root, 'bpf/memleak'), `BUILD=${dir}/tracer`]);
  return join(dir, 'tracer/memleak');
}

/** Where the tests of one file trace: a folder, our tracer, and what they have started, which is killed when they are over. */
export interface Traced {
  dir: string;
  memleak: string;
  started: ChildProcess[];
}

/** Called once in a file; its folder and its tracer are there from the first `beforeAll` after it on. */
export function traced(): Traced {
  const all: Traced = { dir: '', memleak: '', started: [] };
  let w: World;
  beforeAll(() => {
    w = world();
    Object.assign(all, { dir: w.dir, memleak: builtTracer(w) });
  }, 120_000);
  afterAll(async () => {
    for (const child of all.started) child.kill('SIGKILL');
    await w.end();
  });
  return all;
}

export interface Snapshot {
  type: 'snapshot';
  at_ms: number;
  final?: boolean;
  sites: {
    site: number;
    outstanding_count: number;
    outstanding_bytes: number;
    allocs: number;
    frees: number;
    common_size?: number;
  }[];
  blocks?: { address: string; bytes: number; born_ms: number; site: number }[];
  lost: Record<string, number>;
}
export type Line =
  | Snapshot
  | { type: 'start' | 'attached' | 'site' | 'stage' | 'finding' | 'exec' | 'end'; [field: string]: unknown };

/** A run of the tracer: what it says, line by line, until it ends. */
export class Run {
  readonly lines: Line[] = [];
  readonly ended: Promise<number | null>;
  readonly process: ChildProcess;
  err = '';
  private rest = '';
  private waiting: (() => void)[] = [];
  constructor(argv: string[]) {
    const [program, args] = elevated(...argv);
    this.process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.rest + text).split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.lines.push(schema.parse(JSON.parse(line)) as Line);
      for (const go of this.waiting.splice(0)) go();
    });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.ended = new Promise((done) => {
      this.process.on('close', (code) => {
        done(code);
        for (const go of this.waiting.splice(0)) go();
      });
    });
  }
  /** The first line that fits, once it is there; throws where it ends without. */
  async line<T extends Line>(fits: (line: Line) => line is T): Promise<T> {
    for (;;) {
      const found = this.lines.find(fits);
      if (found) return found;
      if (this.process.exitCode !== null)
        throw new Error(`it ended without that line: ${this.err}\n${JSON.stringify(this.lines).slice(0, 2000)}`);
      await new Promise<void>((go) => this.waiting.push(go));
    }
  }
  get last(): Snapshot {
    return this.lines.findLast(isSnapshot) as Snapshot;
  }
}
export const isSnapshot = (line: Line): line is Snapshot => line.type === 'snapshot';
export const isAttached = (line: Line): line is Exclude<Line, Snapshot> => line.type === 'attached';
export const holds =
  (blocks: number) =>
  (line: Line): line is Snapshot =>
    isSnapshot(line) && (line.sites[0]?.outstanding_count ?? 0) >= blocks;
export const siteOf = (run: Run, number: unknown) =>
  run.lines.find((l) => l.type === 'site' && 'site' in l && l['site'] === number) as unknown as {
    stack: { symbol: string | null }[];
    pid: number;
    comm: string;
  };
/** Whether this kernel has that way to attach: sessions from 6.13, one link for many functions of one process from 6.10. */
export function hasMode(mode: string): boolean {
  const [major = 0, minor = 0] = readFileSync('/proc/sys/kernel/osrelease', 'utf8').split('.').map(Number);
  const least = { session: 13, multi: 10 }[mode] ?? 0;
  return major > 6 || (major === 6 && minor >= least);
}

/** A program of test/bpf/memleak, compiled into a folder; what else the compiler is told. */
export function compiled(dir: string, name: string, ...args: string[]): string {
  const program = join(dir, name);
  execFileSync('cc', [
    '-O1',
    '-g',
    '-fno-omit-frame-pointer',
    '-o',
    program,
    join(root, `test/bpf/memleak/${name.replace(/\.so$/, '')}.c`),
    ...args,
  ]);
  return program;
}

export const bySymbol =
  (run: Run, symbol: string) =>
  (l: Line): l is Snapshot =>
    isSnapshot(l) && l.sites.some((s) => s.outstanding_count >= 3 && siteOf(run, s.site).stack[0]?.symbol === symbol);

/** The tracer with so much power and no more. */
export const only = (memleak: string, ...capabilities: string[]) => [
  'setpriv',
  `--bounding-set=-all,${capabilities.map((c) => `+${c}`).join(',')}`,
  '--inh-caps=-all',
  '--',
  memleak,
];
