import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  freesLag,
  keepsMemory,
  listsBlocks,
  oldBlocks,
  outstandingGrows,
  requestRate,
  sumsAgree,
  totals,
} from '../../../runner/evidence/criteria/freeing.ts';
import type { Criterion } from '../../../runner/evidence/match.ts';
import type { Evidence } from '../../../runner/evidence/model.ts';
import { holds, times } from '../../property.ts';
import { absurd } from '../absurd.ts';
import { churn, leaker, type Program, startUp, together, twin } from '../programs.ts';
import {
  aged,
  type Block,
  counter,
  facts,
  MIB,
  notice,
  PERIOD,
  runs,
  totalled,
  traced,
  unreadable,
} from '../simulate.ts';

/** How the tracer of each criterion looks at a program: everything up to each of its looks. */
const looks: Record<string, (blocks: Block[], tick: number) => Evidence[][]> = {
  events: (blocks, tick) => {
    const all = traced(blocks, { tick });
    const ends = all.flatMap((e, i) => (e.kind === 'snapshot' ? [i + 1] : []));
    return [[], ...ends.map((end) => all.slice(0, end))];
  },
  totals: (blocks, tick) => runs(totalled(blocks, { tick })),
  ages: (blocks, tick) => runs(aged(blocks, { tick })),
};
const half = leaker({ bytes: MIB / 2 });

const cases: [string, Criterion, keyof typeof looks, Program, string | undefined][] = [
  ['verdict', keepsMemory(), 'events', twin(), 'comes-back'],
  ['outstanding', outstandingGrows(), 'events', twin(), 'comes-back'],
  ['old-blocks', oldBlocks(), 'ages', twin(), 'comes-back'],
  ['frees-lag', freesLag(), 'totals', twin(), 'comes-back'],
  ['request-rate', requestRate(), 'totals', half, undefined],
];

describe.each(cases)('%s', (id, criterion, tool, control, cause) => {
  const standings = (blocks: Block[], tick: number) =>
    (looks[tool]?.(blocks, tick) ?? []).map((evidence) => criterion.judge(facts(evidence)));
  const tick = fc.constantFrom(0.5, 1, 1.25, 2).map((periods) => periods * PERIOD);

  it('is called that for good', () => {
    expect(criterion.id).toBe(id);
    expect(criterion.teaches).toBe(false);
  });
  it(
    'met on the leaker, and never unmet before; while it asks for more, it asks for time',
    times(200)(leaker(), tick, (blocks, every) => {
      const all = standings(blocks, every);
      expect(all.map((s) => s.state)).not.toContain('unmet');
      expect(all[0]?.state).toBe('more');
      expect(all.at(-1)?.state).toBe('met');
      expect(all.flatMap(unreadable)).toEqual([]);
      for (const { state, seen, cause: why } of all) {
        if (state !== 'more') continue;
        expect(seen['moreMs']).toBeGreaterThan(0);
        expect(why).toBe('too-short');
      }
    }),
  );
  it(
    'unmet on its control, and never met before',
    times(200)(control, tick, (blocks, every) => {
      const all = standings(blocks, every);
      expect(all.map((s) => s.state)).not.toContain('met');
      expect(all.at(-1)).toMatchObject({ state: 'unmet' });
      expect(all.at(-1)?.cause).toBe(cause);
      expect(all.flatMap(unreadable)).toEqual([]);
    }),
  );
  it('wants more of nothing', () => {
    for (const evidence of [[], [notice('map-full')], [{ kind: 'snapshot', atMs: 1, sites: [] } as Evidence]]) {
      const standing = criterion.judge(facts(evidence));
      expect(standing.state).toBe('more');
      expect(unreadable(standing)).toEqual([]);
    }
  });
  it(
    'bears absurd evidence',
    holds(absurd, (evidence) => {
      expect(unreadable(criterion.judge(facts(evidence)))).toEqual([]);
    }),
  );
  it('bears as much as a reader will yield', () => {
    const evidence = Array.from({ length: 200_000 }, (_, i) => counter('born_ms', i % 7, 9000, String(i)));
    expect(unreadable(criterion.judge(facts(evidence)))).toEqual([]);
  });
});

