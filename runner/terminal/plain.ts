import { createInterface, type Interface } from 'node:readline';
import type { Lang } from '../lesson/prose.ts';
import type { Ui } from '../session/ui.ts';
import { presenting } from './present.ts';

/** Plain numbered questions, a line at a time: for screen readers, dumb terminals and pipes that answer. */
export function plainUi(lang: Lang, streams = { input: process.stdin, out: process.stdout }): Ui {
  const { input, out } = streams;
  const shown = presenting(lang, out);
  const { say, print } = shown;
  // One reader for the whole session: a second one would lose what the first had already read ahead.
  let reader: Interface | null = null;
  const ask = (prompt: string): Promise<string | null> =>
    new Promise((resolve) => {
      reader = createInterface({ input, output: out, terminal: false });
      out.write(prompt);
      const done = (value: string | null) => {
        reader?.removeAllListeners();
        reader?.close();
        reader = null;
        resolve(value);
      };
      reader.once('line', (l) => done(l));
      reader.once('close', () => done(null));
    });
  return {
    ...shown,
    async choose(message, choices) {
      print(message);
      choices.forEach((c, i) => {
        print(`  ${i + 1}. ${c.label}${c.hint ? ` (${c.hint})` : ''} [${c.key}]`);
      });
      for (;;) {
        const typed = await ask(`${say('ask.number', { most: choices.length })} `);
        if (typed === null) return null;
        const word = typed.trim().toLowerCase();
        const choice = choices[Number(word) - 1] ?? choices.find((c) => c.key === word);
        if (choice) return choice.key;
        print(say('ask.again', { typed: word.slice(0, 40), most: choices.length }));
      }
    },
    line: async (message, initial) => {
      if (initial) print(say('ask.initial', { initial }));
      const typed = await ask(`${message} `);
      return typed === null ? null : typed === '' && initial !== undefined ? initial : typed;
    },
    async block(message, initial) {
      print(`${message} ${say('ask.dot')}`);
      if (initial) print(initial);
      const lines: string[] = [];
      for (;;) {
        const typed = await ask('');
        if (typed === null) return lines.length > 0 ? lines.join('\n') : null;
        if (typed === '.') return lines.length === 0 && initial !== undefined ? initial : lines.join('\n');
        lines.push(typed);
      }
    },
  };
}
