import { describe, expect, it } from 'vitest';
import type { Lifetimes, Witness } from '../../../runner/evidence/model.ts';
import { binOf, spanOf } from '../../../runner/evidence/rule/bins.ts';
import { livesIn } from '../../../runner/tools/memleak/lives.ts';
import { of, read } from './reading.ts';

const START = '{"type":"start","tool":"memleak","pid":7,"comm":"svc","options":{"progressive":false}}';
const site = (number: number, symbol: string) =>
  `{"type":"site","site":${number},"origin":"malloc","pid":7,"mntns":1,"comm":"svc","stack":[{"address":"0x1","symbol":"${symbol}","offset":7,"module":"svc"}]}`;
const NONE_LOST = '"lost":{"blocks":0,"sites":0,"stacks":0,"calls":0,"missed_frees":0}';
const counted = (fields: string) =>
  `{"type":"snapshot","at_ms":9000,"sites":[{"site":1,"outstanding_bytes":600,"outstanding_count":6,"allocated_bytes":1600,"freed_bytes":1000,"allocs":16,"frees":10${fields}}],"sites_omitted":0,${NONE_LOST}}`;
const LIVES =
  ',"ended":[[0,8],[49,2]],"alive":[[50,1,100],[60,5,500]],"longest_ended_ms":5105.25,"last_birth_ms":8500,"answer":"growing"';
const reachable = (rest: string) => `{"type":"reachable","at_ms":8990,${rest}}`;
const lines = (...all: string[]) => read(`${[START, site(1, 'f'), site(2, 'g'), ...all].join('\n')}\n`);
const lifetimes = async (...all: string[]): Promise<Lifetimes[]> => of(await lines(...all), 'lifetimes');
const witnesses = async (...all: string[]): Promise<Witness[]> => of(await lines(...all), 'witness');

describe('lives of a call site, as JSON', () => {
  it('are those that ended by length, and what is kept by age, each bin as wide as the tracer cuts it', async () => {
    expect(await lifetimes(counted(LIVES))).toEqual([
      {
        kind: 'lifetimes',
        atMs: 9000,
        stack: [{ symbol: 'f', offset: 7, module: 'svc' }],
        ended: [
          { ...spanOf(0), blocks: 8 },
          { ...spanOf(49), blocks: 2 },
        ],
        alive: [
          { ...spanOf(50), blocks: 1, bytes: 100 },
          { ...spanOf(60), blocks: 5, bytes: 500 },
        ],
        longestEndedMs: 5105.25,
        lastBirthMs: 8500,
        allocs: 16,
        allocatedBytes: 1600,
        window: { nth: 1, process: '7 svc' },
        answer: 'growing',
      },
    ]);
    // A life of 5105 ms belongs in bin 49.
    expect(binOf(5105.25)).toBe(49);
  });
  it('of another run are told to be', async () => {
    const other = START.replace('"pid":7', '"pid":8');
    const all = of(
      await read(`${[START, site(1, 'f'), counted(LIVES), other, site(1, 'f'), counted(LIVES)].join('\n')}\n`),
      'lifetimes',
    );
    expect(all.map((l) => l.window)).toEqual([
      { nth: 1, process: '7 svc' },
      { nth: 2, process: '8 svc' },
    ]);
  });
  it('of a sample stand for more', async () => {
    const [of] = await lifetimes(counted(`${LIVES},"drawn":2,"common_size":100`));
    expect(of).toMatchObject({ weight: 3, commonSize: 100 });
  });
  it('are told of no older tracer, and the sums of it are read', async () => {
    const evidence = await lines(counted(''));
    expect(of(evidence, 'lifetimes')).toEqual([]);
    expect(of(evidence, 'snapshot')).toHaveLength(1);
  });
  it.each([
    ['a bin that is none', ',"ended":[[98,1]],"alive":[]'],
    ['less than no block', ',"ended":[[1,-1]],"alive":[]'],
    ['a bin without its bytes', ',"ended":[],"alive":[[1,1]]'],
    ['more bins than there are', `,"ended":[${'[1,1],'.repeat(98)}[1,1]],"alive":[]`],
    ['an answer of its own', ',"ended":[],"alive":[],"answer":"perhaps"'],
  ])('%s: the list is left out, and said once', async (_, fields) => {
    const evidence = await lines(counted(fields), counted(fields));
    expect(of(evidence, 'snapshot')).toEqual([]);
    expect(of(evidence, 'notice').map((n) => n.code)).toEqual(['unreadable']);
  });
});

