import { WorkshopError } from '../errors.ts';
import type { Ui } from '../session/ui.ts';
import { clackUi } from '../terminal/clack.ts';
import { plainUi } from '../terminal/plain.ts';
import { styleFor } from '../terminal/style.ts';
import type { Invocation } from './options.ts';

/** Chooses how to talk: clack on a capable terminal, plain numbered questions otherwise. Throws without a terminal. */
export function uiFor({ lang, command, signal }: Invocation & { signal: AbortSignal }, instead: string): Ui {
  const plain = styleFor(process.stdout).plain;
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw new WorkshopError('usage.needs-terminal', { command: command === 'start' ? '' : command, instead });
  const streams = { input: process.stdin, out: process.stdout };
  return plain ? plainUi(lang, streams, signal) : clackUi(lang, streams, signal);
}
