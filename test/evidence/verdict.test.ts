import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Evidence, provingAgeMs } from '../../runner/evidence/model.ts';
import { judge as judgeWith, type Verdict } from '../../runner/evidence/verdict.ts';
import { holds, times } from '../property.ts';
import { of, read, recording, versions } from '../tools/bpftrace/reading.ts';
import { absurd } from './absurd.ts';
import {
  anything,
  cache,
  churn,
  leaker,
  loadWave,
  type Program,
  printed,
  startUp,
  together,
  twin,
} from './programs.ts';
import { allocation, type Block, MIB, PERIOD, RUN, stackOf, traced } from './simulate.ts';
import { sound } from './sound.ts';

/** Twice as long as the twin keeps a block. */
const neededMs = provingAgeMs({ periodMs: PERIOD });
const judge = (evidence: Iterable<Evidence>) => judgeWith(evidence, { neededMs });
const blame = (verdict: Verdict) => verdict.sites.filter((s) => s.answer === 'leak').map((s) => s.stack[0]?.symbol);
const verdictOn = (blocks: Block[], ms = RUN) => sound(judge(traced(blocks, { ms })));

describe('what leaks', () => {
  it(
    'is a leaker',
    holds(leaker(), (blocks) => {
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
    }),
  );
  it(
    'among requests, start-up memory and a cache is found, and it alone',
    holds(
      together(
        leaker({ bytes: 300_000 }),
        churn(),
        startUp(),
        cache({ until: 0.1, replaces: 'oldest', every: PERIOD / 4 }),
      ),
      (blocks) => {
        const verdict = verdictOn(blocks);
        expect(verdict.answer).toBe('leak');
        expect(blame(verdict)).toEqual(['memory_leak_thread']);
      },
    ),
  );
  it.each([
    ['memory_leak_thread', together(twin({ site: 'report_cache_thread' }), leaker())],
    ['report_cache_thread', together(leaker({ site: 'report_cache_thread' }), twin())],
  ])('of two sites that do the same is the one that frees nothing: %s', (name, program) =>
    holds(program, (blocks) => expect(blame(verdictOn(blocks))).toEqual([name]))(),
  );
  it(
    'of two paths to one function is the one that leaks',
    holds(leaker(), twin(), (leaking, healthy) => {
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
      const verdict = sound(judge([...via('a', traced(leaking)), ...via('b', traced(healthy))]));
      expect(verdict.sites.map((s) => [s.stack[1]?.symbol, s.answer])).toEqual([
        ['a', 'leak'],
        ['b', 'none'],
      ]);
    }),
  );
  it(
    'stays a leak however long it is watched',
    holds(leaker({ ms: 60 * PERIOD }), fc.integer({ min: 14 * PERIOD, max: 60 * PERIOD }), (blocks, ms) => {
      expect(verdictOn(blocks, ms).answer).toBe('leak');
    }),
  );
});

describe('what does not', () => {
  it(
    'is the twin, though three blocks are always out',
    holds(twin(), (blocks) => {
      const verdict = verdictOn(blocks);
      expect(verdict).toMatchObject({ answer: 'none', settleMs: null });
      expect(verdict.sites).toMatchObject([{ unfreedBlocks: 3, unfreedBytes: 3 * MIB, commonSize: MIB }]);
    }),
  );
  it(
    'is a twin, however short it is watched',
    times(400)(twin(), fc.integer({ min: 0, max: RUN }), (blocks, ms) => {
      expect(verdictOn(blocks, ms).answer).not.toBe('leak');
    }),
  );
  it.each<[string, Program]>([
    ['a cache that is full early and stays', cache({ until: 0.12, replaces: 'none' })],
    [
      'a cache that is full before a third and replaces the oldest',
      cache({ until: 0.3, replaces: 'oldest', every: PERIOD / 3 }),
    ],
    ['memory taken at the start', together(startUp(), churn())],
    ['a wave of load', together(loadWave(), churn())],
    ['requests', churn()],
    ['nothing', fc.constant([])],
  ])('is %s', (_, program) => holds(program, (blocks) => expect(verdictOn(blocks).answer).toBe('none'))());
  it.each([0.2, 0.35, 0.5])('is a cache that was full after the share %d of the run', (until) =>
    holds(cache({ until, replaces: 'none' }), (blocks) => expect(verdictOn(blocks).answer).not.toBe('leak'))(),
  );
  it(
    'is a cache that replaces the oldest, full before two fifths of the run',
    holds(
      fc
        .integer({ min: 5, max: 40 })
        .chain((percent) => cache({ until: percent / 100, replaces: 'oldest', every: 100 })),
      (blocks) => expect(verdictOn(blocks).answer).not.toBe('leak'),
    ),
  );
  it(
    'was freed unseen where an address is reused without a free',
    holds(twin(), (blocks) => {
      const verdict = sound(judge(traced(blocks).filter((e) => e.kind !== 'free')));
      expect(verdict).toMatchObject({ answer: 'none', sites: [{ unfreedBlocks: 4 }] });
    }),
  );
});

describe('what cannot be told yet', () => {
  it.each([4, 5, 6])('is a cache that is still filling after %i periods', (periods) =>
    holds(cache({ until: 1, replaces: 'none', ms: periods * PERIOD }), (blocks) =>
      expect(verdictOn(blocks, periods * PERIOD).answer).toBe('growing'),
    )(),
  );
  it(
    'is too short, and what it asks for is enough',
    times(600)(leaker({ ms: 40 * PERIOD }), fc.integer({ min: 4 * PERIOD, max: 10 * PERIOD }), (blocks, ms) => {
      const { answer, settleMs } = verdictOn(blocks, ms);
      expect(answer).not.toBe('none');
      if (answer === 'growing') expect(verdictOn(blocks, ms + (settleMs as number)).answer).toBe('leak');
    }),
  );
  it(
    'settles where bursts come at one instant, too',
    times(900)(leaker({ ms: 40 * PERIOD }), fc.integer({ min: 1, max: 12 * PERIOD }), (blocks, ms) => {
      const bursts = blocks.flatMap((b) => [b, { ...b }, { ...b }, { ...b }]);
      verdictOn(bursts, ms);
      expect(verdictOn(bursts).answer).toBe('leak');
    }),
  );
});

describe('any verdict', () => {
  it(
    'depends on no order in which events were printed',
    holds(
      fc.oneof(leaker(), twin(), together(leaker({ every: 2 * PERIOD }), loadWave()), anything()).chain(printed),
      ([inOrder, inAnother]) => {
        expect(judge(inAnother)).toEqual(judge(inOrder));
      },
    ),
  );
  it(
    'is sound, even on absurd evidence',
    holds(absurd, (evidence) => {
      sound(judge(evidence));
    }),
  );
});

describe('little or nothing', () => {
  it('has nothing to say', () => {
    expect(judge([])).toEqual({
      answer: 'none',
      observedMs: 0,
      sites: [],
      settleMs: null,
      floorBytesPerSecond: null,
      unlooked: null,
    });
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
