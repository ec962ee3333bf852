import { createInterface, type Key } from 'node:readline';
import type { Io } from './io.ts';

/** Lines typed before, newest first: the up arrow brings them back. */
const history: string[] = [];
const KEPT = 50;

/**
 * A line with the keys of a shell: Home, End, Ctrl-A, E, U, K, W, the arrows, history. Null for Esc and Ctrl-C, which
 * lead back, and for the end of input.
 */
export function editLine(io: Io, prompt: string, initial = ''): Promise<string | null> {
  return new Promise((resolve) => {
    const { input, output, signal } = io;
    const line = createInterface({
      input,
      output,
      prompt,
      terminal: true,
      history: [...history],
      historySize: KEPT,
      removeHistoryDuplicates: true,
      escapeCodeTimeout: 50,
    });
    // Node puts what comes in one piece, a paste, at the end of the line unless completion is on; there is nothing to complete.
    Object.defineProperty(line, 'isCompletionEnabled', { get: () => true, set: () => {} });
    const end = (value: string | null) => {
      input.off('keypress', onKey);
      signal.removeEventListener('abort', cancel);
      line.off('close', cancel);
      line.close();
      if (value === null) output.write('\n');
      else if (value.trim() !== '')
        history.splice(0, history.length, value, ...history.filter((h) => h !== value).slice(0, KEPT - 1));
      resolve(value);
    };
    const cancel = () => end(null);
    const onKey = (_: string | undefined, key?: Key) => {
      if (key?.name === 'escape' && !key.meta) cancel();
    };
    input.on('keypress', onKey);
    signal.addEventListener('abort', cancel);
    line.on('close', cancel);
    line.on('SIGINT', cancel);
    line.on('line', end);
    line.prompt();
    line.write(initial);
  });
}
