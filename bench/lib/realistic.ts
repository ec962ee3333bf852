// Programs that do something, for what a tracer costs beside a loop that only allocates.
import { join } from 'node:path';
import { ownLibc } from '../../runner/environments/host/libc.ts';
import { hostPlace } from '../../runner/environments/local/place.ts';
import { capture } from '../../runner/exec.ts';
import { root } from '../../runner/paths.ts';
import { freePort } from '../../runner/shipped/service.ts';
import { compile, start } from './programs.ts';

/** A real program, and pieces of work for it. */
export interface Realistic {
  what: string;
  /** What a piece of work is, and how many units of it there are. */
  unit: string;
  units: number;
  /** The process that does the next piece, already running, and the piece: how long it took, ms. */
  next(): Promise<Piece>;
  end(): Promise<void>;
}

export interface Piece {
  pid: number;
  work(): Promise<number>;
  /** Whether it was done or not. */
  end(): Promise<void>;
}

const REQUESTS = 20_000;
const LOAD = ['-t', 'set,get', '-n', String(REQUESTS), '-c', '10', '-d', '64', '-r', '10000', '--csv'];
const SECOND = 1000;
const FUNCTIONS = 100;

/** redis under its own load, or else a compiler; null where neither is here. */
export async function realistic(dir: string, signal: AbortSignal): Promise<Realistic | null> {
  const [server, load] = await Promise.all(['redis-server', 'redis-benchmark'].map((name) => hostPlace.which(name)));
  return server && load ? redis(server, load, dir, signal) : compiler(signal);
}

async function redis(server: string, load: string, dir: string, signal: AbortSignal): Promise<Realistic> {
  const libraries = await ownLibc(server, dir);
  await compile(
    'cc',
    ['-shared', '-fPIC', '-o', join(dir, 'libjemalloc.so.2'), join(root, 'bench/without-jemalloc.c')],
    signal,
  );
  const port = await freePort();
  const argv = [
    server,
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    dir,
  ];
  const running = await start(argv, {
    ...(libraries ? { env: { LD_LIBRARY_PATH: libraries } } : {}),
    endedBy: 'SIGTERM',
    signal,
  });
  const work = async (): Promise<number> => {
    const { text } = await capture([load, '-h', '127.0.0.1', '-p', String(port), ...LOAD], { signal });
    signal.throwIfAborted();
    const rates = [...text.matchAll(/^"[SG]ET","([\d.]+)"/gm)].map(([, rate]) => Number(rate));
    if (rates.length !== 2) throw new Error(`redis-benchmark: ${text.trim()}`);
    return rates.reduce((ms, rate) => ms + (SECOND * REQUESTS) / rate, 0);
  };
  try {
    await running.hear(/Ready to accept connections/);
    // Twice: a table that grows as it fills is no part of what is measured.
    await work();
    await work();
  } catch (error) {
    await running.end();
    throw error;
  }
  return {
    what: 'redis-server: SET and GET on loopback',
    unit: 'requests',
    units: 2 * REQUESTS,
    next: async () => ({ pid: running.pid, work, end: async () => {} }),
    end: running.end,
  };
}

/** C for gcc's compiler proper, which reads stdin: it is there, and waits, before the tool comes. */
async function compiler(signal: AbortSignal): Promise<Realistic | null> {
  const cc1 = (await capture(['cc', '-print-prog-name=cc1'], { signal })).text.trim();
  if (!cc1.startsWith('/')) return null;
  const text = Array.from(
    { length: FUNCTIONS },
    (_, i) =>
      `int f${i}(int *a, int n) { int s = ${i}; for (int i = 0; i < n; i++) s = a[i] % ${i + 2} ? s + a[i] * ${i} : s ^ i; return s; }`,
  ).join('\n');
  return {
    what: 'gcc -O2 of a file of C',
    unit: 'functions',
    units: FUNCTIONS,
    async next() {
      const running = await start([cc1, '-quiet', '-O2', '-o', '/dev/null', '-'], { signal });
      const work = async (): Promise<number> => {
        const began = performance.now();
        running.say(text);
        await running.finish();
        return performance.now() - began;
      };
      return { pid: running.pid, work, end: running.end };
    },
    end: async () => {},
  };
}
