import { describe, expect, it } from 'vitest';
import { judge } from '../../../runner/evidence/verdict.ts';
import { readMemleak } from '../../../runner/tools/memleak/read.ts';
import { codes, from, of, read } from './reading.ts';

const MIB = 1024 * 1024;
const HEAD = '1.0 s: 1 block outstanding, 1048576 bytes (1.0 MiB)\n';
const ENTRY = '  1048576 bytes (1.0 MiB) in 1 block; 1 handed out, 0 given back\n      f+0x1 (a)\n';
const START =
  '{"type":"start","tool":"memleak","version":"0.1.0","schema":1,"pid":7,"options":{"progressive":false}}\n';
const site = (more: object = {}) =>
  `${JSON.stringify({ type: 'site', site: 0, origin: 'malloc', pid: 7, stack: [{ symbol: 'f', offset: 1, module: 'a' }], ...more })}\n`;
const sums = { site: 0, outstanding_bytes: 8, outstanding_count: 1, allocated_bytes: 8, allocs: 1, frees: 0 };
const LOST = { blocks: 0, sites: 0, stacks: 0, calls: 0, missed_frees: 0 };
const list = (more: object = {}) =>
  `${JSON.stringify({ type: 'snapshot', at_ms: 1, sites: [sums], sites_omitted: 0, lost: LOST, ...more })}\n`;
const FINDING = {
  type: 'finding',
  at_ms: 1,
  answer: 'leak',
  site: 0,
  by: 'malloc',
  outstanding_count: 1,
  outstanding_bytes: 8,
  common_size: 8,
  period_ms: 1,
  probed_ms: 1,
  hits: 1,
  cost_ms: null,
};
const finding = (more: object = {}) => `${JSON.stringify({ ...FINDING, ...more })}\n`;

describe('bytes that are no transcript', () => {
  it.each([
    ['an executable', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(9000)])],
    ['little, but binary', Buffer.from([0, 1, 2, 3, 200, 201])],
    ['UTF-16', Buffer.from(`${HEAD}${ENTRY}`.repeat(20), 'utf16le')],
  ])('%s is unreadable, once', async (_, bytes) => {
    expect(await read(bytes)).toEqual([{ kind: 'notice', code: 'unreadable', detail: 'binary' }]);
  });
  it('nothing is nothing', async () => {
    expect(await read()).toEqual([]);
    expect(await read('', '\n\n')).toEqual([]);
  });
});

describe('lines that are none of ours', () => {
  it.each([
    ['no JSON', '{"type":"snapshot","at_ms":\n'],
    ['a time that is text', list({ at_ms: 'now' })],
    ['less than nothing', list({ sites: [{ ...sums, outstanding_count: -1 }] })],
    ['more than a number holds', list({ sites: [{ ...sums, outstanding_bytes: 2 ** 60 }] })],
    ['a half block', list({ blocks: [{ address: '0x1', bytes: 1.5, born_ms: 1, site: 0 }] })],
    ['an address that is none', list({ blocks: [{ address: '1; rm', bytes: 1, born_ms: 1, site: 0 }] })],
    ['no sites', '{"type":"snapshot","at_ms":1,"sites":null}\n'],
    ['another answer', finding({ answer: 'maybe' })],
    ['another origin', site({ origin: 'heap' })],
    ['another tool’s start', '{"type":"start","tool":"other","pid":7,"options":{"progressive":false}}\n'],
  ])('%s is left out, and said once', async (_, line) => {
    const found = await read(START, site(), line, line, list());
    expect(codes(found)).toEqual(['unreadable']);
    expect(of(found, 'snapshot')).toHaveLength(1);
  });
  it('of a later version are let through: other fields, other types', async () => {
    expect(
      await read(
        START,
        '{"type":"weather","at_ms":1}\n',
        site({ colour: 'red' }),
        list({ more: [1] }),
        finding({ why: 'x' }),
      ),
    ).toMatchObject([
      { kind: 'subject' },
      { kind: 'snapshot' },
      { kind: 'counter' },
      { kind: 'counter' },
      { kind: 'counter' },
      { kind: 'finding' },
    ]);
  });
  it('that name a site which never came are of no stack', async () => {
    expect(
      await read(
        START,
        finding({ site: 9 }),
        list({ sites: [{ ...sums, site: 9 }] }),
        list({ blocks: [{ address: '0x1', bytes: 8, born_ms: 1, site: 9 }] }),
      ),
    ).toMatchObject([
      { kind: 'subject' },
      { kind: 'finding', stack: [] },
      { kind: 'snapshot', sites: [] },
      { kind: 'allocation', stack: null },
    ]);
  });
});

