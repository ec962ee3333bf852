import { describe, expect, it } from 'vitest';
import { judge } from '../../../runner/evidence/verdict.ts';
import { at, codes, fetch, of, onNode, read, site, stack } from './reading.ts';

// Lines by hand, in the recordings' form and with what the gadget prints since they were made.
const frame = (symbol: string | null) => ({ symbol, offset: null });
const times = async (...lines: string[]) => of(await read(...lines), 'snapshot').map((s) => s.atMs);
const held = async (...lines: string[]) =>
  of(await read(...lines), 'snapshot').map((s) => s.sites.map((one) => one.blocks));
const many = (blocks: number, more: object = {}) => ({
  outstanding_count: blocks,
  outstanding_bytes: 8 * blocks,
  allocs: blocks,
  allocated_bytes: 8 * blocks,
  ...more,
});

describe('time', () => {
  it('counts from the first fetch with a call site, by its latest timestamp', async () => {
    expect(
      await times(
        fetch(),
        fetch(site({ timestamp_raw: at(1) })),
        fetch(site({ timestamp_raw: at(3.5) }), site({ pid: 8, timestamp_raw: at(3.5) })),
      ),
    ).toEqual([0, 2500]);
  });
  it('is that of a clock since boot as well', async () => {
    expect(
      await times(fetch(site({ timestamp_raw: 5_000_000_000 })), fetch(site({ timestamp_raw: 10_000_500_000 }))),
    ).toEqual([0, 5000.5]);
  });
  it('of an empty fetch is one interval on, and it never goes back', async () => {
    const line = (seconds: number) => fetch(site({ timestamp_raw: at(seconds) }));
    expect(await times(line(0), line(5), fetch(), fetch(), line(20))).toEqual([0, 5000, 10_000, 15_000, 20_000]);
    expect(await times(line(5), line(0), line(6))).toEqual([0, 0, 1000]);
  });
  it('without timestamps is the ordinal', async () => {
    expect(await times(fetch(), fetch(), fetch(site()), fetch(), fetch(site()))).toEqual([2, 3, 4]);
  });
  it('carries a verdict', async () => {
    const lines = Array.from({ length: 30 }, (_, n) => fetch(site({ ...many(n + 1), timestamp_raw: at(n) })));
    expect(judge(await read(...lines), { neededMs: 10_000 })).toMatchObject({
      answer: 'leak',
      observedMs: 29_000,
      sites: [{ unfreedBlocks: 30, commonSize: 8 }],
    });
  });
});

describe('an empty fetch', () => {
  it('before any call site says nothing; after one, that all has come back', async () => {
    expect(await held(fetch(), fetch(site()), fetch())).toEqual([[1], []]);
  });
  it('at the beginning of another command says nothing again', async () => {
    expect(await held(fetch(site()), '$ sudo ig run memleak -o json\n', fetch(), fetch(site()))).toEqual([[1], [1]]);
  });
  it('and no others: the tool saw nothing', async () => {
    expect(await read(fetch(), fetch(), fetch())).toEqual([{ kind: 'notice', code: 'empty-stream', detail: '[] × 3' }]);
    expect(codes(await read(fetch(), fetch(site())))).toEqual([]);
    expect(codes(await read(fetch(), '[{"allocated_bytes":"x"}]\n'))).toEqual(['unreadable']);
    // A line that was too long to be read may have held anything.
    expect(codes(await read(fetch(), `[{"other":"${'x'.repeat(3 * 1024 * 1024)}"}]\n`))).toEqual(['too-much']);
    expect(await read('')).toEqual([]);
  });
});

describe('kubectl gadget puts the fetches of nodes together by its own clock', () => {
  it('one empty line is a node that is late; two are none that holds anything', async () => {
    expect(await held(fetch(onNode('a')), fetch(), fetch(onNode('a')), fetch(), fetch(), fetch())).toEqual([
      [1],
      [1],
      [],
      [],
    ]);
  });
  it('a line that lacks a node of before is not whole', async () => {
    expect(
      await held(
        fetch(onNode('a'), onNode('b')),
        fetch(onNode('a')),
        fetch(onNode('a')),
        fetch(onNode('a'), onNode('b')),
      ),
    ).toEqual([[1, 1], [1], [1, 1]]);
  });
  it('a late node’s next line holds two fetches, of which the later one counts', async () => {
    const now = (seconds: number, blocks: number) => onNode('a', { ...many(blocks), timestamp_raw: at(seconds) });
    const lines = [
      fetch(now(0, 1)),
      fetch(),
      fetch(now(5, 2), now(5.01, 9), now(10, 3), now(10.01, 9)),
      fetch(now(20, 5), now(15, 4)),
    ];
    expect(await held(...lines)).toEqual([[1], [3, 9], [5]]);
    expect(await times(...lines)).toEqual([0, expect.closeTo(10_010, 2), 20_000]);
  });
  it('a slow fetch is one', async () => {
    const all = Array.from({ length: 100 }, (_, n) => onNode('a', { stack_id: n, timestamp_raw: at(n / 10) }));
    expect((await held(fetch(...all)))[0]).toHaveLength(100);
  });
});

