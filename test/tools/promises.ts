/** What every reader of a tool's output promises, tried on everything that was recorded of the tool. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Evidence, NoticeCode } from '../../runner/evidence/model.ts';
import { times } from '../property.ts';

type Read = (...pieces: (Uint8Array | string)[]) => Promise<Evidence[]>;

interface Promises {
  read: Read;
  recordings: readonly (readonly [name: string, bytes: Buffer])[];
  /** At so many places at least each recording is cut off, a small one at each of its last bytes as well. */
  places: number;
  /** What is typed to run the tool. */
  command: string;
  /** What only the end of input can say. */
  ends?: NoticeCode[];
  /** What the end of input may leave open: the part as it will be once more has come. */
  completed?: (part: Evidence[], whole: Evidence[]) => Evidence[];
}

/** Ten thousand times: what tells the difference is only asked where there is one. */
function same(seen: unknown, expected: unknown, where: string): void {
  if (!isDeepStrictEqual(seen, expected)) expect(seen, where).toStrictEqual(expected);
}

/** Shorter than this a recording is small: only one of those that we have is not. */
const SMALL = 32 * 1024;
/** Where a list, a stack or a line ends, each byte counts. */
const LAST = 120;
/** Thousands of readings, where a processor is shared with much else. */
const PATIENCE = 300_000;

export function keepsItsPromises(promises: Promises): void {
  const { read, recordings, places, command, ends = ['cut-off', 'unreadable'] } = promises;
  const { completed = (part: Evidence[]) => part } = promises;
  const lasting = (all: Evidence[]) => all.filter((e) => !(e.kind === 'notice' && ends.includes(e.code)));

  it(
    'what a prefix says stays true',
    async () => {
      for (const [name, bytes] of recordings) {
        const whole = lasting(await read(bytes, '$ '));
        const last = bytes.length < SMALL ? bytes.length - LAST : bytes.length;
        const stride = Math.max(7, Math.floor(bytes.length / places));
        for (let to = 0; to <= bytes.length; to += to > last ? 1 : stride) {
          const part = completed(lasting(await read(bytes.subarray(0, to))), whole);
          same(part, whole.slice(0, part.length), `${name}, its first ${to} bytes`);
        }
      }
    },
    PATIENCE,
  );

  it(
    'where chunks end makes no difference',
    async () => {
      for (const [name, bytes] of recordings) {
        const whole = await read(bytes);
        await times(3)(pieces(bytes), async (cut) => expect(await read(...cut), name).toEqual(whole))();
        if (bytes.length < SMALL) expect(await read(...singly(bytes)), `${name}, byte by byte`).toEqual(whole);
      }
    },
    PATIENCE,
  );

  it(
    'a terminal records the same',
    async () => {
      for (const [name, bytes] of recordings) {
        const whole = lasting(await read(bytes, '$ '));
        const text = bytes.toString();
        const typed = `$ ${command}\r\n${text.replaceAll('\n', '\r\n')}^C\x1b[?2004h$ `;
        expect(lasting(await read(typed)), `${name}, typed`).toEqual(whole);
        const coloured = `\x1b[1m${text.replaceAll('\n', '\x1b[0m\r\n\x1b[1m')}\x1b[0mlearner@host:~$ exit\r\n`;
        expect(lasting(await read(coloured)), `${name}, coloured`).toEqual(whole);
      }
    },
    PATIENCE,
  );
}

/** The same bytes, cut at any places: about one in a hundred. */
export const pieces = (bytes: Uint8Array): fc.Arbitrary<Uint8Array[]> =>
  fc
    .array(fc.nat(bytes.length), { minLength: 1, maxLength: Math.ceil(bytes.length / 50) + 2, size: 'max' })
    .map((places) => {
      const at = [0, ...places.sort((a, b) => a - b), bytes.length];
      return at.slice(1).map((to, i) => bytes.subarray(at[i], to));
    });

export const singly = (bytes: Uint8Array): Uint8Array[] => Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
