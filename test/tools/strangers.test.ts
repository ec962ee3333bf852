import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callSite } from '../../runner/evidence/site.ts';
import { codes, of, read } from './bcc/reading.ts';
import { read as readBpftrace } from './bpftrace/reading.ts';
import { read as readGadget } from './gadget/reading.ts';
import { read as readMemleak } from './memleak/reading.ts';

const pasted = (name: string) => readFileSync(new URL(`../fixtures/pasted/${name}.txt`, import.meta.url), 'utf8');
const header = (time = '21:46:02') => `[${time}] Top 10 stacks with outstanding allocations:\n`;
const sitesOf = async (text: string) => of(await read(text, '$ '), 'snapshot')[0]?.sites;

describe('what stands where a name would', () => {
  it('is none: the caller is the frame behind it', async () => {
    const lists = of(await read(pasted('libbpf-null-sym')), 'snapshot');
    expect(lists.map((l) => l.sites.map((s) => callSite(s.stack)))).toEqual([
      ['memory_leak_thread'],
      ['memory_leak_thread'],
    ]);
    expect(lists[1]?.sites[0]?.stack[0]).toEqual({ symbol: null, offset: null });
  });
  it.each(['[unknown]', '<null sym>', '<unknown>', '(null)', '??', '??:0'])('%s', async (name) => {
    const [site] = (await sitesOf(`${header()}\t8 bytes in 1 allocations from stack\n\t\t0x1\t${name} [a.so]\n`)) ?? [];
    expect(site?.stack).toEqual([{ symbol: null, offset: null, module: 'a.so' }]);
  });
});

describe('tabs that became spaces', () => {
  it('say the same: 3, 9 and 15 blocks', async () => {
    const [spaces, tabs] = [await read(pasted('bcc-spaces')), await read(pasted('bcc-tabs'))];
    expect(spaces).toEqual(tabs);
    expect(
      of(spaces, 'snapshot').map((s) => s.sites.map((site) => [callSite(site.stack), site.blocks, site.bytes])),
    ).toEqual([3, 9, 15].map((n) => [['memory_leak_thread', n, n * 1048576]]));
  });
});

describe('a name that was cut in the middle of a letter', () => {
  it('is no reason not to read the line it is in', async () => {
    const cut = Buffer.from('메모리').subarray(0, 8);
    const line = (before: string, after: string) => Buffer.concat([Buffer.from(before), cut, Buffer.from(after)]);
    const start = line(
      '{"type":"start","tool":"memleak","pid":7,"comm":"',
      '","options":{"min_size":1,"progressive":false}}\n',
    );
    expect(await readMemleak(start)).toEqual([{ kind: 'subject', pid: 7 }]);
    const frame = line(`${header()}\t8 bytes in 1 allocations from stack\n\t\t0x1\t`, '+0x2 [a]\n$ ');
    expect(of(await read(frame), 'snapshot')[0]?.sites[0]?.stack[0]).toMatchObject({ offset: 2, module: 'a' });
  });
});

describe('a line that is not understood', () => {
  it.each(['\tabout 12 kB in some allocations', 'some words of a later version'])(
    'closes the stack before it: %j',
    async (line) => {
      const text = `${header()}\t8 bytes in 1 allocations from stack\n\t\t0x1\tf+0x1 [a]\n${line}\n\t\t0x1\tg+0x1 [a]\n\t9 bytes in 1 allocations from stack\n\t\t0x1\th+0x1 [a]\n`;
      expect((await sitesOf(text))?.map((s) => s.stack.map((f) => f.symbol))).toEqual([['f'], ['h']]);
    },
  );
  it('does not where it is known: what a tool complains of may stand in a stack', async () => {
    const text = `${header()}\t8 bytes in 1 allocations from stack\n\t\t0x1\tf+0x1 [a]\nFailed to detach BPF from uprobe\nPossibly lost 3 samples\n\t\t0x1\tg+0x1 [a]\n`;
    expect((await sitesOf(text))?.map((s) => s.stack.map((f) => f.symbol))).toEqual([['f', 'g']]);
  });
});

describe('sums that cannot be', () => {
  it.each([
    '-1048576 bytes in -1 allocations from stack',
    '18446744073708503040 bytes in 4294967295 allocations from stack',
  ])('are said to be absurd, once, and are no sites: %s', async (line) => {
    const text = `${header()}\t${line}\n\t\t0x1\tf+0x1 [a]\n\t9 bytes in 1 allocations from stack\n\t\t0x1\th+0x1 [a]\n`;
    const found = await read(text, text, '$ ');
    expect(codes(found)).toEqual(['absurd']);
    expect(of(found, 'snapshot').map((s) => s.sites.map((site) => site.stack[0]?.symbol))).toEqual([['h'], ['h']]);
  });
  it('of bpftrace’s maps', async () => {
    const found = await readBpftrace('@bytes[\n    f+71\n]: -8\n@bytes[\n    g+71\n]: 8\n-- snapshot at 1 ms\n');
    expect(codes(found)).toEqual(['absurd']);
    expect(of(found, 'snapshot')[0]?.sites).toMatchObject([{ bytes: 8 }]);
  });
  it('of our own tracer and of the gadget', async () => {
    const json = [
      await readMemleak(
        '{"type":"snapshot","at_ms":1,"sites":[{"site":1,"outstanding_bytes":-5,"outstanding_count":1}],"sites_omitted":0}\n',
      ),
      await readGadget('[{"allocated_bytes":5,"outstanding_bytes":-5,"outstanding_count":1}]\n'),
    ];
    for (const found of json) expect(of(found, 'notice')[0]?.detail).toContain('absurd');
    expect(codes(await readMemleak('1.0 s: 1 block outstanding, 5 bytes\n  -5 bytes in -1 blocks\n'))).toContain(
      'absurd',
    );
  });
});
