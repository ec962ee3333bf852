import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence, Lifetimes, Witness } from '../../runner/evidence/model.ts';
import { BINS, binOf, spanOf } from '../../runner/evidence/rule/bins.ts';
import { cohort } from '../../runner/evidence/rule/cohort.ts';
import { couldHide } from '../../runner/evidence/rule/floor.ts';
import { generations } from '../../runner/evidence/rule/generations.ts';
import { populationOf } from '../../runner/evidence/rule/population.ts';
import { rise } from '../../runner/evidence/rule/sums.ts';
import { survival } from '../../runner/evidence/rule/survival.ts';
import { judge, type SiteVerdict } from '../../runner/evidence/verdict.ts';
import { holds, times } from '../property.ts';
import { blockByBlock, draw, drawnStack, HEALTHY, LEAKS, looksAt, random } from './drawn.ts';
import { inAnyOrder } from './programs.ts';
import { sound } from './sound.ts';

const kinds = fc.constantFrom(...Object.keys({ ...HEALTHY, ...LEAKS }));
const program = fc.tuple(kinds, fc.nat(10_000)).map(([kind, seed]) => draw(kind, seed));
const look = fc.constantFrom(7000, 20_000, 45_000, 60_000);

/** One site's lives at a moment: blocks by age in s, lives that ended in s. */
function lived(atS: number, ages: number[], ended: number[] = [], over: Partial<Lifetimes> = {}): Lifetimes {
  return {
    kind: 'lifetimes',
    atMs: atS * 1000,
    stack: drawnStack('f'),
    ended: ended.map((s) => ({ ...spanOf(binOf(s * 1000)), blocks: 1 })),
    alive: ages.map((s) => ({ ...spanOf(binOf(s * 1000)), blocks: 1, bytes: 100 })),
    longestEndedMs: ended.length > 0 ? Math.max(...ended) * 1000 : null,
    lastBirthMs: null,
    allocs: ages.length + ended.length,
    allocatedBytes: 100 * (ages.length + ended.length),
    ...over,
  };
}
const every = (gap: number, from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / gap) }, (_, i) => from + gap * (i + 0.5));
const witness = (lost: number, held: number, over: Partial<Witness> = {}): Witness => ({
  kind: 'witness',
  atMs: 1,
  stack: drawnStack('f'),
  asked: lost + held,
  lost,
  held,
  unknown: 0,
  by: held > 0 ? [{ kind: 'symbol', symbol: 'table', offset: 16, module: 'svc', count: held }] : [],
  ...over,
});
const only = (...evidence: Evidence[]): SiteVerdict => sound(judge(evidence)).sites[0] as SiteVerdict;

describe('bins', () => {
  it('begin where the tracer’s do: at 2^20 ns, four to an octave, the last at 2^44 ns', () => {
    expect(BINS).toBe(98);
    expect(spanOf(0)).toEqual({ fromMs: 0, toMs: 1.048576 });
    expect(spanOf(1)).toEqual({ fromMs: 1.048576, toMs: 1.31072 });
    expect(spanOf(4)).toEqual({ fromMs: 1.835008, toMs: 2.097152 });
    expect(spanOf(97)).toEqual({ fromMs: 2 ** 44 / 1e6, toMs: Number.POSITIVE_INFINITY });
  });
  it('follow one another, and each holds what it begins with', () => {
    for (let bin = 0; bin < BINS; bin++) {
      const { fromMs, toMs } = spanOf(bin);
      expect(binOf(fromMs)).toBe(bin);
      if (Number.isFinite(toMs)) expect([binOf(toMs), spanOf(bin + 1).fromMs]).toEqual([bin + 1, toMs]);
    }
  });
  it(
    'hold any life',
    holds(fc.double({ min: 0, max: 1e9, noNaN: true }), (ms) => {
      const { fromMs, toMs } = spanOf(binOf(ms));
      expect(fromMs).toBeLessThanOrEqual(ms);
      expect(toMs).toBeGreaterThan(ms);
    }),
  );
});

