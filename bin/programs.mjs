// Programs that our own scripts start, by zx: once the node modules are there.
import { spawn } from 'node:child_process';
import { $ } from 'zx/core';
import { codeOf, passSignals } from './bootstrap/child.mjs';

const interrupt = new AbortController();

/** Aborted by the first signal that is to end us, with its name for a reason. What runs is told, and is waited for. */
export const interrupted = interrupt.signal;

/**
 * zx's `$` in a folder, with the programs of its node modules on PATH. It never rejects, and the program itself is our
 * child, so that a signal reaches it and not a shell in front of it.
 */
export const programs = (cwd, options) =>
  $({
    cwd,
    preferLocal: cwd,
    prefix: 'exec ',
    quiet: true,
    nothrow: true,
    ...options,
    spawn: (...how) => passSignals(spawn(...how), (signal) => interrupt.abort(signal)),
  });

/** The exit code of what zx has run: 128 + n after a signal to either of us. */
export const exitCode = ({ exitCode: code, signal }) => codeOf(code, interrupted.reason ?? signal);
