import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { WorkshopError } from '../errors.ts';
import { tied } from '../exec.ts';
import type { Asked, Load } from './model.ts';

/** A program that should end with SIGTERM gets so long to do it, ms. */
const PATIENCE_MS = 3000;
const READY_MS = 10_000;

export interface Program {
  pid: number;
  stdin: NonNullable<ChildProcess['stdin']>;
  stdout: NonNullable<ChildProcess['stdout']>;
  /** Resolves once it has printed this; rejects where it ends before. */
  said(pattern: RegExp): Promise<void>;
  /** Whether it runs. */
  lives(): boolean;
  end(): Promise<void>;
}

/** Starts a program whose pid is ours to hand on, and which ends with us, however we end. */
export async function program(argv: readonly string[], env: Record<string, string> = {}): Promise<Program> {
  const [file = '', ...args] = await tied(argv);
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  let text = '';
  let over = false;
  const looking = new Set<() => void>();
  const gone = once(child, 'close').then(
    () => {},
    () => {},
  );
  void gone.then(() => {
    over = true;
    for (const look of looking) look();
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-4000);
      for (const look of looking) look();
    });
  child.stdin.on('error', () => {}); // it may end before it has read all
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new WorkshopError('lab.start-failed', { detail: (error as Error).message });
  }
  return {
    pid: child.pid as number,
    stdin: child.stdin,
    stdout: child.stdout,
    lives: () => !over,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => look('late'), READY_MS);
        const look = (state?: 'late') => {
          const heard = pattern.test(text);
          if (!heard && !over && state === undefined) return;
          clearTimeout(late);
          looking.delete(look as () => void);
          if (heard) resolve();
          else reject(new WorkshopError('lab.start-failed', { detail: text.trim().slice(-400) || `no ${pattern}` }));
        };
        looking.add(look as () => void);
        look();
      }),
    async end() {
      child.stdin.destroy();
      child.kill('SIGTERM');
      const insisting = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await gone;
      clearTimeout(insisting);
    },
  };
}

/** A port of the loopback that nobody has at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Which of so many requests is a bad one: the last of each group. */
export const isBad = (request: number, { oneIn }: Load): boolean => request % oneIn === oneIn - 1;

/** Asks at a pace until it is ended; a request that fails ends it, and `end` rejects with why. */
export function asking(
  load: Load,
  { good, bad }: { good: () => Promise<unknown>; bad: () => Promise<unknown> },
): { counts(): Asked; end(): Promise<void> } {
  const asked: Asked = { good: 0, bad: 0 };
  const stop = new AbortController();
  const periodMs = 1000 / load.perSecond;
  const done = (async () => {
    const began = performance.now();
    for (let n = 0; !stop.signal.aborted; n++) {
      const early = began + n * periodMs - performance.now();
      if (early > 0) await wait(early, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return;
      const kind = isBad(n, load) ? 'bad' : 'good';
      await (kind === 'bad' ? bad : good)();
      asked[kind]++;
    }
  })();
  // Whoever ends it is told.
  done.catch(() => {});
  return {
    counts: () => ({ ...asked }),
    async end() {
      stop.abort();
      await done;
    },
  };
}