describe('the curve', () => {
  const curve = (ages: number[], ended: number[]) => survival(populationOf(lived(100, ages, ended)));
  it('of lives that all ended ends at nothing, of none that ended stays whole', () => {
    expect(curve([], [1, 2, 3])).toMatchObject({ share: 0, error: 0 });
    expect(curve([1, 2, 3], [])).toMatchObject({ share: 1, error: 0 });
  });
  it('counts half of those who are still alive in the bin in which others ended', () => {
    expect(curve([10, 10], [10, 10]).share).toBeCloseTo(1 / 3, 9);
  });
  it('steps down at each life that ended, by what was still watched then', () => {
    // Four blocks; one ends after 1 s, one is 10 s old, one ends after 20 s: 3/4, then 1/2 of that.
    const { share, error, steps } = curve([10, 50], [1, 20]);
    expect(share).toBeCloseTo(0.375, 9);
    expect(error).toBeCloseTo(0.375 * Math.sqrt(1 / 12 + 1 / 2), 9);
    expect(steps.map((s) => Number(s.share.toFixed(3)))).toEqual([1, 0.75, 0.375]);
  });
});

describe('a verdict on lives in bins', () => {
  it('names the site that leaks fastest first, then those that grow, whatever others hold', () => {
    const named = (name: string, of: Lifetimes) => ({ ...of, stack: drawnStack(name) });
    const late = lived(100, every(2, 0, 55));
    const faster = { ...late, alive: late.alive.map((s) => ({ ...s, bytes: 180 })) };
    const { sites } = judge([
      named('cache', lived(100, every(0.1, 70, 100))),
      named('slow', lived(100, every(2, 0, 100))),
      named('fast', faster),
    ]);
    expect(sites.map((s) => [s.stack[0]?.symbol, s.answer, s.unfreedBytes])).toEqual([
      ['fast', 'leak', 4860],
      ['slow', 'leak', 5000],
      ['cache', 'none', 30_000],
    ]);
  });
  it('of a share that may be none by its error is no leak', () => {
    const twelve = Array.from({ length: 12 }, () => 50);
    // Three of fifteen: a fifth, give or take a little more than that.
    expect(only(lived(300, [290, 200, 100], twelve))).toMatchObject({
      answer: 'growing',
      reasons: [{ holds: false }, { holds: true }, { holds: true }],
    });
    expect(only(lived(300, [290, 200, 100], twelve.slice(4)))).toMatchObject({ answer: 'leak' });
  });
  it('of one straggler in the last part is none', () => {
    expect(only(lived(100, [...every(1, 50, 100), 5]))).toMatchObject({ answer: 'none' });
    expect(only(lived(100, every(1, 0, 100)))).toMatchObject({ answer: 'leak' });
  });
  it('counts a bin only where all of it is old enough', () => {
    // Older than a second by half; their bin begins a little below.
    expect(spanOf(binOf(1550)).fromMs).toBeLessThan(1500);
    expect(only(lived(100, [1.55, 1.55, 1.55], [1])).reasons[0]?.seen).toBe(0);
    expect(only(lived(100, [1.7, 1.7, 1.7], [1])).reasons[0]?.seen).toBe(3);
  });
  it('of blocks that never come back, born all through the run, and old, is a leak; its pace is told', () => {
    const site = only(lived(100, every(2, 0, 100)));
    expect(site).toMatchObject({ answer: 'leak', longestEndedMs: null, share: { value: 1, error: 0 } });
    expect(site.rate?.value).toBeGreaterThan(40);
    expect(site.rate?.value).toBeLessThan(60);
  });
  it('of one block in four is a leak of a quarter', () => {
    const ended = Array.from({ length: 150 }, (_, i) => 0.01 * (i + 1));
    const { answer, share } = only(lived(100, every(2, 0, 100), ended));
    expect(answer).toBe('leak');
    expect(share?.value).toBeCloseTo(0.25, 2);
    expect(share?.error).toBeCloseTo(2 * Math.sqrt((0.25 * 0.75) / 200), 2);
  });
  it('of what has stopped is none, whatever its age', () => {
    expect(only(lived(100, every(0.5, 70, 100)))).toMatchObject({ answer: 'none' });
    expect(only(lived(100, every(3, 20, 100)))).toMatchObject({ answer: 'none' });
  });
  it('of what is not old yet grows, and says when it will be', () => {
    const { answer, settleMs } = only(lived(20, every(1, 0, 20)));
    expect(answer).toBe('growing');
    expect(settleMs).toBeGreaterThan(30_000);
    expect(settleMs).toBeLessThan(45_000);
  });
  it('of which none came back wants ten of them and one of 50 s, of which some did three of 30 s', () => {
    const few = [55, 45, 36, 30, 20, 10];
    const quick = [0.1, 0.2, 0.3];
    expect(only(lived(60, few))).toMatchObject({
      answer: 'growing',
      reasons: [{ holds: false, needed: 10 }, {}, {}, {}],
    });
    expect(only(lived(60, few, quick))).toMatchObject({ answer: 'leak', reasons: [{ needed: 3 }, {}, {}] });
    const many = every(3, 0, 48);
    expect(only(lived(60, many))).toMatchObject({
      answer: 'growing',
      reasons: [{ holds: true }, { holds: true }, { holds: true }, { id: 'oldest', holds: false, needed: 50_000 }],
    });
    expect(only(lived(60, [...many, 53]))).toMatchObject({ answer: 'leak' });
    expect(only(lived(60, many, quick))).toMatchObject({ answer: 'leak' });
    // Who knows the program says so.
    expect(judge([lived(60, few)], { neededMs: 30_000 }).answer).toBe('leak');
  });
  it('of blocks that were all born within one life of the others is none yet: they may be those that stay', () => {
    // Of an LRU the hot entries are from its first seconds, and the longest life is known by then to be 20 s.
    const hot = every(0.1, 31, 34);
    const ended = every(0.2, 1, 20);
    const { answer, reasons } = only(lived(34, [...hot, ...every(0.5, 0, 20)], ended));
    expect(answer).toBe('growing');
    expect(reasons.find((r) => r.id === 'span')).toMatchObject({ holds: false });
    expect(only(lived(90, [...every(1, 31, 90), ...every(0.5, 0, 20)], ended))).toMatchObject({ answer: 'leak' });
  });
  it('of which fewer and fewer come grows, unless the process says that they are lost', () => {
    // After 100 s a third of the pace of the beginning.
    const slower = Array.from(
      { length: 300 },
      (_, i) => 100 + 90 * Math.log(1 - (i * (1 - Math.exp(-100 / 90))) / 300),
    );
    const slows = lived(100, slower);
    const { answer, reasons } = only(slows);
    expect(answer).toBe('growing');
    expect(reasons.find((r) => r.id === 'pace')).toMatchObject({ holds: false, of: 5 });
    expect(only(slows, witness(20, 0))).toMatchObject({ answer: 'leak' });
    // Several at once, as many each time, are no fewer.
    const bursts = every(8, 0, 100).flatMap((s) => Array.from({ length: 20 }, () => s));
    expect(only(lived(100, bursts))).toMatchObject({ answer: 'leak' });
  });
  it('of what is older than all that ended, but not by half, is none', () => {
    expect(only(lived(100, every(1, 0, 60), [50]))).toMatchObject({ answer: 'none' });
  });
  it('agrees with the one on the same blocks one by one', () => {
    for (const kind of ['steady', 'one in four', 'requests', 'a cache that fills and stays', 'sessions of 45 s'])
      for (let seed = 0; seed < 5; seed++) {
        const of = draw(kind, seed);
        const [bins, blocks] = [judge(looksAt(of, 60_000)), judge(blockByBlock(of, 60_000))];
        expect([kind, seed, bins.answer === 'leak']).toEqual([kind, seed, blocks.answer === 'leak']);
      }
  });
  it('of stacks that read the same is one', () => {
    const half = lived(100, every(4, 0, 100));
    expect(judge([half, half]).sites).toMatchObject([{ unfreedBlocks: 50, answer: 'leak' }]);
  });
  it('is that of the last look, in which a site that lacks holds nothing', () => {
    const other = { ...lived(120, [1]), stack: drawnStack('g') };
    expect(judge([lived(100, every(2, 0, 100)), other]).sites.map((s) => s.stack[0]?.symbol)).toEqual(['g']);
  });
  it('of a sample counts what was drawn, not what that stands for', () => {
    const two = lived(100, [90, 50], [], { weight: 1 });
    const drawn = { ...two, alive: two.alive.map((s) => ({ ...s, blocks: 300 })), weight: 300 };
    expect(only(drawn)).toMatchObject({ answer: only(two).answer, reasons: [{ seen: 2, holds: false }, {}, {}, {}] });
  });
  it('takes off as many survivors as frees were never seen', () => {
    const lost = (value: number): Evidence => ({ kind: 'counter', name: 'lost', key: 'frees', value, atMs: null });
    expect(only(lived(100, every(2, 0, 100)), lost(10))).toMatchObject({ answer: 'leak' });
    expect(only(lived(100, every(2, 0, 100)), lost(10), lost(49))).toMatchObject({ answer: 'none' });
  });
});