describe('a look into the process', () => {
  it('says how many are lost, and who holds the others, most first', async () => {
    const by =
      '[{"kind":"stack","tid":12,"count":1},{"kind":"symbol","symbol":"cache","offset":16,"module":"svc","count":9},{"kind":"site","site":2,"count":3},{"kind":"memory","module":null,"count":2}]';
    expect(
      await witnesses(
        reachable(`"site":1,"asked":40,"lost":25,"held":15,"unknown":0,"by":${by},"looks":2,"scanned_bytes":1,"ms":2`),
      ),
    ).toEqual([
      {
        kind: 'witness',
        atMs: 8990,
        stack: [{ symbol: 'f', offset: 7, module: 'svc' }],
        asked: 40,
        lost: 25,
        held: 15,
        unknown: 0,
        by: [
          { kind: 'symbol', count: 9, symbol: 'cache', offset: 16, module: 'svc' },
          { kind: 'site', count: 3, stack: [{ symbol: 'g', offset: 7, module: 'svc' }] },
          { kind: 'memory', count: 2, module: null },
          { kind: 'stack', count: 1, tid: 12 },
        ],
      },
    ]);
  });
  it('that could not be had says why', async () => {
    expect(await witnesses(reachable('"why":"CAP_SYS_PTRACE is missing"'))).toMatchObject([
      { asked: 0, lost: 0, held: 0, stack: [], why: 'CAP_SYS_PTRACE is missing' },
    ]);
  });
  it('of a site that never came is of no stack; one of nonsense is none', async () => {
    expect(await witnesses(reachable('"site":9,"asked":5,"lost":5,"held":0,"unknown":0,"by":[]'))).toMatchObject([
      { stack: [], lost: 5 },
    ]);
    expect(await witnesses(reachable('"site":1,"asked":"5","lost":5'))).toEqual([]);
    expect(await witnesses(reachable('"site":1,"lost":5,"by":[{"kind":"friend","count":1}]'))).toEqual([]);
  });
  it('in a name moves no cursor', async () => {
    const by = '[{"kind":"symbol","symbol":"ca\\u001b[2Jche","module":"svc","count":1}]';
    const [of] = await witnesses(reachable(`"site":1,"asked":1,"lost":0,"held":1,"unknown":0,"by":${by}`));
    expect(of?.by[0]?.symbol).not.toContain('\u001b');
  });
});

describe('lives of a call site, as people read them', () => {
  // As the tracer printed it, on Linux 6.1.
  const line = 'lives: 10 ended, the longest after 1.09 s; kept by age: 10 under 8.59 s; the last began 4.06 s before';
  const list = (of: string) =>
    `1.0 s: 10 blocks outstanding, 3000 bytes (2.9 KiB)\n  3000 bytes (2.9 KiB) in 10 blocks, most of them 300 bytes; 20 handed out, 10 given back\n    ${of}\n      lasting+0x1e (lives)\n\n`;
  it('are coarser: ages in steps of two octaves, of what ended the longest alone', () => {
    expect(livesIn(`    ${line}`)).toEqual({
      ended: [{ fromMs: 0, toMs: 1090, blocks: 10 }],
      alive: [{ fromMs: 8590 / 4, toMs: 8590, blocks: 10 }],
      longestEndedMs: 1090,
      lastBirthMs: 4060,
    });
  });
  it('without a death, or with more ages, are read as well; the first step begins with nothing', () => {
    expect(livesIn('lives: 0 ended; kept by age: 1 under 134 ms, 3 older')).toMatchObject({
      ended: [],
      alive: [
        { fromMs: 0, toMs: 134, blocks: 1 },
        { fromMs: 134, toMs: Number.POSITIVE_INFINITY, blocks: 3 },
      ],
      longestEndedMs: null,
      lastBirthMs: null,
    });
    expect(livesIn('lives: 0 ended')).toMatchObject({ ended: [], alive: [] });
  });
  it('belong to the entry above them, with its bytes and births', async () => {
    const [lived] = of(await read(list(line)), 'lifetimes');
    expect(lived).toMatchObject({
      atMs: 1000,
      stack: [{ symbol: 'lasting' }],
      allocs: 20,
      allocatedBytes: 6000,
      lastBirthMs: 1000 - 4060,
      alive: [{ blocks: 10, bytes: 3000 }],
    });
  });
  it.each([line.slice(0, -2), 'lives: ended', `${line}, 1 under 2 s`, 'lives: 1 ended; kept by age: '])(
    'cut short are none: %s',
    async (cut) => {
      expect(livesIn(cut)).toBeNull();
      expect(of(await read(list(cut)), 'lifetimes')).toEqual([]);
    },
  );
});
