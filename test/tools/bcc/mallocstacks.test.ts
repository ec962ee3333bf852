import { describe, expect, it } from 'vitest';
import { callSite } from '../../../runner/evidence/site.ts';
import { codes, load, of, read, recording, versions } from './reading.ts';

const MIB = 1048576;
const CALLER = [
  { symbol: 'memory_leak_thread', offset: 0x56, module: 'stealth-leaker' },
  { symbol: null, offset: null, module: 'libc.so.6' },
];

describe.each(versions.flatMap((version) => (['txt', 'json'] as const).map((form) => [version, form] as const)))(
  'on BCC %s, %s',
  (version, form) => {
    const run = (name: string) => load(`${version}/mallocstacks-${name}.${form}`);

    it.each(['leaker', 'twin'])('%s: one stack that asked for 1 MiB each time', async (name) => {
      const { evidence, pid, requests } = await run(name);
      expect(evidence[0]).toEqual({ kind: 'subject', pid });
      expect(requests).toEqual([
        { kind: 'requests', stack: CALLER, blocks: expect.any(Number), bytes: (requests[0]?.blocks ?? 0) * MIB },
      ]);
      expect(evidence.at(-1)).toMatchObject({ kind: 'counter', name: 'watched_seconds', value: expect.closeTo(5, 1) });
      // Five seconds at 300 ms.
      expect([16, 17]).toContain(requests[0]?.blocks);
    });
    it('of nothing there is nothing', async () => {
      const { evidence } = await run('nothing');
      expect(new Set(evidence.map((e) => e.kind))).toEqual(new Set(['subject']));
    });
    it('interrupted, it has what it saw', async () => {
      expect((await run('interrupted')).requests[0]?.blocks).toBeGreaterThan(10);
    });
    it('says that its target died, after what that did', async () => {
      const { requests, notices } = await run('target-dies');
      expect(requests[0]?.blocks).toBeGreaterThanOrEqual(9);
      expect(notices).toEqual(['target-died']);
    });
  },
);

describe.each(versions)('on BCC %s', (version) => {
  it('another function, and another size', async () => {
    const [other, double] = [
      await load(`${version}/mallocstacks-other-function.txt`),
      await load(`${version}/mallocstacks-double-block.txt`),
    ];
    expect(callSite(other.requests[0]?.stack ?? [])).toBe('report_cache_thread');
    expect(double.requests.map((r) => r.bytes / r.blocks)).toEqual([2 * MIB]);
  });
  it('the document alone says the same as with the line of stderr before it', async () => {
    const both = recording(`${version}/mallocstacks-leaker.json`).toString();
    const alone = both.slice(both.indexOf('{'));
    expect(await read(alone)).toEqual((await read(both)).slice(1));
  });
});

const STACKS =
  '\t10 bytes in 2 allocations from stack\n\t\t0x55d00fcd         small+0x1 [a.out]\n\t30 bytes in 3 allocations from stack\n\t\t0x55d00fce         big+0x2 [a.out]\n';
const SUMS = '40 bytes in 5 allocations from 2 stacks in 5.0 s\n';
const WATCHING =
  'mallocstacks: watching malloc, calloc, realloc of process 7 (a.out), every size, for 5 s; Ctrl-C ends it\n';

