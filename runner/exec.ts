import { PassThrough, type Readable, Transform } from 'node:stream';
import { execa } from 'execa';
import type { Ending, Running } from './model/place.ts';
import { claimInterrupt } from './interrupts.ts';

/** Between asking nicely and insisting, ms: bpftrace detaches in well under a second, BCC in a few. */
const PATIENCE = [4000, 2000] as const;

/** What a program printed last is in the pipe when it exits; so long we wait for it, ms. */
const SETTLING_MS = 500;

export interface SpawnOptions {
  env?: Record<string, string> | undefined;
  cwd?: string | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  /** All of its stdin, which is then closed; without it stdin stays open. */
  input?: string | undefined;
  /** Closes stdin first and gives the program so long to end by itself, ms: what runs elsewhere is told by that alone. */
  hangUpMs?: number | undefined;
}

/**
 * The only place that starts processes. stdout and stderr arrive joined, line by line, in order; stdin is a pipe that stays open
 * while we live, so that an elevated parent notices when we are gone. Never rejects: a program that cannot be started
 * ends with `error`.
 */
export function spawn(argv: readonly string[], options: SpawnOptions = {}): Running {
  const [program, ...args] = argv;
  const child = execa(program as string, args, {
    buffer: false,
    reject: false,
    stdin: 'pipe',
    cleanup: true,
    ...(options.cwd ? { cwd: options.cwd } : {}),
    ...(options.env ? { env: options.env } : {}),
  });
  child.stdin.on('error', () => {});
  if (options.input !== undefined) child.stdin.end(options.input);
  const output = joined([child.stdout, child.stderr]);
  // An orphan that goes on printing must not keep us here.
  const endOutput = () => {
    child.stdout.destroy();
    child.stderr.destroy();
  };
  // A slow reader gets all that is still in the pipe; then the rest of an orphan's is nobody's.
  const settle = () => {
    if (output.writableNeedDrain && !output.destroyed)
      output.once('drain', () => setTimeout(settle, SETTLING_MS).unref());
    else endOutput();
  };

  let timedOut = false;
  let stopping: Promise<void> | null = null;
  const ended = new Promise<Ending>((resolve) => {
    const finish = (ending: Ending) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      // A child that outlives its parent (sudo killed with -9) is told by this that nobody listens any more.
      child.stdin.destroy();
      resolve(ending);
    };
    // 'exit' and not 'close': an orphan that still holds stdout must not keep us waiting.
    child.once('exit', (code, signal) => {
      finish({ code, signal, timedOut, error: null });
      if (!output.writableEnded) setTimeout(settle, SETTLING_MS).unref();
    });
    // A signal that may not be sent is an 'error' too: only what has no pid was never started.
    child.on('error', () => {});
    child.then(
      (result) => {
        if (child.pid !== undefined) return;
        finish({ code: null, signal: null, timedOut, error: result.code ?? String(result.originalMessage ?? '') });
        output.end();
      },
      () => {},
    );
  });

  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      const gone = ended.then(() => true);
      if (options.hangUpMs !== undefined) {
        child.stdin.end();
        if (await Promise.race([gone, wait(options.hangUpMs)])) return;
      }
      for (const [signal, patience] of [
        ['SIGINT', PATIENCE[0]],
        ['SIGTERM', PATIENCE[1]],
      ] as const) {
        // A program that became another user takes no signal from us; a closed stdin tells it.
        if (!child.kill(signal)) child.stdin.destroy();
        if (await Promise.race([gone, wait(patience)])) return;
      }
      child.stdin.destroy();
      child.kill('SIGKILL');
      await gone;
    })();
    return stopping;
  };
  const onAbort = () => void stop();
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          void stop();
        }, options.timeoutMs);
  if (options.signal?.aborted) onAbort();
  else options.signal?.addEventListener('abort', onAbort, { once: true });
  return { output, ended, stop };
}

/** A line longer than this is passed on in pieces, bytes. */
const LONGEST_LINE = 1 << 16;

/**
 * Joins streams at the ends of their lines: kubectl passes on what `ls` writes of one complaint in several pieces, and
 * stdout's line may come between them.
 */
function joined(sources: readonly Readable[]): PassThrough {
  const all = new PassThrough();
  let open = sources.length;
  for (const source of sources) {
    const lines = wholeLines();
    source.on('error', () => {});
    source.once('close', () => lines.end());
    lines.once('end', () => --open === 0 && all.end());
    source.pipe(lines).pipe(all, { end: false });
  }
  return all;
}

function wholeLines(): Transform {
  let begun = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _, done) {
      // A progress line that draws itself anew ends with a carriage return.
      const end = Math.max(chunk.lastIndexOf('\n'), chunk.lastIndexOf('\r')) + 1;
      const whole = begun.length + chunk.length > LONGEST_LINE ? chunk.length : end;
      if (whole > 0) this.push(Buffer.concat([begun, chunk.subarray(0, whole)]));
      begun = whole > 0 ? Buffer.from(chunk.subarray(whole)) : Buffer.concat([begun, chunk]);
      done();
    },
    flush(done) {
      done(null, begun);
    },
  });
}

/** Runs to the end and keeps what it printed; for short commands of our own, never for a learner's transcript. */
export async function capture(argv: readonly string[], options: SpawnOptions = {}): Promise<Ending & { text: string }> {
  const running = spawn(argv, options);
  let text = '';
  running.output.setEncoding('utf8');
  for await (const chunk of running.output) if (text.length < 1_000_000) text += chunk;
  return { ...(await running.ended), text };
}

/**
 * What starts a program that ends with us, however we end: the kernel sends it SIGTERM. Its pid is its launcher's. Where
 * setpriv is too old for that (before util-linux 2.33) it is started as it is.
 */
export async function tied(argv: readonly string[]): Promise<string[]> {
  const launcher = ['setpriv', '--pdeathsig', 'TERM'];
  return (await capture([...launcher, 'true'])).code === 0 ? [...launcher, ...argv] : [...argv];
}

/** Hands the terminal over to a program (an editor, a shell, sudo asking for a password); resolves to its exit code. */
export async function handOver(
  argv: readonly string[],
  options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<number> {
  const [program, ...args] = argv;
  // The terminal sends Ctrl-C to both of us: it is meant for the program that has the screen.
  const release = claimInterrupt(() => {});
  try {
    const result = await execa(program as string, args, { stdio: 'inherit', reject: false, ...options });
    return result.exitCode ?? 127;
  } finally {
    release();
  }
}

const wait = (ms: number) => new Promise<false>((resolve) => setTimeout(() => resolve(false), ms).unref());
