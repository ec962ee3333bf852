import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = new URL('../..', import.meta.url).pathname.slice(0, -1);
const bin = join(root, 'bin/workshop.mjs');

export interface Done {
  code: number | null;
  signal: string | null;
  out: string;
  err: string;
}

export interface Started {
  pid: number;
  done: Promise<Done>;
  /** Resolves when stdout and stderr together match; rejects when it ends before. */
  until(pattern: RegExp): Promise<void>;
}

/** A learner of their own: state, scratch and language are theirs alone, and nothing of theirs may be left. */
export interface World {
  dir: string;
  env: NodeJS.ProcessEnv;
  start(args: string[], options?: { env?: NodeJS.ProcessEnv; input?: string | Buffer }): Started;
  run(args: string[], options?: { env?: NodeJS.ProcessEnv; input?: string | Buffer }): Promise<Done>;
  json(args: string[]): Promise<Record<string, never>>;
  /** Processes that carry this world in their arguments or environment. */
  processes(): { pid: number; argv: string }[];
  end(): Promise<void>;
}

export function world(): World {
  const dir = mkdtempSync(join(tmpdir(), 'workshop-e2e-'));
  for (const name of ['state', 'tmp']) mkdirSync(join(dir, name));
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: dir,
    LANG: 'C.UTF-8',
    WORKSHOP_LANG: 'en',
    XDG_STATE_HOME: join(dir, 'state'),
    XDG_CACHE_HOME: process.env.WORKSHOP_TEST_CACHE ?? join(dir, 'cache'),
    TMPDIR: join(dir, 'tmp'),
    ...(process.env.NODE_EXTRA_CA_CERTS ? { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS } : {}),
  };
  const start: World['start'] = (args, options = {}) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd: root, env: { ...env, ...options.env }, stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    let over = false;
    const waiting = new Set<() => void>();
    const look = () => {
      for (const w of waiting) w();
    };
    child.stdout.on('data', (d) => {
      out += d;
      look();
    });
    child.stderr.on('data', (d) => {
      err += d;
      look();
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    const done = new Promise<Done>((resolve) =>
      child.on('close', (code, signal) => {
        over = true;
        look();
        resolve({ code, signal, out, err });
      }),
    );
    return {
      pid: child.pid as number,
      done,
      until: (pattern) =>
        new Promise((resolve, reject) => {
          const w = () => {
            if (pattern.test(out + err)) resolve();
            else if (over) reject(new Error(`ended without ${pattern}:\n${out}\n${err}`));
            else return;
            waiting.delete(w);
          };
          waiting.add(w);
          w();
        }),
    };
  };
  const run: World['run'] = (args, options) => start(args, options).done;
  const processes = () => {
    const found: { pid: number; argv: string }[] = [];
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
      const argv = read(`/proc/${name}/cmdline`);
      if (argv !== '' && (argv.includes(dir) || read(`/proc/${name}/environ`).includes(dir))) found.push({ pid: Number(name), argv: argv.replaceAll('\0', ' ').trim() });
    }
    return found;
  };
  return {
    dir,
    env,
    start,
    run,
    async json(args) {
      const { out, err, code } = await run([...args, '--json']);
      try {
        return JSON.parse(out);
      } catch {
        throw new Error(`no JSON from ${args.join(' ')} (exit ${code}):\n${out}\n${err}`);
      }
    },
    processes,
    async end() {
      await run(['down', '--all']);
      for (const { pid } of processes()) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {}
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Waits for something that has no event, looking often; throws with `what` after a while. */
export async function eventually(what: string, holds: () => boolean, patienceMs = 20_000): Promise<void> {
  const until = Date.now() + patienceMs;
  while (!holds()) {
    if (Date.now() > until) throw new Error(`never came true: ${what}`);
    await new Promise((r) => setTimeout(r, 20));
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
