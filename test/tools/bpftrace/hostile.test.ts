import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { bpftrace } from '../../../runner/tools/bpftrace/index.ts';
import { lines } from '../../../runner/tools/text/lines.ts';
import { codes, from, of, read } from './reading.ts';

const MIB = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** MiB that are reachable: what a process has beside that is a matter of when it was last collected. */
function reachable(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / MIB;
}

const FLOOD = 100 * MIB;
/** How much a reader of a flood keeps at most while it goes on, MiB, and how much it found. */
async function flooded(
  pieceOf: (nth: number) => Buffer,
  read: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<unknown>,
): Promise<{ items: number; kept: number }> {
  const before = reachable();
  let kept = 0;
  function* flood() {
    for (let sent = 0, looked = 0, nth = 0; sent < FLOOD; nth++) {
      if (sent - looked >= FLOOD / 10) {
        looked = sent;
        kept = Math.max(kept, reachable() - before);
      }
      const piece = pieceOf(nth);
      sent += piece.length;
      yield piece;
    }
    kept = Math.max(kept, reachable() - before);
  }
  let items = 0;
  for await (const _evidence of read(from(flood()) as AsyncIterable<Uint8Array>)) items++;
  return { items, kept };
}
/** MiB: keys may take 16 in each of two places; a reader that keeps what it is given keeps FLOOD. */
const MOST_KEPT = 50;

describe('bytes that are no transcript', () => {
  it.each([
    ['an executable', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(9000)])],
    ['little, but binary', Buffer.from([0, 1, 2, 3, 200, 201])],
    ['UTF-16', Buffer.from('PID 12: malloc(5)\n'.repeat(99), 'utf16le')],
    ['noise', Buffer.from(Array.from({ length: 8000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255))],
  ])('%s is unreadable, once', async (_, bytes) => {
    expect(await read(bytes)).toEqual([{ kind: 'notice', code: 'unreadable', detail: 'binary' }]);
  });
  it('a NUL here and there is tolerated', async () => {
    expect(
      of(await read(`PID 12: watching ma\0lloc\n${'PID 12: mal\0loc(5)\n'.repeat(3)}`), 'allocation'),
    ).toHaveLength(3);
  });
  it('nothing is nothing', async () => {
    expect(await read()).toEqual([]);
    expect(await read('', '')).toEqual([]);
  });
});

describe('what a terminal adds', () => {
  it.each([
    '\x1b[31mPID 12: malloc(5)\x1b[0m',
    '\x1b]0;title\x07PID 12: malloc(5)',
    '\x1b]8;;http://x\x1b\\PID 12: malloc(5)',
    '\x1b(BPID 12: malloc(5)\r',
    '^C^CPID 12: malloc(5)',
    '\ufeffPID 12: malloc(5)',
    '\x9b1mPID 12: malloc(5)',
  ])('%j', async (line) => {
    expect(of(await read(`${line}\n`), 'allocation')).toHaveLength(1);
  });
  it('is taken out of json as well', async () => {
    expect(
      of(await read('{"type": "printf", "data": "\\u001b[31mPID 12: malloc(5)\\u001b[0m\\n"}\n'), 'allocation'),
    ).toHaveLength(1);
  });
  it('never reaches a detail', async () => {
    expect(of(await read('x.bt:1:1: ERROR: \x1b]0;evil\x07 no\n'), 'notice')[0]?.detail).toBe('x.bt:1:1: ERROR:  no');
  });
});