describe('the pace', () => {
  /** What is said of blocks of 1000 bytes, one in so many s, beside the truth: on average, and how often it is within its error. */
  function saidOf(kind: 'even' | 'by chance', { gap, startS = 0 }: { gap: number; startS?: number }) {
    const next = random(7);
    const [ratios, within]: [number[], boolean[]] = [[], []];
    for (let run = 0; run < 400; run++) {
      const births: number[] = [];
      const gapAfter = () => (kind === 'even' ? gap : -gap * Math.log(1 - next()));
      for (let at = startS + (kind === 'even' ? gap * next() : gapAfter()); at < 60; at += gapAfter()) births.push(at);
      const { rate } = generations(
        populationOf(
          lived(
            60,
            births.map((s) => 60 - s),
            [],
            { allocs: births.length },
          ),
        ),
      );
      if (!rate) continue;
      ratios.push((rate.bytesPerSecond * gap) / 100);
      within.push(Math.abs(rate.bytesPerSecond - 100 / gap) <= rate.error);
    }
    const mean = ratios.reduce((a, b) => a + b) / ratios.length;
    return { mean, within: within.filter(Boolean).length / within.length };
  }
  it.each([
    ['even', { gap: 20 }, 0.04],
    ['even', { gap: 6 }, 0.04],
    ['even', { gap: 0.5 }, 0.02],
    ['even', { gap: 1, startS: 30 }, 0.05],
    ['by chance', { gap: 3 }, 0.06],
    ['by chance', { gap: 0.5 }, 0.03],
    ['by chance', { gap: 1, startS: 30 }, 0.06],
  ] as const)(
    'of blocks that come %s, %o, is right on average, and its error is one of 95 runs in 100',
    (kind, of, off) => {
      const { mean, within } = saidOf(kind, of);
      expect(Math.abs(mean - 1)).toBeLessThan(off);
      expect(within).toBeGreaterThan(0.9);
    },
  );
  it('of three blocks of 128 KiB, one a second, is 128 KiB a second', () => {
    const { rate } = generations(
      populationOf({
        ...lived(3.05, [2.5, 1.5, 0.5]),
        alive: [2.5, 1.5, 0.5].map((s) => ({ ...spanOf(binOf(s * 1000)), blocks: 1, bytes: 131_072 })),
      }),
    );
    expect(rate?.bytesPerSecond).toBeGreaterThan(0.98 * 131_072);
    expect(rate?.bytesPerSecond).toBeLessThan(1.05 * 131_072);
  });
});

