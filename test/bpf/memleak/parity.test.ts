// The rule is written twice: for the tracer, in C, and for `judge`. Both say the same of the same numbers.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evidence, Lifetimes, Witness } from '../../../runner/evidence/model.ts';
import * as constants from '../../../runner/evidence/rule/constants.ts';
import { spanOf } from '../../../runner/evidence/rule/bins.ts';
import { couldHide } from '../../../runner/evidence/rule/floor.ts';
import { populationOf } from '../../../runner/evidence/rule/population.ts';
import { judgeSite, judgeSums } from '../../../runner/evidence/rule/site.ts';
import { judge } from '../../../runner/evidence/verdict.ts';
import { siteOf } from '../../../runner/evidence/site.ts';
import { root } from '../../../runner/paths.ts';
import { readMemleak } from '../../../runner/tools/memleak/read.ts';
import { times } from '../../property.ts';
import { compiled } from './compiled.ts';
import { at, type Block, ruled, type Told } from './rule.ts';

let dir: string;
let program: string;
beforeAll(() => {
  const parts = ['bins', 'population', 'survival', 'generations', 'sums', 'floor', 'judge'];
  ({ dir, program } = compiled('rule.c', ...parts.map((part) => `rule/${part}.c`), '-lm'));
}, 240_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const RANK = { leak: 0, growing: 1, none: 2 } as const;

it('its numbers are the same in both', () => {
  const inC = readFileSync(join(root, 'bpf/memleak/rule/constants.h'), 'utf8');
  const number = (name: string) => Number(new RegExp(`^#define ${name} ([\\d.]+)$`, 'm').exec(inC)?.[1]);
  const { PARTS: parts, ...others } = constants;
  for (const [name, value] of Object.entries(others)) expect([name, number(name)]).toEqual([name, value]);
  expect([number('PARTS_OF_FEW'), number('PARTS_OF_MANY'), number('MANY_FROM')]).toEqual([
    parts.few,
    parts.many,
    parts.manyFrom,
  ]);
  expect(inC.match(/^#define /gm)).toHaveLength(Object.keys(others).length + 3);
});

/** What `judge` says of the numbers that the driver is told. */
function byTypeScript(told: Told) {
  const lifetimes: Lifetimes = {
    kind: 'lifetimes',
    atMs: told.atMs,
    stack: [],
    ended: told.ended.map(([bin, blocks]) => ({ ...spanOf(bin), blocks })),
    alive: told.alive.map(([bin, blocks, bytes]) => ({ ...spanOf(bin), blocks, bytes })),
    longestEndedMs: told.longestMs,
    lastBirthMs: null,
    allocs: told.allocs,
    allocatedBytes: told.allocatedBytes,
    ...(told.weight ? { weight: told.weight } : {}),
  };
  const { lost = 0, held = 0 } = told;
  const witness: Witness | null =
    lost + held > 0
      ? { kind: 'witness', atMs: told.atMs, stack: [], asked: lost + held, lost, held, unknown: 0, by: [] }
      : null;
  const about = { neededMs: told.neededMs === undefined ? 30_000 : told.neededMs, unseenFrees: told.unseen ?? 0 };
  const population = populationOf(lifetimes);
  const whole = judgeSite('', population, witness, about);
  const looks = (told.looks ?? []).map(([atMs, blocks, bytes]) => ({ atMs, blocks, bytes }));
  const grown = looks.length > 0 ? judgeSums('', [], looks, witness, about) : null;
  const { answer, rate, settleMs } = grown && RANK[grown.answer] < RANK[whole.answer] ? grown : whole;
  return { answer, rate, settleMs, share: whole.share, floor: couldHide(population) };
}

const near = (one: number, other: number | null | undefined, what: string) => {
  if (Number.isNaN(one) || other === null || other === undefined) {
    expect([what, Number.isNaN(one)]).toEqual([what, other === null || other === undefined]);
  } else expect(Math.abs(one - other), what).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(one), Math.abs(other)));
};

/** Programs of every kind: what a share of blocks outlives, when it begins and stops, at looks from early to late. */
const site = fc.record({
  blocks: fc.array(
    fc.record({
      born: fc.double({ min: 0, max: 200_000, noNaN: true }),
      kept: fc.boolean(),
      life: fc.double({ min: 0, max: 1, noNaN: true }),
      bytes: fc.integer({ min: 1, max: 1 << 20 }),
    }),
    { maxLength: 120, size: 'max' },
  ),
  from: fc.double({ min: 0, max: 0.9, noNaN: true }),
  to: fc.double({ min: 0.2, max: 1, noNaN: true }),
  most: fc.constantFrom(5, 500, 5000, 40_000),
  lost: fc.constantFrom(0, 0, 3, 5, 40),
  held: fc.constantFrom(0, 0, 0, 5, 200),
  unseen: fc.constantFrom(0, 0, 0, 2, 20),
  weight: fc.constantFrom(1, 1, 1, 7.5, 200),
  needed: fc.constantFrom(null, null, 0, 500, 8000, 30_000),
  looks: fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 1 << 24 })), { maxLength: 20 }),
  rises: fc.boolean(),
});

