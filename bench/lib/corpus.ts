// The programs of workloads/corpus, each with its truth.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ownLibc } from '../../runner/environments/host/libc.ts';
import { root } from '../../runner/paths.ts';
import { type Program, start } from './programs.ts';

export const truth = z.object({
  program: z.string(),
  seed: z.int(),
  class: z.enum(['lost', 'held', 'healthy']),
  function: z.string(),
  call: z.string(),
  via: z.string().default(''),
  share: z.number(),
  bytesPerSecond: z.number(),
  startsMs: z.number(),
  birthsPerSecond: z.number(),
  atOnce: z.int(),
  lifeMs: z.tuple([z.number(), z.number()]),
});
/** What a program of the corpus does; workloads/corpus/README.md says what each number is. */
export type CorpusTruth = z.infer<typeof truth>;

export interface Corpus {
  binary: string;
  kinds: string[];
}

/** Builds it in `dir`. */
export function builtCorpus(dir: string): Corpus {
  execFileSync('make', ['-s', '-C', join(root, 'workloads/corpus'), `BUILD=${dir}`], { stdio: 'pipe' });
  const binary = join(dir, 'corpus');
  return { binary, kinds: execFileSync(binary, { encoding: 'utf8' }).trim().split('\n') };
}

export interface Subject {
  program: Program;
  truth: CorpusTruth;
  libc: string;
}

/** Starts one, with a libc of its own in `dir`, so that the probes of others don't slow it down; it waits for a line. */
export async function waiting(
  { binary }: Corpus,
  { kind, seed, dir, signal }: { kind: string; seed: number; dir: string; signal: AbortSignal },
): Promise<Subject> {
  mkdirSync(dir, { recursive: true });
  const own = await ownLibc(binary, dir);
  const program = await start([binary, kind], {
    env: { SEED: String(seed), WAIT: '1', ...(own ? { LD_LIBRARY_PATH: own } : {}) },
    endedBy: 'SIGTERM',
    signal,
  });
  const [line] = await program.hear(/^\{.*\}$/);
  return { program, truth: truth.parse(JSON.parse(line)), libc: own ? join(own, 'libc.so.6') : systemLibc(binary) };
}

function systemLibc(binary: string): string {
  const listed = execFileSync('ldd', [binary], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  return /^\s*libc\.so\.\S+ => (\S+) \(/m.exec(listed)?.[1] ?? 'libc.so.6';
}
