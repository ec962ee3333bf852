import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../runner/paths.ts';
import { type Contender, interrupted } from './rounds.ts';

export type Env = Record<string, string>;

/** A learner of their own, whose state and language are not those of whoever runs the benchmark. */
export function learner(): { env: Env; end(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'workshop-bench-'));
  const [state, cache, tmp] = ['state', 'cache', 'tmp'].map((name) => join(dir, name)) as [string, string, string];
  for (const path of [state, cache, tmp]) mkdirSync(path);
  return {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: dir,
      LANG: 'C.UTF-8',
      WORKSHOP_LANG: 'en',
      XDG_STATE_HOME: state,
      XDG_CACHE_HOME: cache,
      TMPDIR: tmp,
    },
    end: () => rmSync(dir, { recursive: true, force: true }),
  };
}

export const workshop = (...args: string[]): string[] => [join(root, 'bin/workshop.mjs'), ...args];

export interface Ended {
  ms: number;
  code: number | null;
  out: string;
  err: string;
}

/** Runs Node, and no shell before it, from its start to its end and to its last byte. `onLine` gets stderr's lines as they come. */
export function node(
  args: string[],
  env: Env,
  { input = '', onLine }: { input?: string; onLine?: (line: string) => void } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, args, { env, cwd: root });
    let out = '';
    let err = '';
    let read = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      for (let end = err.indexOf('\n', read); end >= 0; end = err.indexOf('\n', read)) {
        onLine?.(err.slice(read, end));
        read = end + 1;
      }
    });
    child.stdin.on('error', () => {}); // it may end without having read all
    child.stdin.end(input);
    const stop = () => child.kill('SIGINT');
    interrupted.addEventListener('abort', stop);
    child.on('error', reject);
    child.on('close', (code) => {
      interrupted.removeEventListener('abort', stop);
      resolve({ ms: performance.now() - began, code, out, err });
    });
  });
}

/** The same where any end but success means that nothing was measured. */
export async function succeeding(args: string[], env: Env, input = ''): Promise<Ended> {
  const ended = await node(args, env, { input });
  if (ended.code === 0) return ended;
  interrupted.throwIfAborted();
  throw new Error(`node ${args.join(' ')} ended with ${ended.code}:\n${ended.err}${ended.out}`);
}

/** A whole process, from its start to its end. */
export const whole = (name: string, args: string[], env: Env, input?: string): Contender => ({
  name,
  time: async () => (await succeeding(args, env, input)).ms,
});

/** What everything is measured against: a Node that does nothing. */
export const BARE = 'node -e 0';
export const bare = (env: Env): Contender => whole(BARE, ['-e', '0'], env);
