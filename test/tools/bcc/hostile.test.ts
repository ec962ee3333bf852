import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../runner/evidence/model.ts';
import { judge } from '../../../runner/evidence/verdict.ts';
import { folded } from '../../../runner/evidence/fold.ts';
import { readBcc } from '../../../runner/tools/bcc/read.ts';
import { labels as bpftraceLabels, recording as ofBpftrace } from '../bpftrace/reading.ts';
import { codes, from, of, read } from './reading.ts';

const MIB = 1024 * 1024;
const header = (time = '21:46:02') => `[${time}] Top 10 stacks with outstanding allocations:\n`;
const SITE = '\t1048576 bytes in 1 allocations from stack\n\t\t0x00007f01\tf+0x1 [a]\n';

describe('bytes that are no transcript', () => {
  it.each([
    ['an executable', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(9000)])],
    ['little, but binary', Buffer.from([0, 1, 2, 3, 200, 201])],
    ['UTF-16', Buffer.from(`${header()}${SITE}`.repeat(20), 'utf16le')],
    ['noise', Buffer.from(Array.from({ length: 8000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255))],
  ])('%s is unreadable, once', async (_, bytes) => {
    expect(await read(bytes)).toEqual([{ kind: 'notice', code: 'unreadable', detail: 'binary' }]);
  });
  it('nothing is nothing', async () => {
    expect(await read()).toEqual([]);
    expect(await read('', '\n\n')).toEqual([]);
  });
});

describe('what other tools print', () => {
  it('is no list where it is bpftrace’s', async () => {
    for (const path of Object.keys(bpftraceLabels))
      expect(
        (await read(ofBpftrace(path))).filter((e) => e.kind !== 'notice'),
        path,
      ).toEqual([]);
  });
  it.each([
    [
      'heaptrack',
      'heaptrack stats:\n\tallocations:          \t25\n\tleaked allocations:   \t25\n25 calls to allocation functions with 26214400B peak consumption from\nmemory_leak_thread\n  in /srv/stealth-leaker\n',
    ],
    [
      'valgrind',
      '==7== 1,048,576 bytes in 1 blocks are definitely lost in loss record 1 of 1\n==7==    at 0x4848: malloc (vg_replace_malloc.c:381)\n',
    ],
    ['heaptrack’s list', '\t1048576 bytes in 1 allocations from stack\n\t\tmain+0x1 [a.out]\n'],
    [
      'LeakSanitizer',
      '==7==ERROR: LeakSanitizer: detected memory leaks\nDirect leak of 1048576 byte(s) in 1 object(s) allocated from:\n',
    ],
  ])('%s is no list', async (_, text) => {
    expect((await read(text)).filter((e) => e.kind !== 'notice')).toEqual([]);
  });
});

describe('numbers', () => {
  it('that no machine has are no sites', async () => {
    const found = await read(
      header(),
      '\t9999999999999999999 bytes in 1 allocations from stack\n\t1 bytes in 9999999999999 allocations from stack\n\t-5 bytes in 1 allocations from stack\n\t1e9 bytes in 1 allocations from stack\n',
      header(),
    );
    expect(of(found, 'snapshot')[0]?.sites).toEqual([]);
  });
  it('at their largest are borne by all that counts them', async () => {
    const forged = Array.from(
      { length: 300 },
      (_, i) =>
        `\t999999999999999 bytes in 999999999999 allocations from stack\n\t\t0x1\tf${i}+0x1 [a]\n\t0 bytes in 0 allocations from stack\n\t\t0x1\tg${i}+0x1 [libc.so.6]\n`,
    ).join('');
    const found = of(await read(header('1:0:0'), forged, header('1:0:9'), forged, header('1:0:19'), '$ '), 'snapshot');
    expect(found[0]?.sites).toHaveLength(600);
    expect(folded(found[0] as (typeof found)[0]).sites.length).toBeGreaterThan(0);
    const verdict = judge(found);
    expect(verdict.sites.every((s) => Number.isFinite(s.unfreedBytes) && Number.isFinite(s.commonSize))).toBe(true);
  });
  it('of a list of as many sites as there may be are folded at once', async () => {
    const mixed = Array.from(
      { length: 12_000 },
      (_, i) =>
        `\t${(i % 999) + 1} bytes in 1 allocations from stack\n\t\t0x1\tf${i}+0x1 [a]\n\t4096 bytes in 1 allocations from stack\n\t\t[unknown] [libc.so.6]\n`,
    ).join('');
    const [list] = of(await read(header(), mixed, '$ '), 'snapshot');
    expect(list?.sites).toHaveLength(24_000);
    expect(folded(list as NonNullable<typeof list>).sites).toHaveLength(12_000);
  });
});