describe('the rule in C and the one in TypeScript', () => {
  it(
    'say the same of the same numbers',
    times(40)(fc.array(site, { minLength: 1, maxLength: 20 }), (drawn) => {
      const told = drawn.flatMap((s): Told[] => {
        const blocks: Block[] = s.blocks
          .map((b) => ({ ...b, born: (s.from + (s.to - s.from) * (b.born / 200_000)) * 200_000 }))
          .map(({ born, kept, life, bytes }) => ({ born, died: kept ? null : born + life ** 3 * s.most, bytes }));
        return [4000, 20_000, 60_000, 200_000].map((atMs) => ({
          ...at(atMs, blocks),
          weight: s.weight,
          neededMs: s.needed,
          unseen: s.unseen,
          lost: s.lost,
          held: s.held,
          looks: s.looks.map(([count, bytes], i) => [(i + 1) * 5000, count, bytes + (s.rises ? i << 20 : 0)]),
        }));
      });
      for (const [i, c] of ruled(program, told).entries()) {
        const ts = byTypeScript(told[i] as Told);
        expect(c.answer, JSON.stringify(told[i])).toBe(ts.answer);
        near(c.share, ts.share?.value, 'share');
        near(c.shareError, ts.share?.error, 'its error');
        near(c.rate, ts.rate?.value, 'rate');
        near(c.rateError, ts.rate?.error, 'its error');
        near(c.settleMs, ts.settleMs, 'time to settle');
        near(c.floor, ts.floor, 'floor');
      }
    }),
  );
  it('and the cases drawn have every answer among them', () => {
    const kept = Array.from({ length: 100 }, (_, i) => ({ born: i * 1000, died: null, bytes: 100 }));
    const told = [5000, 90_000, 300_000].map((atMs) => at(atMs, kept));
    const answers = ruled(program, told).map(({ answer }) => answer);
    expect(answers).toEqual(told.map((t) => byTypeScript(t).answer));
    expect(new Set(answers).size).toBe(3);
  });
});

// Kinds of workloads/corpus, at four times their pace, each with a list every 3 s: `memleak --json -i 3 -d 18 --age 8 --top 8`.
const recordings = join(root, 'test/fixtures/verdict/lives');
describe('of what the tracer recorded', () => {
  const said = new Set<string>();
  it.each(readdirSync(recordings))(
    '%s: at each look `judge` says of each call site what the tracer did',
    async (name) => {
      const text = gunzipSync(readFileSync(join(recordings, name))).toString();
      const neededMs = Number(/"age_ms":(\d+)/.exec(text)?.[1]);
      const evidence: Evidence[] = [];
      for await (const e of readMemleak(
        (async function* () {
          yield text;
        })(),
      ))
        evidence.push(e);
      const lifetimes = evidence.filter((e): e is Lifetimes => e.kind === 'lifetimes');
      const looks = [...new Set(lifetimes.map((l) => l.atMs))];
      expect(looks.length).toBeGreaterThanOrEqual(4);
      for (const atMs of looks) {
        const verdict = judge(
          evidence.filter((e) => !('atMs' in e) || e.atMs === null || e.atMs <= atMs),
          { neededMs },
        );
        for (const of of lifetimes.filter((l) => l.atMs === atMs)) {
          // Stacks that read the same are one call site to `judge`, and several to the tracer.
          if (lifetimes.filter((l) => l.atMs === atMs && siteOf(l.stack) === siteOf(of.stack)).length > 1) continue;
          const site = verdict.sites.find((s) => s.site === siteOf(of.stack));
          expect([atMs, siteOf(of.stack), site?.answer]).toEqual([atMs, siteOf(of.stack), of.answer]);
          said.add(of.answer ?? '');
        }
      }
    },
  );
  it('and each answer is among those', () => {
    expect([...said].sort()).toEqual(['growing', 'leak', 'none']);
  });
});
