import { describe, expect, it } from 'vitest';
import {
  anonymousGrows,
  fourNumbers,
  rssOverTime,
  logCalm,
  logLies,
  rssGrowsUnseen,
  saysHealthy,
} from '../../../runner/evidence/criteria/memory.ts';
import type { Criterion } from '../../../runner/evidence/match.ts';
import type { Evidence, ProcessMemory } from '../../../runner/evidence/model.ts';
import { holds } from '../../property.ts';
import { absurd } from '../absurd.ts';
import { leaker, twin } from '../programs.ts';
import { type Block, claim, counter, facts, MIB, notice, PERIOD, PID, runs, unreadable } from '../simulate.ts';

const EPOCH = 1_795_556_235_668;
const GAUGE = 12 * MIB;
const memory = (over: Partial<ProcessMemory> = {}): ProcessMemory => ({
  kind: 'memory',
  pid: PID,
  atMs: null,
  rss: null,
  vsz: null,
  pss: null,
  anonymous: null,
  swap: null,
  ...over,
});

/** What the process holds at each look, two periods apart, the first after two: the twin has its blocks by then. */
function held(blocks: Block[], n = 6): { atMs: number; bytes: number }[] {
  return Array.from({ length: n }, (_, i) => {
    const at = 2 * PERIOD * (i + 1);
    return {
      atMs: EPOCH + at,
      bytes: blocks
        .filter((b) => b.born <= at && (b.died === null || b.died > at))
        .reduce((sum, b) => sum + b.bytes, 0),
    };
  });
}

const services: Record<string, (blocks: Block[]) => Evidence[][]> = {
  'ps and the dashboards': (blocks) =>
    held(blocks).map(({ atMs, bytes }) => [
      claim('health', 'healthy'),
      counter('app_memory_used_bytes', GAUGE, atMs),
      memory({ atMs, rss: 5 * MIB + bytes, vsz: 80 * MIB + bytes }),
    ]),
  smaps: (blocks) =>
    held(blocks).map(({ bytes }) => [
      memory({ rss: 5 * MIB + bytes, pss: 4 * MIB + bytes, anonymous: 3 * MIB + bytes, swap: 0 }),
      memory({ vsz: 80 * MIB, rss: 5 * MIB, swap: 0 }),
    ]),
  'the log': (blocks) =>
    blocks.map((b, i) => [
      claim('log', '이상 없음'),
      counter(
        'log_total',
        blocks
          .slice(0, i + 1)
          .filter((o) => o.died === null || o.died > b.born + 1)
          .reduce((n, o) => n + o.bytes, 0),
      ),
    ]),
};

const growing: [string, Criterion, keyof typeof services][] = [
  ['rss-unseen', rssGrowsUnseen(), 'ps and the dashboards'],
  ['anonymous-grows', anonymousGrows(), 'smaps'],
  ['log-lies', logLies(), 'the log'],
];

describe.each(growing)('%s', (id, criterion, service) => {
  const standings = (blocks: Block[]) =>
    runs(services[service]?.(blocks) ?? []).map((evidence) => criterion.judge(facts(evidence)));

  it('is called that for good', () => {
    expect(criterion.id).toBe(id);
  });
  it(
    'met on the leaker, and never unmet before',
    holds(leaker(), (blocks) => {
      const all = standings(blocks);
      expect(all.map((s) => s.state)).not.toContain('unmet');
      expect(all[0]?.state).toBe('more');
      expect(all.at(-1)?.state).toBe('met');
      expect(all.flatMap(unreadable)).toEqual([]);
    }),
  );
  it(
    'unmet on the twin, and never met before: it stands still',
    holds(twin(), (blocks) => {
      const all = standings(blocks);
      expect(all.map((s) => s.state)).not.toContain('met');
      expect(all.at(-1)).toMatchObject({ state: 'unmet', cause: 'flat' });
      expect(all.flatMap(unreadable)).toEqual([]);
    }),
  );
});

const every = {
  saysHealthy: saysHealthy(),
  rssGrowsUnseen: rssGrowsUnseen(),
  anonymousGrows: anonymousGrows(),
  fourNumbers: fourNumbers(),
  logLies: logLies(),
  logCalm: logCalm(),
};

describe.each(Object.entries(every))('%s', (_, { judge, id }) => {
  it('has a permanent id', () => {
    expect(id).toMatch(/^[a-z-]+$/);
  });
  it('wants more of nothing, and of what says nothing', () => {
    for (const evidence of [[], [notice('unreadable')], [memory()], [memory(), memory()]]) {
      const standing = judge(facts(evidence));
      expect(standing.state).toBe('more');
      expect(unreadable(standing)).toEqual([]);
    }
  });
  it(
    'bears absurd evidence',
    holds(absurd, (evidence) => {
      expect(unreadable(judge(facts(evidence)))).toEqual([]);
    }),
  );
});

