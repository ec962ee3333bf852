import { describe, expect, it } from 'vitest';
import { judge } from '../../../runner/evidence/verdict.ts';
import { of, read } from './reading.ts';

const LIST =
  '1.0 s: 1 block outstanding, 1048576 bytes (1.0 MiB)\n  1048576 bytes (1.0 MiB) in 1 block; 1 handed out, 0 given back\n      f+0x1 (a)\n';
const snapshot = {
  kind: 'snapshot',
  atMs: 1000,
  sites: [{ stack: [{ symbol: 'f', offset: 1, module: 'a' }], blocks: 1, bytes: 1048576 }],
};

describe('a list', () => {
  it('that nothing follows is none, and says so', async () => {
    expect(await read(LIST)).toMatchObject([{ kind: 'notice', code: 'cut-off' }]);
  });
  it.each([
    '\n',
    '\n2.0 s: 0 blocks outstanding, 0 bytes\n',
    '$ ',
    'me@host:~# exit\n',
    'memleak: the process has ended\n',
    '\n1.1 s: process 7 has become another program; its blocks are no more\n',
  ])('is one where %j follows', async (after) => {
    expect(of(await read(LIST + after), 'snapshot')[0]).toEqual(snapshot);
  });
  it.each(['Terminated\n', 'Killed\n'])('that %j broke is none', async (after) => {
    expect(of(await read(`${LIST}${after}$ `), 'snapshot')).toEqual([]);
  });
  const last = LIST.replace('MiB)\n', 'MiB) (the end)\n');
  it('that is the last is one at the end, with its sum reached and a stack under each', async () => {
    expect(await read(last)).toEqual([snapshot]);
    expect(await read(last.replace('1048576 bytes (1.0 MiB) (the', '2097152 bytes (2.0 MiB) (the'))).toMatchObject([
      { code: 'cut-off' },
    ]);
    expect(await read(last.slice(0, last.indexOf('      f')))).toMatchObject([{ code: 'cut-off' }]);
    expect(await read(last.slice(0, -2))).toMatchObject([{ code: 'cut-off' }]);
  });
  it('that leaves call sites out is whole with the line that says so', async () => {
    expect(
      of(
        await read(
          `${last.replace('1048576 bytes (1.0 MiB) (the', '2097152 bytes (2.0 MiB) (the')}  … 3 more call sites (--top 0 shows all)\n`,
        ),
        'snapshot',
      ),
    ).toEqual([snapshot]);
  });
});

describe('how long a call site’s blocks live', () => {
  // As the tracer printed it, on Linux 6.1.
  const lives = 'lives: 10 ended, the longest after 1.09 s; kept by age: 10 under 8.59 s; the last began 4.06 s before';
  const list = (line: string) =>
    `1.0 s: 10 blocks outstanding, 3000 bytes (2.9 KiB)\n  3000 bytes (2.9 KiB) in 10 blocks, most of them 300 bytes; 20 handed out, 10 given back\n    ${line}\n      lasting+0x1e (lives)\n\n`;
  const held = (line: string) => read(list(line)).then((evidence) => of(evidence, 'snapshot')[0]?.sites[0]);
  it('stands between the site and its stack', async () => {
    for (const line of [lives, 'lives: 0 ended; kept by age: 1 under 134 ms, 3 older', 'lives: 0 ended'])
      expect(await held(line)).toMatchObject({ blocks: 10, stack: [{ symbol: 'lasting' }] });
  });
  it('cut short it is no such line, and ends the stack', async () => {
    for (const line of [lives.slice(0, -2), 'lives: ended', `${lives}, 1 under 2 s`])
      expect((await held(line))?.stack ?? []).toEqual([]);
  });
});

