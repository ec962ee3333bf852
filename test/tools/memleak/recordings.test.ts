import { describe, expect, it } from 'vitest';
import { keepsMemory, outstandingGrows } from '../../../runner/evidence/criteria/freeing.ts';
import { foundLeak } from '../../../runner/evidence/criteria/found.ts';
import { namesCallSite, ownProcess, steadyPeriod } from '../../../runner/evidence/criteria/calls.ts';
import { asksFrom, blocksPileUp, namesHolder } from '../../../runner/evidence/criteria/outstanding.ts';
import { match } from '../../../runner/evidence/match.ts';
import { type Evidence, provingAgeMs, type Snapshot, type Truth } from '../../../runner/evidence/model.ts';
import { callSite } from '../../../runner/evidence/site.ts';
import { judge } from '../../../runner/evidence/verdict.ts';
import { labels, load, modes, of } from './reading.ts';

const MIB = 1048576;
const TRUTH: Truth = {
  workload: 'stealth-leaker',
  leaks: true,
  call: 'malloc',
  function: 'memory_leak_thread',
  blockBytes: MIB,
  periodMs: 300,
  capBytes: 2 ** 31,
};
const CALLER = [
  { symbol: 'memory_leak_thread', offset: 0x56, module: 'stealth-leaker' },
  { symbol: 'start_thread', offset: 0x305, module: 'libc.so.6' },
];

const blocks = (snapshots: Snapshot[]) => snapshots.map((s) => s.sites.reduce((n, site) => n + site.blocks, 0));
const rises = (counts: number[]) => counts.every((n, i) => i === 0 || n > (counts[i - 1] as number));
const standing = (evidence: Evidence[], pid: number, criterion: ReturnType<typeof foundLeak>) =>
  match([criterion], { evidence, truth: TRUTH, subjects: { pid, innerPid: pid, libc: '', owns: null } }).criteria[0];
