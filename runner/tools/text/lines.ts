/** What all readers share: bytes to lines a person would read, and what to say of lines that are none. */
import type { Notice } from '../../evidence/model.ts';
import { plain, strange } from './plain.ts';

/** A line beyond this is left out: no tool prints one for people, and a hostile one must not fill memory. */
export const MAX_LINE = 64 * 1024;
/** `bpftrace -f json` prints a whole map on one line: 4096 keys, each a stack; our tracer a list, with every block. */
const MAX_MAP = 2 * 1024 * 1024;
const MAPS = ['{"type": "map"', '{"type":"snapshot"', '[{"allocated_bytes":', '[{"timestamp_raw":'].map((begin) =>
  Buffer.from(begin),
);
/** How much of a transcript is looked at to tell text from something else, and the least that says anything. */
const SNIFF = 4096;
const SNIFF_LEAST = 64;
const LF = 10;
const BINARY: Notice = { kind: 'notice', code: 'unreadable', detail: 'binary' };

/** Takes bytes in pieces of any size, and says the same whatever the pieces are. */
export interface Splitter {
  /** Whole lines, without terminal sequences, and what is wrong with them; nothing more once unreadable. */
  push(chunk: Uint8Array | string): Iterable<string | Notice>;
  /** What came after the last newline ('' for nothing), and a notice if the little there was is no text. */
  end(): { rest: string; notice: Notice | null };
}

/** Splits at newlines before decoding, so that no code point and no line depends on where a chunk ended. */
export function splitter(): Splitter {
  let held = Buffer.allocUnsafe(1024);
  let size = 0;
  let looked = 0;
  let odd = 0;
  let skipping = false;
  let text = true;
  let told = false;
  let unreadable = false;

  const hold = (bytes: Buffer) => {
    if (size + bytes.length > held.length) held = Buffer.concat([held.subarray(0, size)], 2 * (size + bytes.length));
    size += bytes.copy(held, size);
  };
  /** Counts a line of the first ones; false where the line by itself is no text. */
  const look = (line: Buffer): boolean => {
    const part = line.subarray(0, SNIFF - looked);
    const strangers = strange(part);
    looked += part.length;
    odd += strangers;
    if (looked >= SNIFF_LEAST) unreadable = odd * 5 > looked;
    return strangers * 5 <= part.length;
  };

  return {
    *push(chunk) {
      const bytes =
        typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      for (let from = 0; from < bytes.length && !unreadable; ) {
        const at = bytes.indexOf(LF, from);
        const whole = at >= 0;
        let line = bytes.subarray(from, whole ? at : bytes.length);
        from += line.length + 1;
        if (!skipping && (!whole || size > 0)) {
          hold(line);
          line = held.subarray(0, size);
        }
        if (!skipping && looked < SNIFF && (whole || looked + size >= SNIFF)) text = look(line);
        if (unreadable) yield BINARY;
        else if (
          !skipping &&
          line.length > MAX_LINE &&
          (line.length > MAX_MAP || !MAPS.some((begin) => line.subarray(0, begin.length).equals(begin)))
        ) {
          skipping = true;
          if (!told) yield { kind: 'notice', code: 'too-much', detail: `a line of over ${MAX_LINE} bytes` };
          told = true;
        }
        if (!whole) continue;
        if (!skipping && !unreadable && text) yield plain(line.toString());
        size = 0;
        skipping = false;
        text = true;
      }
    },
    end() {
      const line = held.subarray(0, skipping || unreadable ? 0 : size);
      if (!skipping && looked < SNIFF) look(line);
      const short = !unreadable && looked < SNIFF_LEAST && odd * 5 > looked;
      return {
        rest: short ? '' : plain(line.toString()),
        notice: short || (unreadable && line.length > 0) ? BINARY : null,
      };
    },
  };
}

/** Bytes to lines, the last one whether or not a newline ends it. */
export async function* lines(bytes: AsyncIterable<Uint8Array | string>): AsyncGenerator<string | Notice> {
  const split = splitter();
  for await (const chunk of bytes) yield* split.push(chunk);
  const { rest, notice } = split.end();
  if (notice) yield notice;
  else if (rest !== '') yield rest;
}