describe('several runs', () => {
  const run = (nth: number, process: string, of: Lifetimes): Lifetimes => ({ ...of, window: { nth, process } });
  it('of one process are joined: what came back in any of them counts, and so does what is kept', () => {
    // By itself, each shows two that are kept; a life of 60 s is known from the first.
    const thin = (nth: number, ages: number[], ended: number[] = []) => run(nth, '7 svc', lived(100, ages, ended));
    expect(judge([thin(1, [95, 60])]).answer).toBe('none');
    const judged = (all: Evidence[]) => judge(all, { neededMs: 30_000 });
    const three = judged([thin(1, [98, 65]), thin(2, [80, 40]), thin(3, [50, 5])]);
    expect(sound(three).sites).toMatchObject([{ answer: 'leak', unfreedBlocks: 2 }]);
    const back = judged([thin(1, [98, 65], [60]), thin(2, [80, 40]), thin(3, [50, 5])]);
    expect(back.sites).toMatchObject([{ answer: 'none', longestEndedMs: 60_000 }]);
  });
  it('tell one pace, not one each', () => {
    const one = lived(100, every(2, 0, 100));
    const [alone, joined] = [judge([one]), judge([1, 2, 3].map((nth) => run(nth, '7 svc', one)))];
    expect(joined.sites[0]?.rate?.value).toBeCloseTo(alone.sites[0]?.rate?.value ?? 0, -1);
    expect(
      judge([run(1, '7 svc', lived(100, [], [1])), run(2, '7 svc', lived(100, [], [1]))]).floorBytesPerSecond,
    ).toBeLessThan(judge([lived(100, [], [1])]).floorBytesPerSecond ?? 0);
  });
  it('of another process are not: the last one counts', () => {
    const leaks = run(1, '7 svc', lived(100, every(2, 0, 100)));
    expect(judge([leaks, run(2, '8 svc', lived(50, [], [1]))])).toMatchObject({ answer: 'none' });
  });
});

