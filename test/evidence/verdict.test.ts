import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../runner/evidence/model.ts';
import { commonest, judge, median, periodOf, type Verdict } from '../../runner/evidence/verdict.ts';
import { of, read, recording, versions } from '../tools/bpftrace/reading.ts';
import {
  absurd,
  allocation,
  type Block,
  cache,
  churn,
  leaker,
  loadWave,
  MIB,
  PERIOD,
  prng,
  type Random,
  seeds,
  shuffled,
  startUp,
  stackOf,
  traced,
  twin,
} from './simulate.ts';

const RUN = 14 * PERIOD;
const ids = ['early-cohort', 'late-cohort', 'low-water', 'still-keeping'];
const blame = (verdict: Verdict) => verdict.sites.filter((s) => s.answer === 'leak').map((s) => s.stack[0]?.symbol);

/** What holds of every verdict, whatever was observed. */
function sound(verdict: Verdict): Verdict {
  const { answer, observedMs, sites, settleMs, floorBytesPerSecond } = verdict;
  const numbers = [
    observedMs,
    settleMs ?? 0,
    floorBytesPerSecond ?? 0,
    ...sites.flatMap((s) => [
      s.unfreedBlocks,
      s.unfreedBytes,
      s.commonSize,
      s.period?.ms ?? 0,
      s.period?.spreadMs ?? 0,
      ...s.reasons.flatMap((r) => [r.seen, r.needed, r.blocks]),
    ]),
  ];
  expect(numbers.filter((n) => !Number.isFinite(n))).toEqual([]);
  expect(observedMs).toBeGreaterThanOrEqual(0);
  expect(answer).toBe(
    sites.some((s) => s.answer === 'leak') ? 'leak' : sites.some((s) => s.answer === 'growing') ? 'growing' : 'none',
  );
  for (const site of sites) {
    expect(site.reasons.map((r) => r.id)).toEqual(ids);
    expect(site.answer === 'leak').toBe(site.reasons.every((r) => r.holds));
  }
  expect(sites.map((s) => s.unfreedBytes)).toEqual(sites.map((s) => s.unfreedBytes).sort((a, b) => b - a));
  if (answer === 'growing') expect(settleMs).toBeGreaterThan(0);
  else expect(settleMs).toBeNull();
  if (answer !== 'none') expect(floorBytesPerSecond).toBeNull();
  else if (observedMs > 0 && sites.length > 0) expect(floorBytesPerSecond).toBeGreaterThanOrEqual(0);
  return verdict;
}

const verdictOn = (blocks: Block[], ms = RUN) => sound(judge(traced(blocks, { ms })));