describe('the text', () => {
  const bytes = async (text: string) => of(await read(text), 'requests').map((r) => r.bytes);
  it('is whole once its sums are there', async () => {
    expect(await bytes(STACKS)).toEqual([]);
    expect(await bytes(WATCHING + STACKS + SUMS)).toEqual([10, 30]);
    expect(await bytes(STACKS + SUMS)).toEqual([10, 30]);
  });
  it('cut off before them says so', async () => {
    expect(codes(await read(WATCHING + STACKS))).toEqual(['cut-off']);
  });
  it('begins anew with each run, and after a prompt', async () => {
    expect(await bytes(`${STACKS}${WATCHING}${STACKS}${SUMS}`)).toEqual([10, 30]);
    expect(await bytes(`${STACKS}$ mallocstacks -p 7\n${WATCHING}${STACKS}${SUMS}`)).toEqual([10, 30]);
    expect(await bytes(`${STACKS}Traceback (most recent call last):\n${SUMS}`)).toEqual([]);
  });
  it('bears lines of stderr between', async () => {
    expect(
      await bytes(
        `${WATCHING}${STACKS.replace('\t30', 'mallocstacks: 2 allocations are not in these counts: their stacks did not fit\n\t30')}${SUMS}`,
      ),
    ).toEqual([10, 30]);
  });
  it('after memleak in one session is its own', async () => {
    const evidence = await read(
      `[21:46:02] Top 10 stacks with outstanding allocations:\n\t1 bytes in 1 allocations from stack\n\t\t0x1\tf+0x1 [a]\n$ mallocstacks -p 7\n${WATCHING}${STACKS}${SUMS}`,
    );
    expect(evidence.map((e) => e.kind)).toEqual(['snapshot', 'subject', 'requests', 'requests', 'counter']);
    expect(of(evidence, 'snapshot')[0]?.sites).toHaveLength(1);
  });
  it('longer than any is none, and the next one counts', async () => {
    const long = '\t10 bytes in 2 allocations from stack\n'.repeat(50_001);
    expect((await read(long + SUMS + STACKS + SUMS)).map((e) => e.kind)).toEqual([
      'notice',
      'requests',
      'requests',
      'counter',
    ]);
  });
});

describe('the document', () => {
  const doc = (stacks: unknown, more: object = {}) =>
    `${JSON.stringify({ tool: 'mallocstacks', version: 1, pid: 7, stacks, ...more }, null, 2)}\n`;
  const stack = (name: string | null, module: string | null = 'a.out') => ({
    count: 2,
    bytes: 10,
    frames: [{ address: '0x1', function: name, offset: 1, module }],
  });

  it('may have fields that are not known yet', async () => {
    expect((await read(doc([{ ...stack('f'), kept: 1 }], { version: 2, host: {} }))).map((e) => e.kind)).toEqual([
      'subject',
      'requests',
    ]);
  });
  it('has no escapes in its names', async () => {
    expect(of(await read(doc([stack('\x1b[31mf\x1b[0m\x07', '\x1b]0;evil\x07a')])), 'requests')[0]?.stack).toEqual([
      { symbol: 'f', offset: 1, module: 'a' },
    ]);
  });
  it.each([
    ['a negative count', [{ ...stack('f'), count: -1 }]],
    ['half a block', [{ ...stack('f'), count: 0.5 }]],
    ['bytes that no machine has', [{ ...stack('f'), bytes: 1e300 }]],
    ['frames that are none', [{ count: 1, bytes: 1, frames: [7] }]],
    ['no stacks', 'none'],
  ])('with %s is unreadable', async (_, stacks) => {
    expect(await read(doc(stacks))).toEqual([
      { kind: 'notice', code: 'unreadable', detail: 'the JSON document is not one of mallocstacks' },
    ]);
  });
  it('that is not JSON is unreadable', async () => {
    expect(codes(await read('{\n  "tool": "mallocstacks",\n  nonsense\n}\n'))).toEqual(['unreadable']);
  });
  it('of somebody else is nobody’s, and what follows counts', async () => {
    expect(await read('{\n  "tool": "memray"\n}\n')).toEqual([]);
    expect((await read(`{\n${WATCHING}${STACKS}${SUMS}`)).map((e) => e.kind)).toEqual([
      'subject',
      'requests',
      'requests',
      'counter',
    ]);
  });
  it('cut off says so, at the end and at a prompt', async () => {
    const half = doc([stack('f')])
      .split('\n')
      .slice(0, 9)
      .join('\n');
    expect(codes(await read(`${half}\n`))).toEqual(['cut-off']);
    expect((await read(`${half}\n$ mallocstacks -p 7\n${WATCHING}${STACKS}${SUMS}`)).map((e) => e.kind)).toEqual([
      'notice',
      'subject',
      'requests',
      'requests',
      'counter',
    ]);
  });
});