describe('a look into the process', () => {
  const young = lived(10, every(0.5, 0, 10));
  const old = lived(100, every(2, 0, 100));
  it('that finds no pointer proves a leak at any age', () => {
    expect(only(young)).toMatchObject({ answer: 'growing' });
    expect(only(young, witness(5, 0))).toMatchObject({
      answer: 'leak',
      reasons: [{}, {}, {}, { id: 'witness', holds: true }],
    });
  });
  it('that finds one says who holds, and lets what is old only grow, which no time settles', () => {
    expect(only(old)).toMatchObject({ answer: 'leak' });
    expect(only(old, witness(0, 20))).toMatchObject({
      answer: 'growing',
      holders: [{ symbol: 'table' }],
      settleMs: null,
    });
  });
  it('of fewer than five that are lost, or of few among many, proves nothing', () => {
    expect(only(young, witness(4, 0))).toMatchObject({ answer: 'growing' });
    expect(only(young, witness(6, 40))).toMatchObject({ answer: 'growing' });
    expect(only(young, witness(16, 24))).toMatchObject({ answer: 'leak' });
  });
  it('proves nothing of what was lost in one go', () => {
    expect(only(lived(100, [99, 99, 99, 99, 99, 99]), witness(6, 0))).toMatchObject({ answer: 'none' });
  });
  it('that was refused leaves it to age, and says why', () => {
    const refused: Witness = { ...witness(0, 0), stack: [], why: 'CAP_SYS_PTRACE is missing' };
    expect(judge([young, refused])).toMatchObject({ answer: 'growing', unlooked: 'CAP_SYS_PTRACE is missing' });
  });
});

describe('a block that grows', () => {
  const at = (s: number, bytes: number, ages = [s - 1]): Lifetimes => {
    const of = lived(s, ages);
    return { ...of, alive: of.alive.map((a) => ({ ...a, bytes: bytes / ages.length })) };
  };
  it('is one life: from look to look it holds more', () => {
    const looks = every(5, 0, 100).map((s) => at(s, 1000 * s));
    expect(cohort(looks).map((l) => l.blocks)).toEqual(looks.map(() => 1));
    const { answer, rate, reasons } = only(...looks);
    expect([answer, reasons.map((r) => r.id)]).toEqual(['leak', ['rises', 'lasts']]);
    expect(rate?.value).toBeCloseTo(1000, 0);
    expect(only(...looks, witness(0, 1))).toMatchObject({ answer: 'growing' });
  });
  it('and has stopped is none, as is one that never grew', () => {
    expect(only(...every(5, 0, 100).map((s) => at(s, 1000 * Math.min(s, 40))))).toMatchObject({ answer: 'none' });
    expect(only(...every(5, 0, 100).map((s) => at(s, 1000)))).toMatchObject({ answer: 'none' });
  });
  it('is not mistaken for younger blocks in its bin', () => {
    const looks = every(5, 0, 100).map((s) => lived(s, every(1, 0, s), every(1, 0, s)));
    expect(cohort(looks).every((l) => l.blocks <= (cohort(looks)[0]?.blocks ?? 0))).toBe(true);
  });
});

describe('sums', () => {
  const looks = (held: (i: number) => number) =>
    Array.from({ length: 20 }, (_, i) => ({ atMs: 4000 * i, blocks: held(i), bytes: 100 * held(i) }));
  it('rise where the least of each part is above that of the part before', () => {
    expect(rise(looks((i) => i))).toMatchObject({ parts: 5, rises: 4, goesOn: true });
    expect(rise(looks((i) => 20 + 15 * (i % 4)))).toMatchObject({ rises: 0, goesOn: false });
    expect(rise(looks((i) => (i % 4 === 0 ? 5 : 5 + i)))).toMatchObject({ rises: 0, goesOn: false });
    expect(rise(looks((i) => Math.min(i, 8)))).toMatchObject({ goesOn: false });
  });
  it('of fewer than three looks tell nothing', () => {
    expect(rise([])).toMatchObject({ rises: 0, rate: null });
    expect(rise(looks((i) => i).slice(0, 2))).toMatchObject({ rises: 0, goesOn: false });
  });
  it('say no floor: what they hide nobody knows', () => {
    const snapshots = looks(() => 7).map(
      ({ atMs, ...s }): Evidence => ({ kind: 'snapshot', atMs, sites: [{ stack: drawnStack('f'), ...s }] }),
    );
    expect(sound(judge(snapshots))).toMatchObject({ answer: 'none', floorBytesPerSecond: null });
  });
});