describe('lines', () => {
  const all = async (...pieces: (Uint8Array | string)[]) => {
    const found = [];
    for await (const line of lines(from(pieces))) found.push(line);
    return found;
  };
  it('keep code points whole across chunks', async () => {
    const bytes = Buffer.from('메모리 누수\n점검\n');
    expect(await all(...Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)))).toEqual(['메모리 누수', '점검']);
  });
  it('leave out what is too long, say so once, and go on', async () => {
    const long = 'x'.repeat(70_000);
    expect(await all(`a\n${long}\nb\n${long}`, `${long}\nc`)).toEqual([
      'a',
      { kind: 'notice', code: 'too-much', detail: expect.any(String) },
      'b',
      'c',
    ]);
  });
  it('let a json map be as long as maps are', async () => {
    const keys = Object.fromEntries(
      Array.from({ length: 4096 }, (_, i) => [String(140_000_000_000_000 + i * 4096), i]),
    );
    const found = await read(
      `${JSON.stringify({ type: 'map', data: { '@born_ms': keys } }).replace(/:/, ': ')}\n{"type": "printf", "data": "-- snapshot at 1 ms\\n"}\n`,
    );
    expect(found).toHaveLength(4096);
  });
});

describe('a flood', () => {
  it('of evidence ends in one notice', async () => {
    const found = await read(...Array(300).fill('1 ms - 0x7f00\n'.repeat(1000)));
    expect(found).toHaveLength(200_001);
    expect(codes(found)).toEqual(['too-much']);
  });
  it('of map entries is no snapshot, and the next map counts', async () => {
    function* printed() {
      for (let i = 0; i < 300; i++) yield Array.from({ length: 1000 }, (_, n) => `@m[${i * 1000 + n}]: 1\n`).join('');
      yield '-- snapshot at 1 ms\n@m[1]: 1\n-- snapshot at 2 ms\n';
    }
    const found: unknown[] = [];
    for await (const evidence of bpftrace.read(from(printed()))) found.push(evidence);
    expect(found).toMatchObject([{ code: 'too-much' }, { kind: 'counter', atMs: 2 }]);
  });

  const random = Buffer.from(Array.from({ length: MIB }, (_, i) => 32 + ((i * 7919 + (i >> 7) * 104729) % 95)));
  it.each([
    ['frees', '1 ms - 0x7f00\n'],
    [
      'allocations with stacks',
      '1 ms + 0x7f22349921f5 1048576\n        memory_leak_thread+71\n        start_thread+773\n',
    ],
    ['complaints', 'x.bt:1:1: ERROR: no\n'],
    ['lines of nothing', 'lorem ipsum dolor sit amet\n'],
    ['one line', 'x'],
    ['open keys', '@m[\n    a+1\n'],
    ['long keys', `@m[${'map map '.repeat(4000)}]: 1\n`],
    ['long frames', `1 ms + 0x7f00 5\n    ${'a (/'.repeat(1000)})\n`],
    ['long complaints', `${"map tracefs ERROR: uprobe target file '".repeat(100)}\n`],
    ['escapes', '\x1b[\x1b]\x1b[31'],
    ['json', '{"type": "printf", "data": "no newline"}\n'],
    ['json that is cut', '{"type": "printf", "data": "no newl\n'],
    ['json in json', `{"type": "map", "data": ${'['.repeat(60_000)}\n`],
    ['noise that is text', random.toString()],
  ])(
    'of 100 MB, %s, takes seconds and little memory',
    async (_, unit) => {
      const piece = Buffer.from(unit.repeat(Math.ceil((64 * 1024) / unit.length)));
      const { items, kept } = await flooded(() => piece, bpftrace.read);
      expect(items).toBeLessThanOrEqual(200_001);
      expect(kept).toBeLessThan(MOST_KEPT);
    },
    240_000,
  );
  it('of 100 MB, long keys of which each is another, takes as little', async () => {
    const { kept } = await flooded((nth) => Buffer.from(`@m[${`map ${nth} `.repeat(4000)}]: 1\n`), bpftrace.read);
    expect(kept).toBeLessThan(MOST_KEPT);
  });
  it('would be seen to fill memory by a reader that keeps it', async () => {
    const { kept } = await flooded(
      (nth) => Buffer.from(`${nth}`.padEnd(64 * 1024)),
      async function* (bytes) {
        const all: string[] = [];
        for await (const chunk of bytes) all.push(String(chunk));
        yield all.length;
      },
    );
    expect(kept).toBeGreaterThan(0.9 * (FLOOD / MIB));
  });
});