describe('the verdict', () => {
  const { judge } = keepsMemory();
  it(
    'is on the blocks that leak, not on the most that is kept',
    holds(together(leaker(), startUp({ bytes: 50 * MIB }), churn()), (blocks) => {
      const standing = judge(facts(traced(blocks)));
      expect(standing).toMatchObject({ state: 'met', seen: { answer: 'leak', size: MIB } });
      expect(standing.seen['bytes']).toBe((standing.seen['blocks'] as number) * MIB);
    }),
  );
  it(
    'is found beside a larger leak of another size',
    holds(together(leaker(), leaker({ bytes: 8 * MIB, site: 'other' })), (blocks) => {
      expect(judge(facts(traced(blocks))).state).toBe('met');
    }),
  );
  it(
    'on a leak of another size says which was expected',
    holds(half, (blocks) => {
      expect(judge(facts(traced(blocks)))).toMatchObject({
        state: 'unmet',
        cause: 'other-leak',
        seen: { answer: 'leak', size: MIB / 2, expected: MIB },
      });
    }),
  );
  it(
    'without a single free has no block that came back',
    holds(startUp(), (blocks) => {
      const standing = judge(facts(traced(blocks)));
      expect(standing.state).toBe('unmet');
      expect(standing.cause).toBeUndefined();
    }),
  );
  it(
    'after as much more as it asked for is met',
    times(300)(leaker({ ms: 30 * PERIOD }), fc.integer({ min: PERIOD, max: 12 * PERIOD }), (blocks, ms) => {
      const { state, seen } = judge(facts(traced(blocks, { ms })));
      if (state === 'more')
        expect(judge(facts(traced(blocks, { ms: ms + (seen['moreMs'] as number) }))).state).toBe('met');
    }),
  );
});

describe('outstanding', () => {
  const { judge } = outstandingGrows();
  it(
    'is that of the function, not of another',
    holds(leaker({ site: 'report_cache_thread' }), (blocks) => {
      expect(judge(facts(traced(blocks)))).toEqual({ state: 'unmet', seen: { first: 0, last: 0, snapshots: 7 } });
    }),
  );
  it(
    'adds up the paths to it',
    holds(leaker(), (blocks) => {
      const snapshots = traced(blocks).flatMap((e): Evidence[] =>
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
    }),
  );
});

describe('ages', () => {
  it(
    'are those of the last look alone',
    holds(twin(), (blocks) => {
      const { seen } = oldBlocks().judge(facts(aged(blocks).flat()));
      expect(seen['blocks']).toBeLessThanOrEqual(4);
      expect(seen['seen']).toBeLessThan(4 * PERIOD);
      expect(seen['needed']).toBe(5 * PERIOD);
    }),
  );
  it(
    'a list is one of the twin as well',
    holds(fc.oneof(leaker(), twin()), (blocks) => {
      const all = runs(aged(blocks, { tick: PERIOD })).map((evidence) => listsBlocks(3).judge(facts(evidence)));
      expect(all[0]).toEqual({ state: 'more', seen: { seen: 0, atLeast: 3, moreMs: 3 * PERIOD }, cause: 'too-short' });
      expect(all.at(-1)?.state).toBe('met');
      expect(all.map((s) => s.state)).not.toContain('unmet');
    }),
  );
  it(
    'a list bears absurd evidence',
    holds(absurd, (evidence) => {
      expect(unreadable(listsBlocks(3).judge(facts(evidence)))).toEqual([]);
    }),
  );
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
  it(
    'the rate is what was asked for',
    holds(leaker(), (blocks) => {
      const { seen } = requestRate().judge(facts(totalled(blocks).flat()));
      expect(seen['expected']).toBe(Math.round((MIB * 1000) / PERIOD));
      expect(Math.abs((seen['seen'] as number) / (seen['expected'] as number) - 1)).toBeLessThan(0.15);
    }),
  );
  it(
    'of the twin all but three come back',
    holds(twin(), (blocks) => {
      const { seen } = freesLag().judge(facts(totalled(blocks).flat()));
      expect((seen['allocs'] as number) - (seen['frees'] as number)).toBe(3);
      expect(seen['percent']).toBe(Math.round((100 * (seen['frees'] as number)) / (seen['allocs'] as number)));
    }),
  );
});

describe('blocks and bytes', () => {
  const { judge, id } = sumsAgree();
  const list = (blocks: number, bytes: number, symbol = 'memory_leak_thread'): Evidence => ({
    kind: 'snapshot',
    atMs: 1,
    sites: [{ stack: [{ symbol, offset: 1 }], blocks, bytes }],
  });
  it('agree of any program, at every look', () => {
    expect(id).toBe('sums-agree');
    for (const evidence of [traced(fc.sample(leaker(), 1)[0] ?? []), traced(fc.sample(twin(), 1)[0] ?? [])])
      expect(judge(facts(evidence)).state).not.toBe('unmet');
  });
  it.each([
    [10, 10 * MIB, 'met'],
    [10, 11 * MIB, 'met'],
    [10, 12 * MIB, 'unmet'],
    [10, 3 * MIB, 'unmet'],
    [0, 10 * MIB, 'unmet'],
  ])('%i of %i bytes: %s, for one may come between the two printouts', (blocks, bytes, state) => {
    expect(judge(facts([list(1, MIB), list(blocks, bytes)])).state).toBe(state);
  });
  it('are asked for as long as nothing is under the function', () => {
    expect(judge(facts([])).state).toBe('more');
    expect(judge(facts([list(1, 9, 'other')])).state).toBe('more');
  });
});