describe('call sites', () => {
  const stackOf = async (more: object) => of(await read(fetch(site(more))), 'snapshot')[0]?.sites[0]?.stack;
  it.each([
    ['names and addresses', { ustack: stack('f; 0x7f5eb3e741f5; _ZN3foo3barEv; ') }, ['f', null, '_ZN3foo3barEv']],
    ['the name that the field has by itself', { ustack: undefined, ustack_raw: stack('f; ') }, ['f']],
    [
      'addresses where the symbolizer failed',
      { ustack: stack('', { addresses: '0x0000561bce2991cc; 0x00007f5eb3e741f5; ' }) },
      [null, null],
    ],
    [
      'text',
      { ustack: stack('\x1b[31mf\x1b[0m\n; __proto__; a; ; operator new(unsigned long); ') },
      ['f', '__proto__', 'a', null, 'operator new(unsigned long)'],
    ],
    ['no name that is too long', { ustack: stack(`${'x'.repeat(2000)}; f; `) }, [null, 'f']],
    ['the innermost of more than there can be', { ustack: stack('f; '.repeat(400)) }, Array(128).fill('f')],
    ['all that there can be', { ustack: stack('f; '.repeat(127)) }, Array(127).fill('f')],
  ])('have %s', async (_, more, symbols) => {
    expect(await stackOf(more)).toEqual((symbols as (string | null)[]).map(frame));
  });
  it('that hold nothing are none', async () => {
    expect(await held(fetch(site(), site({ ...many(0), allocs: 9, frees: 9 })))).toEqual([[1]]);
  });
  it('of several containers are one snapshot, with a subject and totals for each process', async () => {
    const found = await read(
      fetch(site(), site({ pid: 8, mntns_id: 6, ...many(3) }), site({ stack_id: 4, ...many(2) })),
    );
    expect(of(found, 'subject')).toEqual([
      { kind: 'subject', pid: 7, mntns: 5 },
      { kind: 'subject', pid: 8, mntns: 6 },
    ]);
    expect(of(found, 'snapshot')).toMatchObject([{ sites: [{ blocks: 1 }, { blocks: 3 }, { blocks: 2 }] }]);
    expect(of(found, 'counter').map((c) => [c.key, c.name, c.value])).toEqual([
      ['7', 'allocs', 3],
      ['7', 'frees', 0],
      ['7', 'requested', 24],
      ['8', 'allocs', 3],
      ['8', 'frees', 0],
      ['8', 'requested', 24],
    ]);
  });
  it('are told of without what is not there', async () => {
    const { pid, allocs, frees, allocated_bytes, outstanding_bytes, outstanding_count } = site();
    expect(
      await read(fetch({ allocated_bytes, allocs, frees, outstanding_bytes, outstanding_count, pid })),
    ).toMatchObject([
      { kind: 'subject', pid: 7 },
      { kind: 'snapshot', sites: [{ stack: [] }] },
      { code: 'lost-events' },
      {},
      {},
      {},
    ]);
  });
});

it('totals run on when a call site holds nothing and is in no fetch', async () => {
  const found = await read(
    fetch(site(many(4, { allocs: 10, frees: 6 })), site({ stack_id: 4 })),
    fetch(site({ stack_id: 4 })),
    fetch(),
    fetch(site(many(1, { allocs: 12, frees: 11 }))),
  );
  const values = (name: string) =>
    of(found, 'counter')
      .filter((c) => c.name === name)
      .map((c) => c.value);
  expect(values('allocs')).toEqual([11, 11, 11, 13]);
  expect(values('frees')).toEqual([6, 10, 11, 12]);
});

describe('what was lost', () => {
  it('of stacks is said once, with how many', async () => {
    const lost = (id: number) => site({ stack_id: id, ustack: stack('', { stack_id: id }) });
    const found = await read(fetch(site(), lost(4294967279), lost(4294967284)), fetch(lost(4294967279)));
    expect(of(found, 'notice')).toEqual([
      {
        kind: 'notice',
        code: 'lost-events',
        detail: '2 of 3 call sites without a stack: the table of stacks was full, or had no room for them',
      },
    ]);
    expect(of(found, 'snapshot')[0]?.sites.map((s) => s.stack)).toEqual([[frame('f'), frame('main')], [], []]);
  });
  it('of a stack that was stored, too', async () => {
    expect(of(await read(fetch(site({ ustack: stack('') }))), 'notice')).toMatchObject([
      { code: 'lost-events', detail: expect.stringContaining('no room') },
    ]);
  });
  it('because stacks were not asked for says so', async () => {
    const zero = stack('', { boot_timestamp: 0, inode: 0, stack_id: 0 });
    expect(of(await read(fetch(site({ stack_id: 0, ustack: zero }))), 'notice')).toEqual([
      {
        kind: 'notice',
        code: 'lost-events',
        detail: '1 of 1 call sites without a stack: --collect-ustack was not given',
      },
    ]);
  });
  it('by the gadget’s own count is said once', async () => {
    expect(
      of(await read(fetch(site({ lost: 0 })), fetch(site({ lost: 2 })), fetch(site({ lost: 3 }))), 'notice'),
    ).toEqual([
      {
        kind: 'notice',
        code: 'lost-events',
        detail: "2 blocks, call sites, stacks, calls or frees, by the gadget's own count",
      },
    ]);
  });
});
