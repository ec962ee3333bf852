import { createInterface, type Interface } from 'node:readline';
import type { Lang } from '../words/index.ts';
import type { Choice, Ui } from '../session/ui.ts';
import { presenting } from './present.ts';

/** Plain numbered questions, a line at a time: for screen readers, dumb terminals and pipes that answer. */
export function plainUi(lang: Lang, streams = { input: process.stdin, out: process.stdout }, signal?: AbortSignal): Ui {
  const { input, out } = streams;
  const shown = presenting(lang, out);
  const { say, print } = shown;
  const ask = lineReader(input, signal);
  const choose = async (
    message: string,
    choices: Choice[],
    initial?: string,
    also: Choice[] = [],
  ): Promise<string | null> => {
    const numbered = choices.some((c) => /^\d+$/.test(c.key));
    if (message) print(message);
    choices.forEach((c, i) => {
      const next = c.key === initial ? ` ${say('ask.enter')}` : '';
      const hint = c.hint ? ` (${c.hint})` : '';
      print(numbered ? `  ${c.key}. ${c.label}${hint}${next}` : `  ${i + 1}. ${c.label}${hint} [${c.key}]${next}`);
    });
    for (;;) {
      const typed = await ask(`${numbered ? say('ask.which') : say('ask.number', { most: choices.length })} `, out);
      if (typed === null) return null;
      const word = typed.trim().toLowerCase();
      if (word === '' && initial !== undefined) return initial;
      const choice =
        [...choices, ...also].find((c) => c.key === word) ?? (numbered ? undefined : choices[Number(word) - 1]);
      if (choice) return choice.key;
      print(say('ask.again', { typed: word.slice(0, 40), most: choices.length }));
    }
  };
  return {
    ...shown,
    get lang() {
      return shown.lang;
    },
    choose: (message, choices, { initial } = {}) => choose(message, choices, initial),
    keys: (message, choices, { initial, also }) => choose(message, choices, initial, also),
    line: async (message, initial) => {
      if (initial) print(say('ask.initial', { initial }));
      const typed = await ask(`${message} `, out);
      return typed === null ? null : typed === '' && initial !== undefined ? initial : typed;
    },
    async block(message, initial) {
      print(`${message} ${say('ask.dot')}`);
      if (initial) print(initial);
      const lines: string[] = [];
      for (;;) {
        const typed = await ask('', out);
        if (typed === null) return lines.length > 0 ? lines.join('\n') : null;
        if (typed === '.') return lines.length === 0 && initial !== undefined ? initial : lines.join('\n');
        lines.push(typed);
      }
    },
  };
}

/**
 * Asks for one line after another; null for the end of input or an abort. One reader for the whole session, since a
 * second would lose what the first had read ahead; paused between questions, since an editor or sudo reads there too.
 */
function lineReader(
  input: NodeJS.ReadStream,
  signal?: AbortSignal,
): (prompt: string, out: NodeJS.WriteStream) => Promise<string | null> {
  const ahead: string[] = [];
  let reader: Interface | null = null;
  let closed = false;
  let answer: ((line: string | null) => void) | null = null;
  const give = (line: string | null) => {
    reader?.pause();
    const to = answer;
    answer = null;
    to?.(line);
  };
  return (prompt, out) =>
    new Promise((resolve) => {
      out.write(prompt);
      const line = ahead.shift();
      if (line !== undefined) return resolve(line);
      if (closed || signal?.aborted) return resolve(null);
      answer = resolve;
      if (reader) {
        reader.resume();
        return;
      }
      reader = createInterface({ input, terminal: false });
      reader.on('line', (l) => (answer ? give(l) : ahead.push(l)));
      reader.on('close', () => {
        closed = true;
        give(null);
      });
      signal?.addEventListener('abort', () => give(null));
    });
}
