import { createInterface } from 'node:readline/promises';
import { pressInterrupt } from '../interrupts.ts';
import type { Lang } from '../words/index.ts';
import { styleFor } from './style.ts';
import { words } from '../words/index.ts';

/** Whether there is a person to ask: both ends a terminal, and no CI that merely looks like one. */
export const interactive = (): boolean =>
  process.stdin.isTTY === true && process.stdout.isTTY === true && !process.env.CI;

/** Asks yes or no on stderr, no by default; afterwards says which flag would have skipped the question. */
export async function askYesNo(lang: Lang, question: string, flag: string): Promise<boolean> {
  const say = words(lang);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await new Promise<string>((resolve) => {
      terminal.once('close', () => resolve(''));
      terminal.once('SIGINT', () => {
        terminal.close();
        pressInterrupt();
      });
      terminal.question(`${question} ${say('ask.yes-no')} `).then(resolve, () => resolve(''));
    });
    const yes = /^(y|yes|예|네|ㅇ)$/i.test(answer.trim());
    if (yes) process.stderr.write(`${styleFor(process.stderr).dim(say('ask.flag', { flag }))}\n`);
    return yes;
  } finally {
    terminal.close();
  }
}