describe.each(seeds)('seed %i', (seed) => {
  it('a leaker leaks', () => {
    const blocks = leaker(prng(seed));
    const verdict = verdictOn(blocks);
    expect(verdict).toMatchObject({ answer: 'leak', observedMs: RUN, settleMs: null, floorBytesPerSecond: null });
    expect(verdict.sites).toMatchObject([
      {
        site: 'memory_leak_thread+71 ← start_thread+773',
        stack: stackOf('memory_leak_thread'),
        unfreedBlocks: blocks.length,
        unfreedBytes: blocks.length * MIB,
        commonSize: MIB,
      },
    ]);
    expect(verdict.sites[0]?.period?.ms).toBeCloseTo(PERIOD, -1.5);
    expect(verdict.sites[0]?.period?.spreadMs).toBeLessThan(0.05 * PERIOD);
  });
  it('its twin does not, though three blocks are always out', () => {
    const verdict = verdictOn(twin(prng(seed)));
    expect(verdict).toMatchObject({ answer: 'none', settleMs: null });
    expect(verdict.sites).toMatchObject([{ unfreedBlocks: 3, unfreedBytes: 3 * MIB, commonSize: MIB }]);
  });

  const harmless: Record<string, (random: Random) => Block[]> = {
    'a cache that is full early and stays': (r) => cache(r, { until: 0.12, replaces: 'none' }),
    'a cache that is full at a third and replaces the oldest': (r) =>
      cache(r, { until: 0.33, replaces: 'oldest', every: PERIOD / 3 }),
    'memory taken at the start': (r) => [...startUp(r), ...churn(r)],
    'a wave of load': (r) => [...loadWave(r), ...churn(r)],
    requests: (r) => churn(r),
    nothing: () => [],
  };
  it.each(Object.keys(harmless))('%s: none', (name) => {
    expect(verdictOn(harmless[name]?.(prng(seed)) as Block[]).answer).toBe('none');
  });
  it.each([0.2, 0.35, 0.5])('a cache that was full after the share %d of the run is no leak', (until) => {
    expect(verdictOn(cache(prng(seed), { until, replaces: 'none' })).answer).not.toBe('leak');
  });
  it.each([3, 4, 6])('one that is still filling after %i periods is growing: no rule could tell yet', (periods) => {
    expect(
      verdictOn(cache(prng(seed), { until: 1, replaces: 'none', ms: periods * PERIOD }), periods * PERIOD).answer,
    ).toBe('growing');
  });

  it('a leak among requests, start-up memory and a cache is found, and it alone', () => {
    const random = prng(seed);
    const verdict = verdictOn([
      ...leaker(random, { bytes: 300_000 }),
      ...churn(random),
      ...startUp(random),
      ...cache(random, { until: 0.1, replaces: 'oldest', every: PERIOD / 4 }),
    ]);
    expect(verdict.answer).toBe('leak');
    expect(blame(verdict)).toEqual(['memory_leak_thread']);
  });
  it('of two sites that do the same, the one that frees nothing is named', () => {
    const random = prng(seed);
    expect(blame(verdictOn([...twin(random, { site: 'report_cache_thread' }), ...leaker(random)]))).toEqual([
      'memory_leak_thread',
    ]);
    expect(blame(verdictOn([...leaker(random, { site: 'report_cache_thread' }), ...twin(random)]))).toEqual([
      'report_cache_thread',
    ]);
  });
  it('of two paths to one function, the one that leaks is named', () => {
    const random = prng(seed);
    const via = (path: string, evidence: Evidence[]): Evidence[] =>
      evidence.map((e) =>
        e.kind === 'allocation'
          ? {
              ...e,
              address: `${e.address}${path}`,
              stack: [...(e.stack ?? []).slice(0, 1), { symbol: path, offset: 9 }],
            }
          : e.kind === 'free'
            ? { ...e, address: `${e.address}${path}` }
            : e,
      );
    const verdict = sound(judge([...via('a', traced(leaker(random))), ...via('b', traced(twin(random)))]));
    expect(verdict.sites.map((s) => [s.stack[1]?.symbol, s.answer])).toEqual([
      ['a', 'leak'],
      ['b', 'none'],
    ]);
  });

  it('too short is growing, and what it asks for is enough', () => {
    const blocks = leaker(prng(seed), { ms: 40 * PERIOD });
    for (let ms = 2.5 * PERIOD; ms < 10 * PERIOD; ms += PERIOD / 3) {
      const { answer, settleMs } = verdictOn(blocks, ms);
      expect(answer).not.toBe('none');
      if (answer === 'growing') expect(verdictOn(blocks, ms + (settleMs as number)).answer).toBe('leak');
    }
  });
  it('a leak stays one however long it is watched', () => {
    const blocks = leaker(prng(seed), { ms: 60 * PERIOD });
    for (let ms = 14 * PERIOD; ms <= 60 * PERIOD; ms += 3.3 * PERIOD) expect(verdictOn(blocks, ms).answer).toBe('leak');
  });
  it('a twin is never a leak however short it is watched', () => {
    const blocks = twin(prng(seed));
    for (let ms = 0; ms <= RUN; ms += PERIOD / 4) expect(verdictOn(blocks, ms).answer).not.toBe('leak');
  });

  it('bursts at one instant settle, too', () => {
    const bursts = leaker(prng(seed), { ms: 40 * PERIOD }).flatMap((b) => [b, { ...b }, { ...b }, { ...b }]);
    for (let ms = 1; ms < 12 * PERIOD; ms += PERIOD / 3) verdictOn(bursts, ms);
    expect(verdictOn(bursts).answer).toBe('leak');
  });

  it('addresses that are reused without a free were freed unseen', () => {
    const verdict = sound(judge(traced(twin(prng(seed))).filter((e) => e.kind !== 'free')));
    expect(verdict).toMatchObject({ answer: 'none', sites: [{ unfreedBlocks: 4 }] });
  });
  it('the order in which events were printed makes no difference', () => {
    const random = prng(seed);
    for (const blocks of [
      leaker(random),
      twin(random),
      [...leaker(random, { every: 2 * PERIOD }), ...loadWave(random)],
    ]) {
      const times = new Set<number>();
      const apart = traced(blocks).filter(
        (e) => 'atMs' in e && e.atMs !== null && !times.has(e.atMs) && times.add(e.atMs),
      );
      expect(judge(shuffled(random, apart))).toEqual(judge(apart));
    }
  });

  it('the floor is a rate that would have shown, and a tenth of it would not', () => {
    const random = prng(seed);
    const quiet = twin(random);
    const floor = verdictOn(quiet).floorBytesPerSecond as number;
    // Ten blocks of the commonest size in the run, as a rate.
    expect(floor).toBeCloseTo((10 * MIB * 1000) / RUN, 6);
    const every = (MIB * 1000) / floor;
    const at = (pace: number) => verdictOn([...quiet, ...leaker(random, { site: 'slow_leak', every: pace })]).answer;
    expect(at(every * 0.85)).toBe('leak');
    expect(at(every * 10)).not.toBe('leak');
  });
  it('a longer look has a lower floor', () => {
    const quiet = churn(prng(seed), { ms: 4 * RUN });
    const floors = [1, 2, 4].map((n) => verdictOn(quiet, n * RUN).floorBytesPerSecond as number);
    expect(floors.every((f) => f > 0)).toBe(true);
    const sizes = [1, 2, 4].map((n, i) => ((floors[i] as number) * n * RUN) / 10_000);
    // Ten blocks of a size that did occur.
    for (const size of sizes) expect(quiet.some((b) => Math.abs(b.bytes - size) < 1e-6)).toBe(true);
  });

  it('absurd evidence has a sound verdict', () => {
    const random = prng(seed);
    for (const length of [1, 10, 500]) sound(judge(absurd(random, length)));
  });
});

