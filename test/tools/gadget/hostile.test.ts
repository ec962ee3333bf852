import { describe, expect, it } from 'vitest';
import { judge } from '../../../runner/evidence/verdict.ts';
import { readGadget } from '../../../runner/tools/gadget/read.ts';
import { codes, fetch, from, of, read, site, stack } from './reading.ts';

const MIB = 1024 * 1024;
const LINE = fetch(site());
const CALL = `${JSON.stringify({ addr: 4096, operation: 'malloc', proc: { pid: 7 }, size: 8, timestamp_raw: 1 })}\n`;
/** A fetch whose only call site has this for a field, as it stands. */
const raw = (field: string, value: string) => LINE.replace(new RegExp(`"${field}":[^,}]*`), `"${field}":${value}`);

describe('bytes that are no transcript', () => {
  it.each([
    ['an executable', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(9000)])],
    ['little, but binary', Buffer.from([0, 1, 2, 3, 200, 201])],
    ['UTF-16', Buffer.from(LINE.repeat(20), 'utf16le')],
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
    ['no JSON', '[{"allocated_bytes":1,\n'],
    ['cut in the middle', `${LINE.slice(0, 120)}\n`],
    ['two fetches in one line', LINE.replace('\n', '').repeat(2).concat('\n')],
    ['a size that is text', raw('outstanding_bytes', '"8"')],
    ['less than nothing', raw('outstanding_count', '-1')],
    ['half a block', raw('outstanding_count', '0.5')],
    ['more than a number holds', raw('outstanding_bytes', '18446744073709551608')],
    ['a number without end', raw('timestamp_raw', '1e999').replace('"pid"', '"timestamp_raw":1e999,"pid"')],
    ['no process', raw('pid', 'null')],
    ['a process with a prototype', raw('pid', '{"__proto__":{"pid":7}}')],
    ['a stack that is a list', fetch(site({ ustack: ['f'] }))],
    ['names that are numbers', fetch(site({ ustack: { ...stack(''), symbols: 7 } }))],
    ['a stack id beyond 32 bits', raw('stack_id', '4294967296')],
    ['a call site that is null', `${LINE.trimEnd().slice(0, -1)},null]\n`],
    ['nested without an end', `[{"allocated_bytes":${'['.repeat(30_000)}\n`],
    ['nested, with one', `[{"allocated_bytes":${'['.repeat(30_000)}${']'.repeat(30_000)}}]\n`],
  ])('%s is left out, and said once', async (_, line) => {
    const found = await read(LINE, line, line, LINE);
    expect(codes(found)).toEqual(['unreadable']);
    expect(of(found, 'snapshot')).toHaveLength(2);
  });
  it('but for a hundred, after which nothing is looked at', async () => {
    expect(of(await read(...Array(99).fill('[{"allocated_bytes":1}]\n'), LINE), 'snapshot')).toHaveLength(1);
    expect(of(await read(...Array(100).fill('[{"allocated_bytes":1}]\n'), LINE), 'snapshot')).toHaveLength(0);
  });
  it('of a later version are let through: other fields', async () => {
    expect(of(await read(fetch(site({ abc: [1], colour: { red: 1 } }))), 'snapshot')).toHaveLength(1);
  });
});

describe('numbers at their largest', () => {
  it('are borne by all that counts them', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const all = Array.from({ length: 200 }, (_, n) =>
      site({
        outstanding_bytes: most,
        outstanding_count: most,
        allocated_bytes: most,
        allocs: most,
        frees: most,
        stack_id: n,
        timestamp_raw: 1e300,
        ustack: stack(`f${n}; `),
      }),
    );
    const found = await read(fetch(...all.slice(0, 50)), fetch(...all.slice(50, 100)), fetch(...all.slice(0, 50)));
    expect(judge(found).sites.every((s) => Number.isFinite(s.unfreedBytes) && Number.isFinite(s.commonSize))).toBe(
      true,
    );
    expect(of(found, 'counter').every((c) => Number.isFinite(c.value) && Number.isFinite(c.atMs))).toBe(true);
  });
});

describe('a flood', () => {
  it('of fetches ends in one notice', async () => {
    const found = await read(...Array(200).fill(LINE.repeat(1000)));
    expect(codes(found)).toEqual(['too-much']);
    expect(found.length).toBeLessThanOrEqual(500_001);
  });
  it('of frames that read the same costs their memory once', async () => {
    const line = fetch(
      ...Array.from({ length: 30 }, (_, n) => site({ stack_id: n, ustack: stack('frame; '.repeat(127)) })),
    );
    const found = await read(...Array(1000).fill(line));
    expect(codes(found)).toEqual([]);
    expect(new Set(of(found, 'snapshot').flatMap((s) => s.sites.map((one) => one.stack))).size).toBe(1);
  });
  it('of call sites in one line is too much', async () => {
    const found = await read(LINE, fetch(...Array.from({ length: 12_000 }, (_, n) => site({ stack_id: n }))), LINE);
    expect(codes(found)).toEqual(['too-much']);
    expect(of(found, 'snapshot')).toHaveLength(2);
  });

  let n = 0;
  it.each<[string, string | (() => string), string?]>([
    ['fetches', LINE],
    ['empty fetches', '[]\n', LINE],
    ['call sites, always new ones', () => fetch(site({ stack_id: n++, pid: 1 + (n % 50), ustack: stack(`f${n}; `) }))],
    ['processes', () => fetch(site({ pid: 1 + (n++ % 2 ** 20) }))],
    ['nodes', () => fetch(site({ k8s: { node: `n${n++}` } }))],
    ['stacks', () => fetch(site({ ustack: stack(`${n++}; `.repeat(100)) }))],
    ['calls', CALL],
    ['broken fetches', '[{"allocated_bytes":[\n'],
    ['broken calls', '{"addr":[\n'],
    ['other arrays', '[{"a":"outstanding_bytes"}]\n'],
    ['prompts', '$ \n'],
    ['complaints', 'sudo: ig: command not found\n'],
    ['long complaints', `Error: ${'invalid value x as '.repeat(200)}\n`],
    ['quotes', `${'"'.repeat(600)}\n`],
    ['other JSON', `[{"${'"k8s":'.repeat(100)}\n`],
    ['one line', 'x'],
    ['one line of JSON', '[{"allocated_bytes":1'],
  ])(
    'of 8 MB, %s, is read to its end in little memory',
    async (_, unit, before = '') => {
      function* flood() {
        yield before;
        const next = typeof unit === 'string' ? () => unit : unit;
        for (let sent = 0; sent < 8 * MIB; ) {
          let piece = '';
          while (piece.length < 64 * 1024) piece += next();
          sent += piece.length;
          yield piece;
        }
      }
      const rss = process.memoryUsage().rss;
      let items = 0;
      for await (const _evidence of readGadget(from(flood()))) items++;
      expect(items).toBeLessThanOrEqual(500_001);
      expect((process.memoryUsage().rss - rss) / MIB).toBeLessThan(150);
    },
    240_000,
  );
});

it.each([
  ['PID ', 15_000],
  ['A PID ', 600],
  [' ', 60_000],
  ['PID  OUTSTANDING_BYTES ', 150],
])('a table that is none takes no time: %j × %i', async (text, times) => {
  const began = Date.now();
  await read(`COMM  PID  OUTSTANDING_BYTES  USTACK.SYMBOLS\n${`${text.repeat(times)}!\n`.repeat(20)}`);
  expect(Date.now() - began).toBeLessThan(3000);
});
