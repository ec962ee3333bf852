import { WorkshopError } from '../errors.ts';
import type { Ui } from '../session/ui.ts';
import { clackUi } from '../terminal/clack.ts';
import { plainUi } from '../terminal/plain.ts';
import { styleFor } from '../terminal/style.ts';
import type { Common } from './declare.ts';
import { resumed } from './own-shell.ts';

/** Chooses how to talk: clack on a capable terminal, plain numbered questions otherwise. Throws without a terminal. */
export function uiFor({ lang, command, signal }: Pick<Common, 'lang' | 'command' | 'signal'>, instead: string): Ui {
  const plain = styleFor(process.stdout).plain;
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new WorkshopError('usage.needs-terminal', { command: command === 'start' ? '' : command, instead });
  outlive(process.stdin);
  // Beside a shell that has the keys, a page would wait for one unseen; a tmux of ours scrolls back.
  const streams = { input: process.stdin, out: process.stdout, scrolls: resumed() !== undefined };
  return plain ? plainUi(lang, streams, signal) : clackUi(lang, streams, signal);
}

/** A terminal that is closed can be neither read nor reset; it is the hang-up signal that ends the session, in order. */
function outlive(input: NodeJS.ReadStream): void {
  input.on('error', () => {});
  const setRawMode = input.setRawMode.bind(input);
  input.setRawMode = (mode) => {
    try {
      return setRawMode(mode);
    } catch {
      return input;
    }
  };
}
