import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentIn } from './documents.ts';

export const root = new URL('../..', import.meta.url).pathname.slice(0, -1);

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
  /** What starts a program in it: argv of a program with its arguments → argv as spawned. */
  argv(program: string[]): string[];
  /** The checkout that is used, which an ordinary user may read. */
  checkout: string;
  start(args: string[], options?: { env?: NodeJS.ProcessEnv; input?: string | Buffer }): Started;
  run(args: string[], options?: { env?: NodeJS.ProcessEnv; input?: string | Buffer }): Promise<Done>;
  json(args: string[], env?: NodeJS.ProcessEnv): Promise<Record<string, never>>;
  /** Processes that carry this world in their arguments or environment. */
  processes(): { pid: number; argv: string }[];
  /** Whether tracefs is mounted there. */
  tracefs(): boolean;
  /** Takes away what was left; it is an error that the mounts are others than at first. */
  end(): Promise<void>;
}

/** A mount namespace that a world lives in. */
export interface Namespace {
  /** Its mount table, as the kernel shows it. */
  mounts: string;
  /** What runs a program in it. */
  argv(program: string[]): string[];
}

/** What an ordinary user's sudo does: asks nothing, nothing in a pty of its own, a password, or refuses. */
export type Sudo = 'free' | 'pty' | 'password' | 'refused';

export function world(as?: Sudo, within?: Namespace): World {
  const dir = mkdtempSync(join(tmpdir(), 'workshop-e2e-'));
  for (const name of ['state', 'tmp', 'cache']) mkdirSync(join(dir, name));
  const checkout = as ? copyCheckout(join(dir, 'checkout')) : root;
  const argv = (program: string[]) =>
    as ? [join(root, 'test/e2e/as-user.sh'), as, dir, ...program] : (within?.argv(program) ?? program);
  const tracefs = () => / tracefs /.test(readFileSync(within?.mounts ?? '/proc/self/mounts', 'utf8'));
  // One of ours that a runner before has let go of is about to go.
  const before = /^(?!ebpf-workshop )\S+ \S+ tracefs /m.test(
    readFileSync(within?.mounts ?? '/proc/self/mounts', 'utf8'),
  );
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: dir,
    LANG: 'C.UTF-8',
    WORKSHOP_LANG: 'en',
    XDG_STATE_HOME: join(dir, 'state'),
    XDG_CACHE_HOME: as ? join(dir, 'cache') : (process.env.WORKSHOP_TEST_CACHE ?? join(dir, 'cache')),
    TMPDIR: join(dir, 'tmp'),
    ...(process.env.NODE_EXTRA_CA_CERTS ? { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS } : {}),
  };
  const start: World['start'] = (args, options = {}) => {
    const [program = '', ...rest] = argv([process.execPath, join(checkout, 'bin/workshop.mjs'), ...args]);
    const child = spawn(program, rest, {
      cwd: checkout,
      env: { ...env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
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
      if (argv !== '' && (argv.includes(dir) || read(`/proc/${name}/environ`).includes(dir)))
        found.push({ pid: Number(name), argv: argv.replaceAll('\0', ' ').trim() });
    }
    return found;
  };
  return {
    dir,
    env,
    argv,
    checkout,
    start,
    run,
    async json(args, env = {}) {
      const { out, err, code } = await run([...args, '--json'], { env });
      try {
        return documentIn(out) as never;
      } catch (error) {
        throw new Error(
          `no document from ${args.join(' ')} (exit ${code}): ${(error as Error).message}\n${out}\n${err}`,
        );
      }
    },
    processes,
    tracefs,
    async end() {
      await run(['down', '--all']);
      for (const { pid } of processes()) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {}
      }
      rmSync(dir, { recursive: true, force: true });
      // Beside others, one of them may be at work with it.
      // What holds one of ours looks five times a second whether its service has ended.
      const late = Date.now() + 10_000;
      while (process.env.WORKSHOP_TEST_ALONE && tracefs() !== before && Date.now() < late)
        await new Promise((resolve) => setTimeout(resolve, 50));
      if (process.env.WORKSHOP_TEST_ALONE && tracefs() !== before)
        throw new Error(`tracefs was ${before ? '' : 'not '}mounted before`);
    },
  };
}

/** The files of this checkout with what was installed and built: for a user who may not look into ours, or to change them. */
export function copyCheckout(to: string): string {
  mkdirSync(to);
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
    .toString()
    .split('\0')
    .filter((f) => f !== '' && !f.startsWith('test/') && existsSync(join(root, f)));
  execFileSync('cp', ['-a', '--parents', ...files, 'dist', 'node_modules', to], { cwd: root });
  return to;
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