describe('little or nothing', () => {
  it('has nothing to say', () => {
    expect(judge([])).toEqual({ answer: 'none', observedMs: 0, sites: [], settleMs: null, floorBytesPerSecond: null });
  });
  it('everything at one instant is no leak', () => {
    const evidence = Array.from({ length: 50 }, (_, i) =>
      allocation({ atMs: 0, address: `0x${i}`, bytes: MIB, stack: stackOf('f') }),
    );
    expect(sound(judge(evidence)).answer).toBe('none');
  });
  it('memory taken at once, after which nothing happened, is no leak yet', () => {
    const evidence = Array.from({ length: 50 }, (_, i) =>
      allocation({ atMs: 10, address: `0x${i}`, bytes: MIB, stack: stackOf('f') }),
    );
    expect(sound(judge([...evidence, { kind: 'snapshot', atMs: 5000, sites: [] }])).answer).toBe('none');
  });
  it('growth by bursts settles at a time that is not zero', () => {
    const burst = (atMs: number) =>
      Array.from({ length: 4 }, (_, i) =>
        allocation({ atMs, address: `0x${atMs}${i}`, bytes: MIB, stack: stackOf('f') }),
      );
    const verdict = sound(
      judge([...burst(0), ...burst(500), ...burst(900), { kind: 'snapshot', atMs: 1000, sites: [] }]),
    );
    expect(verdict.answer).toBe('growing');
    expect(verdict.settleMs).toBeGreaterThan(0);
  });
});

describe.each(versions.flatMap((version) => (['txt', 'json'] as const).map((form) => [version, form] as const)))(
  'recordings of bpftrace %s, %s',
  (version, form) => {
    const judged = async (name: string) => sound(judge(await read(recording(`${version}/${name}.${form}`))));
    it('the leaker leaks, from the function that does it', async () => {
      const verdict = await judged('outstanding-leaker');
      expect(verdict.answer).toBe('leak');
      expect(blame(verdict)).toEqual(['memory_leak_thread']);
      expect(verdict.sites[0]?.commonSize).toBe(MIB);
    });
    it('the twin does not', async () => {
      const verdict = await judged('outstanding-twin');
      expect(verdict.answer).toBe('none');
      expect(verdict.sites[0]?.unfreedBlocks).toBeLessThanOrEqual(4);
    });
    it('the twin without its frees is judged by its addresses alone', async () => {
      const evidence = await read(recording(`${version}/outstanding-twin.${form}`));
      const addresses = of(evidence, 'allocation').map((a) => a.address);
      const reused = new Set(addresses).size < addresses.length;
      const { answer } = sound(judge(evidence.filter((e) => e.kind !== 'free')));
      expect(answer === 'leak').toBe(!reused);
    });
  },
);

describe('the arithmetic', () => {
  it('the middle value', () => {
    expect([[], [3], [9, 1], [5, 1, 9], [4, 1, 9, 2]].map(median)).toEqual([0, 3, 5, 5, 3]);
  });
  it('the value that occurs most often, the larger of equals', () => {
    expect([[], [0], [7], [5, 9], [9, 5], [5, 9, 5], [0, 0, 7]].map(commonest)).toEqual([0, 0, 7, 9, 9, 5, 0]);
  });
  it('the period, whatever the order; none of fewer than three', () => {
    expect(periodOf([])).toBeNull();
    expect(periodOf([1, 2])).toBeNull();
    expect(periodOf([700, 100, 400])).toEqual({ ms: 300, spreadMs: 0 });
    expect(periodOf([0, 100, 220, 300])).toEqual({ ms: 100, spreadMs: 20 });
  });
  it.each(seeds)('order changes none of them, seed %i', (seed) => {
    const random = prng(seed);
    const values = Array.from({ length: 40 }, () => Math.floor(12 * random()));
    const other = shuffled(random, values);
    for (const f of [median, commonest, periodOf]) expect(f(other)).toEqual(f(values));
    expect(values).toContain(commonest(values));
  });
});
