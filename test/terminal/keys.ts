import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

export const ESC = '\x1b';

/** A terminal without a terminal: keys go in, what is drawn comes out. */
export function terminal(rows = 24) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows });
  let drawn = '';
  output.on('data', (chunk: Buffer) => (drawn += chunk.toString()));
  return {
    streams: { input: input as never, output: output as never },
    async press(...keys: string[]) {
      for (const key of keys) {
        input.write(key);
        // Longer than a lone Esc is waited on, for it may begin an arrow.
        await new Promise((resolve) => setTimeout(resolve, key === ESC ? 80 : 5));
      }
    },
    close: () => input.end(),
    bytes: () => drawn,
    drawn: () => stripVTControlCharacters(drawn),
  };
}