describe('names', () => {
  const frames = async (line: string) =>
    of(await read(`${header()}\t1 bytes in 1 allocations from stack\n\t\t${line}\n$ `), 'snapshot')[0]?.sites[0]?.stack;
  it.each([
    [
      '0x1\tstd::vector<int, std::allocator<int> >::operator[](unsigned long)+0x1f [a.out]',
      { symbol: 'std::vector<int, std::allocator<int> >::operator[](unsigned long)', offset: 31, module: 'a.out' },
    ],
    ['0x1\t[unknown]', { symbol: null, offset: null }],
    ['0x1\t[unknown] [a b.so]', { symbol: null, offset: null, module: 'a b.so' }],
    ['0x1\t\x1b[31mf\x1b[0m+0x1 [\x1b]0;evil\x07a]', { symbol: 'f', offset: 1, module: 'a' }],
    ['stack information lost', { symbol: null, offset: null }],
    ['0x1\t메모리_누수+0x2 [서비스]', { symbol: '메모리_누수', offset: 2, module: '서비스' }],
    ['0x1\t__proto__+0x1 [constructor]', { symbol: '__proto__', offset: 1, module: 'constructor' }],
  ])('%j', async (line, frame) => {
    expect(await frames(line)).toEqual([frame]);
  });
  it.each([5000, 100_000])('of %i bytes are none', async (length) => {
    expect(await frames(`0x1\t${'x'.repeat(length)} [a]`)).toEqual([]);
  });
});

describe('a flood', () => {
  it('of lists ends in one notice', async () => {
    const found = await read(...Array(1000).fill(`${header()}${SITE}`.repeat(1000)));
    expect(found).toHaveLength(Math.floor(500_000 / 3) + 1);
    expect(codes(found)).toEqual(['too-much']);
  });
  it('of stacks is no list, and the next one counts', async () => {
    const found = await read(header('1:0:0'), ...Array(60).fill(SITE.repeat(1000)), header('1:0:1'), SITE, '$ ');
    expect(found).toMatchObject([{ code: 'too-much' }, { kind: 'snapshot', sites: [{ blocks: 1 }] }]);
  });
  it('of frames is one stack of the innermost', async () => {
    const found = of(await read(header(), SITE, '\t\t0x1\tg+0x1 [a]\n'.repeat(100_000), '$ '), 'snapshot');
    expect(found[0]?.sites[0]?.stack).toHaveLength(128);
  });

  const text = Buffer.from(
    Array.from({ length: MIB }, (_, i) => 32 + ((i * 7919 + (i >> 7) * 104729) % 95)),
  ).toString();
  it.each([
    ['lists', `${header()}${SITE}`],
    ['stacks', SITE],
    ['stacks of one list', `${SITE}`, header()],
    ['frames of one stack', '\t\t0x1\tg+0x1 [a]\n', header() + SITE],
    ['brackets', `\t\t0x1\t${' ['.repeat(2000)}\n`, header() + SITE],
    ['open modules', `\t\t0x1\tf${' [a'.repeat(1300)}\n`, header() + SITE],
    ['blanks', `\t\t0x1${' \t'.repeat(2000)}\n`, header() + SITE],
    ['complaints', 'bash: memleak: command not found\n'],
    ['long complaints', `${'usage Exception: could not determine address of symbol '.repeat(90)}\n`],
    ['lines of nothing', 'lorem ipsum dolor sit amet\n'],
    ['one line', 'x'],
    ['prompts', '$ \n'],
    ['escapes', '\x1b[\x1b]\x1b[31'],
    ['a document without an end', '      "count": 1,\n', '{\n  "tool": "mallocstacks",\n'],
    ['braces', '{\n'],
    ['documents', '{\n  "tool": "mallocstacks",\n}\n'],
    ['noise that is text', text],
  ])(
    'of 20 MB, %s, is read to its end in little memory',
    async (_, unit, before = '') => {
      const piece = Buffer.from(unit.repeat(Math.ceil((64 * 1024) / unit.length)));
      function* flood() {
        yield before;
        for (let sent = 0; sent < 20 * MIB; sent += piece.length) yield piece;
      }
      const rss = process.memoryUsage().rss;
      let items = 0;
      let peak = rss;
      const look = (_evidence: Evidence) => {
        if (++items % 1000 === 0) peak = Math.max(peak, process.memoryUsage().rss);
      };
      for await (const evidence of readBcc(from(flood()))) look(evidence);
      peak = Math.max(peak, process.memoryUsage().rss);
      expect(items).toBeLessThanOrEqual(500_001);
      expect((peak - rss) / MIB).toBeLessThan(150);
    },
    120_000,
  );
});
