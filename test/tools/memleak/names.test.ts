import { describe, expect, it } from 'vitest';
import { callSite } from '../../../runner/evidence/site.ts';
import { of, read } from './reading.ts';

const list = (...frames: string[]) =>
  `1.0 s: 1 block outstanding, 1000 bytes\n  1000 bytes in 1 block; 1 handed out, 0 given back\n${frames.map((f) => `      ${f}\n`).join('')}\n`;

describe('a frame', () => {
  it('without a name has its module, whose offset is none of a function', async () => {
    const [snapshot] = of(await read(list('0x557fd268c191 (sym0+0x1191)', 'main+0x3a (sym0)')), 'snapshot');
    expect(snapshot?.sites[0]?.stack).toEqual([
      { symbol: null, offset: null, module: 'sym0' },
      { symbol: 'main', offset: 0x3a, module: 'sym0' },
    ]);
  });
  it('as JSON may say where in its module it lies, and what that was built as', async () => {
    const json = [
      { type: 'start', tool: 'memleak', pid: 7, options: { progressive: false } },
      {
        type: 'site',
        site: 0,
        origin: 'malloc',
        pid: 7,
        stack: [
          { address: '0x1191', symbol: null, offset: null, module: 'sym0', module_offset: 4497, build_id: 'c0ffee' },
        ],
      },
      {
        type: 'snapshot',
        at_ms: 1,
        sites: [
          {
            site: 0,
            outstanding_bytes: 1,
            outstanding_count: 1,
            allocated_bytes: 1,
            freed_bytes: 0,
            allocs: 1,
            frees: 0,
          },
        ],
        sites_omitted: 0,
        lost: { blocks: 0, sites: 0, stacks: 0, calls: 0, missed_frees: 0 },
      },
    ];
    const [snapshot] = of(await read(`${json.map((line) => JSON.stringify(line)).join('\n')}\n`), 'snapshot');
    expect(snapshot?.sites[0]?.stack).toEqual([{ symbol: null, offset: null, module: 'sym0' }]);
  });
  it('of Rust is a caller beyond what allocates on its behalf', async () => {
    const [snapshot] = of(
      await read(
        list('<alloc::raw_vec::RawVecInner>::with_capacity_in+0x1 (r)', 'r::leak_here+0x1e (r)', 'r::main+0x1b (r)'),
      ),
      'snapshot',
    );
    expect(callSite(snapshot?.sites[0]?.stack ?? [])).toBe('r::leak_here');
  });
});

describe('a finding by page faults', () => {
  const text =
    '12.0 s: finding: growing, unproven\n  46231552 bytes (44.1 MiB) more in RSS, by 11287 page faults, of 4096 bytes (4.0 KiB) or more each\n      0x401159 (smallst+0x401159)\n  no probe was put on malloc\n\n';
  it('counts faults', async () => {
    expect(of(await read(text), 'finding')).toEqual([
      {
        kind: 'finding',
        atMs: 12_000,
        answer: 'growing',
        by: 'page-faults',
        stack: [{ symbol: null, offset: null, module: 'smallst' }],
        blocks: 11287,
        bytes: 46231552,
        commonSize: 4096,
        periodMs: null,
        probedMs: 0,
        hits: 0,
        costMs: null,
      },
    ]);
  });
});