describe('the floor', () => {
  const hides = (of: Lifetimes) => couldHide(populationOf(of)) as number;
  it('of a site whose blocks all came back is three of them in the time in which one would have shown', () => {
    // All of the run, but for the blocks that may be as old as the longest life.
    expect(hides(lived(100, [], every(0.1, 0, 1)))).toBeGreaterThan(3);
    expect(hides(lived(100, [], every(0.1, 0, 1)))).toBeLessThan(3.3);
  });
  it('counts what is still there: any of it may be lost', () => {
    const few = hides(lived(100, [20, 40, 60], every(0.1, 0, 1)));
    expect(few).toBeGreaterThan(hides(lived(100, [], every(0.1, 0, 1))));
    expect(hides(lived(100, every(1, 0, 100), every(0.1, 0, 1)))).toBeGreaterThan(Math.max(few, 100));
  });
  it('is lower after a longer look', () => {
    expect(hides(lived(1000, [], [1]))).toBeLessThan(hides(lived(100, [], [1])) / 5);
  });
  it('widens by what was lost', () => {
    const lost: Evidence = { kind: 'counter', name: 'lost', key: 'blocks', value: 50, atMs: null };
    const of = lived(100, [], every(0.1, 0, 1));
    const more = (judge([of, lost]).floorBytesPerSecond ?? 0) - (judge([of]).floorBytesPerSecond ?? 0);
    expect(more).toBeCloseTo(50, 6);
  });
  it('is none where nothing was watched', () => {
    expect(couldHide(populationOf(lived(0, [])))).toBeNull();
    expect(couldHide(populationOf(lived(10, [])))).toBeNull();
  });
});

describe('whatever the program', () => {
  it(
    'order changes nothing',
    times(60)(
      fc.tuple(program, look).chain(([of, at]) => {
        const evidence = looksAt(of, at, at / 3);
        return fc.tuple(fc.constant(evidence), inAnyOrder(evidence));
      }),
      ([inOrder, inAnother]) => {
        const [one, other] = [judge(inOrder), judge(inAnother)];
        const answers = ({ sites }: typeof one) => new Map(sites.map((s) => [s.site, [s.answer, s.reasons]]));
        expect(answers(other)).toEqual(answers(one));
      },
    ),
  );
  it(
    'a clock that began earlier changes no answer',
    times(60)(program, look, fc.integer({ min: 1, max: 10_000 }), (of, at, by) => {
      const evidence = blockByBlock(of, at);
      // What a trace saw of blocks does not depend on how long nothing had happened before.
      const later = evidence.map((e) =>
        'atMs' in e && e.atMs !== null ? { ...e, atMs: e.atMs + by } : e,
      ) as Evidence[];
      const answers = (all: Evidence[]) =>
        judge(all).sites.map((s) => [s.site, s.answer, s.reasons.map((r) => [r.id, r.holds, Math.round(r.seen)])]);
      expect(answers(later)).toEqual(answers(evidence));
    }),
  );
  it(
    'bytes of another unit change no answer, and paces by that unit',
    times(60)(program, look, fc.constantFrom(2, 1024), (of, at, unit) => {
      const scaled = {
        ...of,
        blocks: of.blocks.map((b) => ({
          ...b,
          bytes: (ms: number) => unit * (typeof b.bytes === 'number' ? b.bytes : b.bytes(ms)),
        })),
      };
      const [one, other] = [judge(looksAt(of, at, at / 6)), judge(looksAt(scaled, at, at / 6))];
      expect(other.sites.map((s) => [s.site, s.answer])).toEqual(one.sites.map((s) => [s.site, s.answer]));
      for (const [i, site] of one.sites.entries())
        if (site.rate) expect(other.sites[i]?.rate?.value).toBeCloseTo(site.rate.value * unit, 3);
    }),
  );
  it(
    'its verdict is sound',
    times(60)(program, look, (of, at) => {
      sound(judge(looksAt(of, at, at / 6)));
      sound(judge(blockByBlock(of, at)));
    }),
  );
});
