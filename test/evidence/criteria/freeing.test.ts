import { describe, expect, it } from 'vitest';
import {
  freesLag,
  keepsMemory,
  listsBlocks,
  oldBlocks,
  outstandingGrows,
  requestRate,
  totals,
} from '../../../runner/evidence/criteria/freeing.ts';
import type { Criterion } from '../../../runner/evidence/match.ts';
import type { Evidence } from '../../../runner/evidence/model.ts';
import {
  absurd,
  aged,
  type Block,
  churn,
  counter,
  facts,
  leaker,
  MIB,
  notice,
  PERIOD,
  prng,
  type Random,
  runs,
  seeds,
  startUp,
  totalled,
  traced,
  twin,
  unreadable,
} from '../simulate.ts';

const RUN = 14 * PERIOD;
/** How the tracer of each criterion looks at a program: everything up to each of its looks. */
const looks: Record<string, (blocks: Block[], tick: number) => Evidence[][]> = {
  events: (blocks, tick) =>
    runs(
      [...Array(Math.floor(RUN / tick)).keys()].map((i) =>
        traced(blocks, { ms: (i + 1) * tick, tick }).slice(i === 0 ? 0 : traced(blocks, { ms: i * tick, tick }).length),
      ),
    ),
  totals: (blocks, tick) => runs(totalled(blocks, { tick })),
  ages: (blocks, tick) => runs(aged(blocks, { tick })),
};
const half = (random: Random) => leaker(random, { bytes: MIB / 2 });

const cases: [string, Criterion, keyof typeof looks, (random: Random) => Block[], string | undefined][] = [
  ['verdict', keepsMemory(), 'events', twin, 'comes-back'],
  ['outstanding', outstandingGrows(), 'events', twin, 'comes-back'],
  ['old-blocks', oldBlocks(), 'ages', twin, 'comes-back'],
  ['frees-lag', freesLag(), 'totals', twin, 'comes-back'],
  ['request-rate', requestRate(), 'totals', half, undefined],
];

describe.each(cases)('%s', (id, criterion, tool, control, cause) => {
  const standings = (blocks: Block[], tick: number) =>
    (looks[tool]?.(blocks, tick) ?? []).map((evidence) => criterion.judge(facts(evidence)));

  it('is called that for good', () => {
    expect(criterion.id).toBe(id);
    expect(criterion.teaches).toBe(false);
  });
  describe.each([0.5, 1, 1.25, 2])('a look every %d periods', (periods) => {
    it.each(seeds)('met on the leaker, and never unmet before, seed %i', (seed) => {
      const all = standings(leaker(prng(seed)), periods * PERIOD);
      expect(all.map((s) => s.state)).not.toContain('unmet');
      expect(all[0]?.state).toBe('more');
      expect(all.at(-1)?.state).toBe('met');
      expect(all.flatMap(unreadable)).toEqual([]);
    });
    it.each(seeds)('unmet on its control, and never met before, seed %i', (seed) => {
      const all = standings(control(prng(seed)), periods * PERIOD);
      expect(all.map((s) => s.state)).not.toContain('met');
      expect(all.at(-1)).toMatchObject({ state: 'unmet' });
      expect(all.at(-1)?.cause).toBe(cause);
      expect(all.flatMap(unreadable)).toEqual([]);
    });
  });
  it.each(seeds)('asks for time while it asks for more, seed %i', (seed) => {
    for (const { state, seen, cause: why } of standings(leaker(prng(seed)), PERIOD)) {
      if (state !== 'more') continue;
      expect(seen['moreMs']).toBeGreaterThan(0);
      expect(why).toBe('too-short');
    }
  });
  it('wants more of nothing', () => {
    for (const evidence of [[], [notice('map-full')], [{ kind: 'snapshot', atMs: 1, sites: [] } as Evidence]]) {
      const standing = criterion.judge(facts(evidence));
      expect(standing.state).toBe('more');
      expect(unreadable(standing)).toEqual([]);
    }
  });
  it.each(seeds)('bears absurd evidence, seed %i', (seed) => {
    const random = prng(seed);
    for (const length of [1, 5, 300]) expect(unreadable(criterion.judge(facts(absurd(random, length))))).toEqual([]);
  });
  it('bears as much as a reader will yield', () => {
    const evidence = Array.from({ length: 200_000 }, (_, i) => counter('born_ms', i % 7, 9000, String(i)));
    expect(unreadable(criterion.judge(facts(evidence)))).toEqual([]);
  });
});