describe('what the service says of itself', () => {
  it('is healthy every time, or is not', () => {
    const { judge } = saysHealthy();
    const asked = (...said: string[]) => judge(facts(said.map((value) => claim('health', value))));
    expect(asked('healthy', 'healthy')).toEqual({ state: 'met', seen: { seen: 'healthy', times: 2 } });
    expect(asked('healthy', 'degraded', 'healthy')).toEqual({ state: 'unmet', seen: { seen: 'degraded' } });
    expect(judge(facts([claim('log', 'healthy')])).state).toBe('more');
  });
  it('is calm in every line of its log, or is not', () => {
    const { judge } = logCalm();
    expect(judge(facts([claim('log', '이상 없음'), claim('log', '이상 없음')]))).toEqual({
      state: 'met',
      seen: { seen: '이상 없음', times: 2 },
    });
    expect(judge(facts([claim('log', '이상 없음'), claim('log', '증가 중')]))).toEqual({
      state: 'unmet',
      seen: { seen: '증가 중' },
    });
  });
  it('on a gauge that moves would have told', () => {
    const looks = [1, 2, 3].flatMap((n) => [
      counter('app_memory_used_bytes', n * GAUGE),
      memory({ atMs: EPOCH + n * PERIOD, rss: n * 4 * MIB }),
    ]);
    expect(rssGrowsUnseen().judge(facts(looks))).toMatchObject({ state: 'unmet', cause: 'gauge-moves' });
  });
  it('on no gauge at all is not known', () => {
    const looks = [1, 2, 3].map((n) => memory({ atMs: EPOCH + n * PERIOD, rss: n * 4 * MIB }));
    expect(rssGrowsUnseen().judge(facts(looks)).state).toBe('more');
  });
});

describe('anonymous memory', () => {
  const grown = (anonymous: number, rss: number) =>
    anonymousGrows().judge(facts([memory({ anonymous: 0, rss: 0 }), memory({ anonymous, rss })]));
  it.each([
    ['all of it', 8 * MIB, 8 * MIB, 'met'],
    ['nine tenths of it', 9 * MIB, 10 * MIB, 'met'],
    ['half of it: the rest are files', 8 * MIB, 16 * MIB, 'unmet'],
    ['a block alone', MIB, MIB, 'unmet'],
    ['files alone', 0, 8 * MIB, 'unmet'],
    ['shrinking', -8 * MIB, -8 * MIB, 'unmet'],
    ['more of it than of the whole: files left', 8 * MIB, 4 * MIB, 'met'],
  ])('%s', (_, anonymous, rss, state) => {
    const standing = grown(anonymous, rss);
    expect(standing.state).toBe(state);
    expect(unreadable(standing)).toEqual([]);
  });
});

describe('four numbers', () => {
  const fields = ['rss', 'vsz', 'pss', 'swap'] as const;
  it.each(fields)('lack %s', (field) => {
    const seen = fields.filter((f) => f !== field).map((f) => memory({ [f]: 5 }));
    expect(fourNumbers().judge(facts(seen))).toEqual({ state: 'more', seen: { missing: field.toUpperCase() } });
  });
  it('may come from several commands, and 0 is one', () => {
    expect(fourNumbers().judge(facts([memory({ rss: 5, vsz: 5 }), memory({ pss: 5, swap: 0 })])).state).toBe('met');
  });
});

type Looks = NonNullable<ReturnType<typeof rssOverTime>>;

describe('RSS over time', () => {
  const times = (blocks: Block[]) => {
    const { first, last } = rssOverTime(services['ps and the dashboards']?.(blocks).flat() ?? []) as Looks;
    return (last.rss - first.rss) / (last.atMs - first.atMs) / (MIB / PERIOD);
  };
  it(
    'is the leak’s rate',
    holds(leaker(), (blocks) => expect(Math.abs(times(blocks) - 1)).toBeLessThan(0.15)),
  );
  it(
    'is about nothing of the twin',
    holds(twin(), (blocks) => expect(Math.abs(times(blocks))).toBeLessThan(0.15)),
  );
  it.each([
    ['nothing', []],
    ['one reading', [memory({ atMs: EPOCH, rss: 5 })]],
    ['two at once', [memory({ atMs: EPOCH, rss: 5 }), memory({ atMs: EPOCH, rss: 9 })]],
    ['no times', [memory({ rss: 5 }), memory({ rss: 9 })]],
    ['a clock set back', [memory({ atMs: EPOCH, rss: 5 }), memory({ atMs: EPOCH - 1, rss: 9 })]],
  ])('can’t be told from %s', (_, evidence) => {
    expect(rssOverTime(evidence)).toBeNull();
  });
});
