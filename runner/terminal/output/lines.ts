import { StringDecoder } from 'node:string_decoder';
import { sanitize } from '../sanitize.ts';

/** `bpftrace -f json` prints a whole map on one line; beyond this, what has come is a line, newline or not. */
const MOST = 2 * 1024 * 1024;

/** Bytes in pieces of any size to lines that are safe to show: neither a letter nor a terminal sequence is cut by where a piece ended. */
export function safeLines(): { add(chunk: Uint8Array): string[]; end(): string[] } {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let size = 0;
  const take = () => {
    const line = parts.join('');
    parts = [];
    size = 0;
    return line;
  };
  return {
    add(chunk) {
      const [first = '', ...rest] = decoder.write(Buffer.from(chunk)).split('\n');
      parts.push(first);
      size += first.length;
      if (rest.length === 0 && size <= MOST) return [];
      const lines = [take(), ...rest];
      const open = rest.length === 0 ? '' : (lines.pop() as string);
      parts = [open];
      size = open.length;
      return lines.map(sanitize);
    },
    end() {
      parts.push(decoder.end());
      const line = sanitize(take());
      return line === '' ? [] : [line];
    },
  };
}
