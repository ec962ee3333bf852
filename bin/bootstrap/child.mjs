// Children that end before we do.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PATIENCE_MS = 10_000;

/**
 * Runs a program to its end and never rejects. A signal to us is passed on, and we wait for the child to clean up.
 * Resolves to its exit code (128 + n after a signal to either of us), the signal that we received, and what it wrote to
 * the pipes in `stdio`.
 */
export function runChild(file, args, { onSpawn, ...options } = {}) {
  return new Promise((resolve) => {
    let received = null;
    const child = passSignals(spawn(file, args, options), (signal) => {
      received = signal;
    });
    const chunks = [];
    const end = (result) => resolve({ received, error: null, output: Buffer.concat(chunks).toString(), ...result });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(chunk));
    if (child.pid) onSpawn?.(child.pid);
    child.on('error', (error) => end({ code: 127, error }));
    child.on('close', (code, signal) => end({ code: codeOf(code, received ?? signal) }));
  });
}

/** As a shell gives it: 128 + n where a signal ended it. */
export const codeOf = (code, signal) => (signal ? 128 + constants.signals[signal] : code);

/** Passes the first signal to us on to a child for as long as it runs. Returns the child. */
export function passSignals(child, onSignal) {
  let received = false;
  const pass = (signal) => {
    if (received) return;
    received = true;
    onSignal?.(signal);
    // Ctrl-C reached the child as well: a second one would tell it not to clean up.
    const typed = signal === 'SIGINT' && [0, 1, 2].some((fd) => isatty(fd));
    if (typed) setTimeout(() => child.kill(signal), PATIENCE_MS).unref();
    else child.kill(signal);
  };
  const stop = () => {
    for (const signal of SIGNALS) process.off(signal, pass);
  };
  for (const signal of SIGNALS) process.on(signal, pass);
  child.on('error', stop);
  child.on('close', stop);
  return child;
}