describe('what a list may say beside', () => {
  const holding = (head: string, line: string) => `${head}\n${line}\n      f+0x1 (a)\n\n`;
  it('the size that most bytes are in, or that there are many', async () => {
    for (const of of ['most of them 16 bytes', 'most of the bytes in 10 of 100000 bytes (97.7 KiB)', 'of many sizes'])
      expect(
        await read(
          holding(
            '1.0 s: 510 blocks outstanding, 1008000 bytes (984.4 KiB)',
            `  1008000 bytes (984.4 KiB) in 510 blocks, ${of}; 510 handed out, 0 given back`,
          ),
        ),
      ).toMatchObject([{ kind: 'snapshot', sites: [{ blocks: 510, bytes: 1008000 }] }]);
  });
  it('that it is an estimate', async () => {
    expect(
      await read(
        holding(
          '1.0 s: 510 blocks outstanding, 1008000 bytes (984.4 KiB) ± 2000, estimated from 40 drawn',
          '  1008000 bytes (984.4 KiB) ± 2000 in 510 blocks, of many sizes; 510 handed out, 0 given back',
        ),
      ),
    ).toMatchObject([{ kind: 'snapshot', sites: [{ blocks: 510, bytes: 1008000 }] }]);
  });
  it('how much the process grew by that it does not hold, in either form, once', async () => {
    const told = [
      { code: 'unseen-growth', detail: "RSS grew by 20971520 bytes, of which malloc's list explains 0" },
      { kind: 'snapshot', sites: [] },
    ];
    const list =
      "1.0 s: 0 blocks outstanding, 0 bytes\n  RSS grew by 20971520 bytes (20.0 MiB), of which malloc's list explains 0 bytes: the program has a heap of its own beside malloc (je_mallocx)\n\n";
    expect(await read(list)).toMatchObject(told);
    expect((await read(list + list)).filter((e) => e.kind === 'notice')).toHaveLength(1);
    const json = JSON.stringify({
      type: 'snapshot',
      at_ms: 1000,
      unseen: { grown_bytes: 20971520, explained_bytes: 0, kept_back: false, heap: 'je_mallocx' },
      sites: [],
      sites_omitted: 0,
      lost: { blocks: 0, sites: 0, stacks: 0, calls: 0, missed_frees: 0 },
    });
    expect((await read(`${START}${json}\n`)).filter((e) => e.kind === 'notice')).toMatchObject([told[0]]);
  });
  it('many births a second, in a finding', async () => {
    const finding =
      '4.0 s: finding: memory leak\n  5120 bytes (5.0 KiB) in 10 blocks kept, most of them of 512 bytes, 8000 a second\n      f+0x1 (a)\n  no probe was put on malloc\n';
    expect(await read(finding)).toMatchObject([{ kind: 'finding', periodMs: 0.125 }]);
  });
});

const START =
  '{"type":"start","tool":"memleak","version":"0.1.0","schema":1,"pid":7,"options":{"progressive":false}}\n';
const SITE =
  '{"type":"site","site":0,"origin":"malloc","pid":7,"mntns":1,"comm":"a","stack":[{"address":"0x1","symbol":"f","offset":1,"module":"a"}]}\n';
const line = (atMs: number, ...blocks: [address: string, born: number][]) =>
  `${JSON.stringify({ type: 'snapshot', at_ms: atMs, sites: [{ site: 0, outstanding_bytes: 8 * blocks.length, outstanding_count: blocks.length, allocated_bytes: 8, freed_bytes: 0, allocs: 1, frees: 0 }], sites_omitted: 0, lost: { blocks: 0, sites: 0, stacks: 0, calls: 0, missed_frees: 0 }, blocks: blocks.map(([address, born_ms]) => ({ address, bytes: 8, born_ms, site: 0 })) })}\n`;

describe('blocks', () => {
  const told = async (...lines: string[]) =>
    (await read(START, SITE, ...lines)).flatMap((e) =>
      e.kind === 'allocation' || e.kind === 'free' ? [`${e.kind} ${e.address} ${e.atMs}`] : [],
    );
  it('are told once, in the order of their births, and given back by the list that lacks them', async () => {
    expect(await told(line(10, ['0xb', 8], ['0xa', 5]), line(20, ['0xa', 5]), line(30))).toEqual([
      'allocation 0xa 5',
      'allocation 0xb 8',
      'free 0xb 20',
      'free 0xa 30',
    ]);
  });
  it('at an address that was given back unseen are two', async () => {
    expect(await told(line(10, ['0xa', 5]), line(20, ['0xa', 15]))).toEqual([
      'allocation 0xa 5',
      'free 0xa 15',
      'allocation 0xa 15',
    ]);
  });
  it('of another run begin anew', async () => {
    expect(await told(line(10, ['0xa', 5]), START, SITE, line(10, ['0xa', 5]))).toEqual([
      'allocation 0xa 5',
      'allocation 0xa 5',
    ]);
  });
  it('are judged by their lives: a window ends with the last list', async () => {
    expect(judge(await read(START, SITE, line(10, ['0xa', 5]), line(90_000, ['0xa', 5]))).observedMs).toBe(90_000);
  });
});

it('a line of JSON that lacks only its newline is whole, and one that lacks more is cut off', async () => {
  expect(of(await read(START, SITE, line(10, ['0xa', 5]).trimEnd()), 'allocation')).toHaveLength(1);
  expect(await read(START, SITE, line(10, ['0xa', 5]).slice(0, -2))).toMatchObject([
    { kind: 'subject', pid: 7 },
    { kind: 'notice', code: 'cut-off' },
  ]);
});