describe('names', () => {
  const text = async (line: string) =>
    of(await read(`${HEAD}  8 bytes in 1 block; 1 handed out, 0 given back\n      ${line}\n\n`), 'snapshot')[0]
      ?.sites[0]?.stack;
  it.each([
    [
      'std::vector<int, std::allocator<int> >::operator[](unsigned long)+0x1f (a.out)',
      { symbol: 'std::vector<int, std::allocator<int> >::operator[](unsigned long)', offset: 31, module: 'a.out' },
    ],
    ['0x7f00 (memfd:a (deleted))', { symbol: null, offset: null, module: 'memfd:a (deleted)' }],
    ['0x7f00', { symbol: null, offset: null }],
    ['f+0x0', { symbol: 'f', offset: 0 }],
    ['\x1b[31mf\x1b[0m+0x1 (\x1b]0;evil\x07a)', { symbol: 'f', offset: 1, module: 'a' }],
    ['메모리_누수+0x2 (서비스)', { symbol: '메모리_누수', offset: 2, module: '서비스' }],
    ['__proto__+0x1 (constructor)', { symbol: '__proto__', offset: 1, module: 'constructor' }],
  ])('as text: %j', async (line, frame) => {
    expect(await text(line)).toEqual([frame]);
  });
  it('that are too long are none, and no stack is none', async () => {
    expect(await text(`${'x'.repeat(5000)}+0x1 (a)`)).toEqual([]);
    expect(await text('(no stack)')).toEqual([]);
  });
  it('in JSON obey no terminal, and are no prototype', async () => {
    const [snapshot] = of(
      await read(
        START,
        site({
          stack: [
            { symbol: '\x1b[31mf\x1b[0m\nx', offset: 1, module: '\x1b]0;evil\x07a' },
            { symbol: '__proto__', offset: null, module: null },
          ],
        }),
        list(),
      ),
      'snapshot',
    );
    expect(snapshot?.sites[0]?.stack).toEqual([
      { symbol: 'fx', offset: 1, module: 'a' },
      { symbol: '__proto__', offset: null },
    ]);
  });
});

describe('numbers at their largest', () => {
  it('are borne by all that counts them', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const many = Array.from({ length: 300 }, (_, i) => ({
      site: i,
      outstanding_bytes: most,
      outstanding_count: most,
      allocated_bytes: most,
      allocs: most,
      frees: most,
    }));
    const found = await read(
      START,
      ...Array.from({ length: 300 }, (_, i) =>
        site({ site: i, origin: i % 2 ? 'malloc' : 'mmap', stack: [{ symbol: `f${i}`, offset: 1, module: 'a' }] }),
      ),
      list({ sites: many }),
      list({ at_ms: 1e300, sites: many }),
    );
    const verdict = judge(found);
    expect(verdict.sites.every((s) => Number.isFinite(s.unfreedBytes) && Number.isFinite(s.commonSize))).toBe(true);
  });
});

describe('a flood', () => {
  it('of lists ends in one notice', async () => {
    const found = await read(...Array(500).fill(`${HEAD}${ENTRY}\n`.repeat(1000)));
    expect(codes(found)).toEqual(['too-much']);
    expect(found.length).toBeLessThanOrEqual(500_001);
  });
  it('of call sites is no list, and the next one counts', async () => {
    const found = await read(HEAD, ...Array(60).fill(ENTRY.repeat(1000)), '\n', HEAD, ENTRY, '\n');
    expect(found).toMatchObject([{ code: 'too-much' }, { kind: 'snapshot', sites: [{ blocks: 1 }] }]);
  });
  it('of frames is one stack of the innermost', async () => {
    expect(
      of(await read(HEAD, ENTRY, '      g+0x1 (a)\n'.repeat(40_000), '\n'), 'snapshot')[0]?.sites[0]?.stack,
    ).toHaveLength(128);
  });
  it('of blocks in one line is read up to two MiB', async () => {
    const blocks = Array.from({ length: 20_000 }, (_, i) => ({
      address: `0x${i.toString(16)}`,
      bytes: 8,
      born_ms: i,
      site: 0,
    }));
    expect(of(await read(START, site(), list({ blocks })), 'allocation')).toHaveLength(20_000);
    expect(codes(await read(START, site(), list({ blocks: [...blocks, ...blocks] })))).toEqual(['too-much']);
  });

  it.each([
    ['lists', `${HEAD}${ENTRY}\n`],
    ['frames of one stack', '      g+0x1 (a)\n', HEAD + ENTRY],
    ['brackets', `      ${' ('.repeat(2000)}\n`, HEAD + ENTRY],
    ['open sizes', `  1 bytes (1.0${' '.repeat(4000)}\n`, HEAD],
    ['findings without an end', '1.0 s: finding: memory leak\n'],
    ['complaints', 'bash: memleak: command not found\n'],
    ['long complaints', `memleak: ${'takes and is none '.repeat(200)}\n`],
    ['sites', site()],
    ['lists of JSON', list(), START + site()],
    ['JSON that is none', '{"type":"snapshot","at_ms":[\n'],
    ['starts', START],
    ['one line', 'x'],
    ['one line of JSON', '{"type":"snapshot"'],
  ])(
    'of 8 MB, %s, is read to its end in little memory',
    async (_, unit, before = '') => {
      const piece = Buffer.from(unit.repeat(Math.ceil((64 * 1024) / unit.length)));
      function* flood() {
        yield before;
        for (let sent = 0; sent < 8 * MIB; sent += piece.length) yield piece;
      }
      const rss = process.memoryUsage().rss;
      let items = 0;
      for await (const _evidence of readMemleak(from(flood()))) items++;
      expect(items).toBeLessThanOrEqual(500_001);
      expect((process.memoryUsage().rss - rss) / MIB).toBeLessThan(150);
    },
    240_000,
  );
});
