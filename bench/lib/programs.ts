// What benchmarks build and talk to, and the folder it all happens in.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { $ } from 'zx/core';

const FLAGS = ['-D_GNU_SOURCE', '-O1', '-g', '-fno-omit-frame-pointer', '-pthread', '-Wall', '-Wextra', '-Werror'];
/** A program that should end with its stdin gets so long to do it, ms; so long once somebody waits for their prompt. */
const [PATIENCE_MS, HURRY_MS] = [5000, 1000];

/** A folder for what is built and written; all of it is gone after `end`. */
export function scratch(): { dir: string; end(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'workshop-bench-'));
  const end = () => {
    process.off('exit', end);
    rmSync(dir, { recursive: true, force: true });
  };
  // A second Ctrl-C waits for nobody.
  process.on('exit', end);
  return { dir, end };
}

/** Compiles and links; what the compiler says against it is the error. */
export async function compile(compiler: 'cc' | 'c++', args: readonly string[], signal?: AbortSignal): Promise<void> {
  try {
    await $({
      quiet: true,
      env: { ...process.env, LC_ALL: 'C' },
      ...(signal ? { signal } : {}),
    })`${compiler} ${FLAGS} ${args}`;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** A program that is talked to by lines: stdin asks, stdout answers. */
export interface Program {
  pid: number;
  say(line: string): void;
  /** Its next line that looks like this; rejects where it ends first, or the benchmark does. */
  hear(pattern: RegExp): Promise<RegExpExecArray>;
  /** Closes its stdin, and waits for as long as it takes; rejects unless it ends well. */
  finish(): Promise<void>;
  /** Closes its stdin, and waits until it has ended; what goes on is killed. */
  end(): Promise<void>;
}

export interface StartOptions {
  env?: Record<string, string>;
  /** What ends it, where its stdin doesn't. */
  endedBy?: NodeJS.Signals;
  signal?: AbortSignal | undefined;
}

export async function start(argv: readonly string[], { env, endedBy, signal }: StartOptions = {}): Promise<Program> {
  const [file = '', ...args] = argv;
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const gone = once(child, 'close').catch(() => {});
  child.stdin.on('error', () => {}); // it may end before it has read all
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  const failed = () =>
    new Error(
      `${argv
        .slice(0, 2)
        .map((word) => basename(word))
        .join(' ')} ended with ${child.exitCode ?? child.signalCode}: ${said.trim()}`,
    );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await once(child, 'spawn');
  return {
    pid: child.pid as number,
    say: (line) => void child.stdin.write(`${line}\n`),
    async hear(pattern) {
      for (;;) {
        const { value, done } = await orAborted(lines.next(), signal);
        if (done) {
          await gone;
          signal?.throwIfAborted();
          throw failed();
        }
        const heard = pattern.exec(value as string);
        if (heard) return heard;
      }
    },
    async finish() {
      child.stdin.end();
      child.stdout.resume();
      await orAborted(gone, signal);
      if (child.exitCode !== 0) throw failed();
    },
    async end() {
      child.stdin.end();
      if (endedBy) child.kill(endedBy);
      const insisting = setTimeout(() => child.kill('SIGKILL'), signal?.aborted ? HURRY_MS : PATIENCE_MS);
      await gone;
      clearTimeout(insisting);
    },
  };
}

/** What a promise resolves to, unless the signal comes first. */
export function orAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