describe('the verdict', () => {
  const { judge } = keepsMemory();
  it.each(seeds)('is on the blocks that leak, not on the most that is kept, seed %i', (seed) => {
    const random = prng(seed);
    const standing = judge(
      facts(traced([...leaker(random), ...startUp(random, { bytes: 50 * MIB }), ...churn(random)])),
    );
    expect(standing).toMatchObject({ state: 'met', seen: { answer: 'leak', size: MIB } });
    expect(standing.seen['bytes']).toBe((standing.seen['blocks'] as number) * MIB);
  });
  it.each(seeds)('is found beside a larger leak of another size, seed %i', (seed) => {
    const random = prng(seed);
    expect(judge(facts(traced([...leaker(random), ...leaker(random, { bytes: 8 * MIB, site: 'other' })]))).state).toBe(
      'met',
    );
  });
  it.each(seeds)('on a leak of another size says which was expected, seed %i', (seed) => {
    expect(judge(facts(traced(half(prng(seed)))))).toMatchObject({
      state: 'unmet',
      cause: 'other-leak',
      seen: { answer: 'leak', size: MIB / 2, expected: MIB },
    });
  });
  it('without a single free has no block that came back', () => {
    const standing = judge(facts(traced(startUp(prng(1)))));
    expect(standing.state).toBe('unmet');
    expect(standing.cause).toBeUndefined();
  });
  it.each(seeds)('after as much more as it asked for is met, seed %i', (seed) => {
    const blocks = leaker(prng(seed), { ms: 30 * PERIOD });
    for (let ms = PERIOD; ms < 12 * PERIOD; ms += PERIOD) {
      const { state, seen } = judge(facts(traced(blocks, { ms })));
      if (state === 'more')
        expect(judge(facts(traced(blocks, { ms: ms + (seen['moreMs'] as number) }))).state).toBe('met');
    }
  });
});

describe('outstanding', () => {
  const { judge } = outstandingGrows();
  it.each(seeds)('is that of the function, not of another, seed %i', (seed) => {
    const standing = judge(facts(traced(leaker(prng(seed), { site: 'report_cache_thread' }))));
    expect(standing).toEqual({ state: 'unmet', seen: { first: 0, last: 0, snapshots: 7 } });
  });
  it.each(seeds)('adds up the paths to it, seed %i', (seed) => {
    const snapshots = traced(leaker(prng(seed))).flatMap((e): Evidence[] =>
      e.kind === 'snapshot'
        ? [
            {
              ...e,
              sites: e.sites.flatMap((s) => [
                s,
                { ...s, stack: [...s.stack.slice(0, 1), { symbol: 'other_path', offset: 1 }] },
              ]),
            },
          ]
        : [],
    );
    const { state, seen } = judge(facts(snapshots));
    expect(state).toBe('met');
    expect((seen['last'] as number) / MIB).toBeGreaterThanOrEqual(2 * 13);
  });
});

describe('ages', () => {
  it.each(seeds)('are those of the last look alone, seed %i', (seed) => {
    const { seen } = oldBlocks().judge(facts(aged(twin(prng(seed))).flat()));
    expect(seen['blocks']).toBeLessThanOrEqual(4);
    expect(seen['seen']).toBeLessThan(4 * PERIOD);
    expect(seen['needed']).toBe(5 * PERIOD);
  });
  it.each(seeds)('a list is one of the twin as well, seed %i', (seed) => {
    for (const workload of [leaker, twin]) {
      const all = runs(aged(workload(prng(seed)), { tick: PERIOD })).map((evidence) =>
        listsBlocks(3).judge(facts(evidence)),
      );
      expect(all[0]).toEqual({ state: 'more', seen: { seen: 0, atLeast: 3, moreMs: 3 * PERIOD }, cause: 'too-short' });
      expect(all.at(-1)?.state).toBe('met');
      expect(all.map((s) => s.state)).not.toContain('unmet');
    }
  });
  it.each(seeds)('a list bears absurd evidence, seed %i', (seed) => {
    expect(unreadable(listsBlocks(3).judge(facts(absurd(prng(seed), 300))))).toEqual([]);
  });
});

describe('totals', () => {
  it('are read where they have a time, first and last', () => {
    const evidence = [
      counter('calls', 1, null),
      counter('calls', 2, 10),
      counter('other', 9, 11),
      counter('calls', 5, 20),
    ];
    expect(totals(evidence, 'calls')).toMatchObject({ first: { value: 2 }, last: { value: 5 }, times: 2 });
    expect(totals(evidence, 'none')).toBeNull();
  });
  it.each(seeds)('the rate is what was asked for, seed %i', (seed) => {
    const { seen } = requestRate().judge(facts(totalled(leaker(prng(seed))).flat()));
    expect(seen['expected']).toBe(Math.round((MIB * 1000) / PERIOD));
    expect(Math.abs((seen['seen'] as number) / (seen['expected'] as number) - 1)).toBeLessThan(0.15);
  });
  it.each(seeds)('of the twin all but three come back, seed %i', (seed) => {
    const { seen } = freesLag().judge(facts(totalled(twin(prng(seed))).flat()));
    expect((seen['allocs'] as number) - (seen['frees'] as number)).toBe(3);
    expect(seen['percent']).toBe(Math.round((100 * (seen['frees'] as number)) / (seen['allocs'] as number)));
  });
});