const name = (path: string) => path.replace(/^.*\//, '');

describe.each(Object.keys(labels).filter((path) => labels[path]?.exit === 0))('%s worked', (path) => {
  it('is of the process that was traced, and complains of nothing but what was lost', async () => {
    const { evidence, pid, notices } = await load(path);
    expect(of(evidence, 'subject').map((s) => s.pid)).toEqual([pid]);
    expect(standing(evidence, pid, ownProcess())?.state).toBe('met');
    expect(notices).toEqual(
      name(path).startsWith('lost') ? ['map-full'] : name(path).startsWith('target-dies') ? ['target-died'] : [],
    );
  });
});

describe.each(modes)('%s', (mode) => {
  it.each(['leaker.txt', 'leaker.json'])(
    '%s: the caller, with more blocks from list to list; the last list counts',
    async (file) => {
      const { evidence, pid, snapshots } = await load(`${mode}/${file}`);
      for (const { sites } of snapshots)
        expect(sites.map((s) => [s.stack, s.bytes / s.blocks])).toEqual([[CALLER, MIB]]);
      expect(snapshots.slice(0, 5).map((s) => Math.round(s.atMs / 1000))).toEqual([1, 2, 3, 4, 5]);
      expect(snapshots).toHaveLength(6);
      expect(rises(blocks(snapshots))).toBe(true);
      for (const criterion of [outstandingGrows(), blocksPileUp(), namesHolder(), keepsMemory()])
        expect(standing(evidence, pid, criterion)).toMatchObject({ state: 'met' });
    },
  );
  it('twin.txt: never more than three, which is no growth', async () => {
    const { evidence, pid, snapshots } = await load(`${mode}/twin.txt`);
    expect(Math.max(...blocks(snapshots))).toBe(3);
    for (const criterion of [outstandingGrows(), blocksPileUp()])
      expect(standing(evidence, pid, criterion)).toMatchObject({ state: 'unmet', cause: 'comes-back' });
  });
  it('leaker-blocks.json: each block with its birth, and no sums beside', async () => {
    const { evidence, pid, snapshots } = await load(`${mode}/leaker-blocks.json`);
    const born = of(evidence, 'allocation');
    expect(snapshots).toEqual([]);
    expect(of(evidence, 'free')).toEqual([]);
    expect(born).toHaveLength(20);
    for (const a of born)
      expect(a).toMatchObject({
        call: 'malloc',
        pid,
        bytes: MIB,
        stack: CALLER,
        address: expect.stringMatching(/^0x[0-9a-f]+$/),
      });
    expect(judge(evidence, { neededMs: provingAgeMs(TRUTH) })).toMatchObject({
      answer: 'leak',
      sites: [{ unfreedBlocks: 20, commonSize: MIB, period: { ms: expect.closeTo(300, 0) } }],
    });
    for (const criterion of [keepsMemory(), namesCallSite(), steadyPeriod()])
      expect(standing(evidence, pid, criterion)).toMatchObject({ state: 'met' });
  });
  it('twin-blocks.json: each is given back after three periods, by the list that follows', async () => {
    const { evidence, pid } = await load(`${mode}/twin-blocks.json`);
    const born = new Map(of(evidence, 'allocation').map((a) => [a.atMs, a]));
    expect(born.size).toBe(20);
    expect(of(evidence, 'free').length).toBeGreaterThanOrEqual(17);
    expect(judge(evidence, { neededMs: provingAgeMs(TRUTH) }).answer).toBe('none');
    expect(standing(evidence, pid, keepsMemory())).toMatchObject({ state: 'unmet', cause: 'comes-back' });
    // What the tool counted itself agrees.
    const last = (counter: string) =>
      of(evidence, 'counter').findLast((c) => c.name === counter && c.key === String(pid))?.value;
    expect([last('allocs'), last('requested')]).toEqual([20, 20 * MIB]);
    expect(last('frees')).toBe(of(evidence, 'free').length);
  });
  it.each(['progressive.txt', 'progressive.json'])(
    '%s: regions by who touches them, until it has found the request',
    async (file) => {
      const { evidence, pid, snapshots, requests, findings } = await load(`${mode}/${file}`);
      expect(findings).toMatchObject([
        { answer: 'leak', by: 'malloc', stack: CALLER, commonSize: MIB, periodMs: 300, hits: 1 },
      ]);
      expect(findings[0]?.probedMs).toBeGreaterThan(0);
      expect(findings[0]?.blocks).toBeGreaterThanOrEqual(10);
      expect(standing(evidence, pid, foundLeak())).toMatchObject({
        state: 'met',
        seen: { seen: 'memory_leak_thread', size: MIB },
      });
      // The request that the probe has seen is one of the regions.
      for (const { sites } of snapshots)
        expect(sites.map((s) => [callSite(s.stack), s.bytes / s.blocks])).toEqual([['memory_leak_thread', MIB + 4096]]);
      expect(rises(blocks(snapshots))).toBe(true);
      // Pages, each told once: 256 of a block.
      const touched = requests
        .filter((r) => callSite(r.stack) === 'memory_leak_thread')
        .reduce((n, r) => n + r.blocks, 0);
      expect(Math.abs(touched - 256 * (blocks(snapshots).at(-1) ?? 0))).toBeLessThan(256);
      expect(standing(evidence, pid, asksFrom())?.state).toBe('met');
    },
  );
});

describe('by itself', () => {
  const session = (file: string) => load(`0.1.0-session/${file}`);
  it('other-function.txt, half-block.json: as they are', async () => {
    expect(
      (await session('other-function.txt')).snapshots.every((s) =>
        s.sites.every((site) => callSite(site.stack) === 'report_cache_thread'),
      ),
    ).toBe(true);
    expect(
      (await session('half-block.json')).snapshots.every((s) =>
        s.sites.every((site) => site.bytes / site.blocks === MIB / 2),
      ),
    ).toBe(true);
  });
  it('older.txt: nothing is old at first', async () => {
    expect(blocks((await session('older.txt')).snapshots)).toEqual([0, 0, 3, 7, 8]);
  });
  it('idle.txt: empty lists', async () => {
    expect((await session('idle.txt')).snapshots.map((s) => s.sites)).toEqual([[], [], []]);
  });
  it('interrupted.txt: the last list is whole', async () => {
    expect(blocks((await session('interrupted.txt')).snapshots)).toEqual([3, 6, 8]);
  });
  it('lost: said once, with what it was', async () => {
    for (const file of ['lost.txt', 'lost.json'])
      expect(of((await session(file)).evidence, 'notice')).toEqual([
        {
          kind: 'notice',
          code: 'map-full',
          detail: expect.stringMatching(/^[34] blocks \(--max-blocks\), 0 at call sites without room \(--max-sites\)$/),
        },
      ]);
  });
  it('target-dies.json: what a dead process held was not given back', async () => {
    const { evidence } = await session('target-dies.json');
    expect(of(evidence, 'allocation')).toHaveLength(7);
    expect(of(evidence, 'free')).toEqual([]);
  });
  it.each(['progressive-twin.txt', 'progressive-twin.json'])(
    '%s: nothing is found, in a time in which a leak would have been',
    async (file) => {
      const { evidence, pid, findings } = await session(file);
      expect(findings).toEqual([]);
      expect(standing(evidence, pid, foundLeak())).toMatchObject({ state: 'unmet', cause: 'nothing-found' });
    },
  );
  it('progressive-other-function.json: another function', async () => {
    const { evidence, pid } = await session('progressive-other-function.json');
    expect(standing(evidence, pid, foundLeak())).toMatchObject({
      state: 'unmet',
      cause: 'other-function',
      seen: { seen: 'report_cache_thread' },
    });
  });
  it.each(['progressive-small.txt', 'progressive-small.json'])(
    '%s: small blocks, by probes for a while; requests are not regions',
    async (file) => {
      const { evidence, pid, findings, snapshots } = await session(file);
      expect(findings).toMatchObject([
        { answer: 'leak', by: 'malloc', stack: CALLER, blocks: 70, commonSize: 65536, periodMs: 30, hits: 70 },
      ]);
      expect(blocks(snapshots)).toEqual([0, 28, 70]);
      expect(standing(evidence, pid, foundLeak())).toMatchObject({ state: 'unmet', cause: 'other-leak' });
    },
  );
  it.each(['progressive-watching.txt', 'progressive-watching.json'])(
    '%s: by regions alone, no probe on malloc',
    async (file) => {
      const { evidence, pid, findings } = await session(file);
      expect(findings).toMatchObject([
        { answer: 'leak', by: 'mmap', blocks: 10, commonSize: MIB + 4096, probedMs: 0, hits: 0, costMs: null },
      ]);
      expect(standing(evidence, pid, foundLeak())?.state).toBe('met');
    },
  );
  it('progressive-stripped.json: found, without a name', async () => {
    const { evidence, pid } = await session('progressive-stripped.json');
    expect(standing(evidence, pid, foundLeak())).toMatchObject({ state: 'unmet', cause: 'no-symbols' });
  });
});
