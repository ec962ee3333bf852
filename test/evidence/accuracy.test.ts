/** How often the verdict is right: programs that behave in a known way, drawn from seeds, at looks of 10 to 200 s. */
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../runner/evidence/verdict.ts';
import { judge } from '../../runner/evidence/verdict.ts';
import { blockByBlock, draw, type DrawnProgram, HEALTHY, LEAKS, lookedInto, looksAt, random } from './drawn.ts';

const SEEDS = 8;
const all = Object.keys({ ...HEALTHY, ...LEAKS }).flatMap((kind) =>
  Array.from({ length: SEEDS }, (_, seed) => draw(kind, seed)),
);
const healthy = all.filter((p) => p.class === 'healthy');

/** As our tracer sees it: lives by bins, and a look into the process for what the rule suspects. */
function looking(program: DrawnProgram, atMs: number): Verdict {
  const evidence = looksAt(program, atMs, atMs / 6);
  const suspects = judge(evidence).sites.filter((s) => s.answer !== 'none');
  const witnesses = suspects.map((s) => lookedInto(program, atMs, s.stack[0]?.symbol ?? '', s.outlivesMs ?? 0));
  return judge([...evidence, ...witnesses]);
}

const accused = (verdict: Verdict) => verdict.sites.filter((s) => s.answer === 'leak').map((s) => s.stack[0]?.symbol);

/** What is held for ever may grow, unproven. */
function found({ class: of, leak }: DrawnProgram, { sites }: Verdict): boolean {
  const { answer } = sites.find((s) => s.stack[0]?.symbol === leak?.site) ?? {};
  return answer === 'leak' || (of === 'held' && answer === 'growing');
}

/** Of accusations those that are right, and of leaks that had begun those that were found. */
function score(programs: DrawnProgram[], atMs: number, verdictOn: (program: DrawnProgram, atMs: number) => Verdict) {
  let [right, wrong, missed] = [0, 0, 0];
  for (const program of programs) {
    const verdict = verdictOn(program, atMs);
    wrong += accused(verdict).filter((name) => name !== program.leak?.site).length;
    if (program.leak && program.leak.startsMs < atMs) {
      if (found(program, verdict)) right++;
      else missed++;
    }
  }
  return { wrong, precision: right / (right + wrong), recall: right / (right + missed) };
}

describe('by lives in bins, with a look into the process', () => {
  it.each([10, 20, 60, 200])('after %i s nothing healthy is called a leak', (seconds) => {
    for (const program of healthy)
      expect([program.kind, accused(looking(program, seconds * 1000))]).toEqual([program.kind, []]);
  });
  it('after 60 s it is right', () => {
    const { precision, recall } = score(all, 60_000, looking);
    expect(precision).toBeGreaterThanOrEqual(0.97);
    expect(recall).toBeGreaterThanOrEqual(0.95);
  });
  it('what is lost at a steady pace is found after 10 s, or after its fifth block', () => {
    for (const kind of ['steady', 'slow, at a pace'])
      for (let seed = 0; seed < SEEDS; seed++) {
        const program = draw(kind, seed);
        const births = program.blocks.filter((b) => b.site === 'leaky').map((b) => b.born);
        // A look comes a moment later.
        const at = Math.max(10_000, (births[4] as number) + 200);
        expect([kind, seed, found(program, looking(program, at))]).toEqual([kind, seed, true]);
      }
  });
  it('what one request in four loses is found after 20 s', () => {
    const { recall } = score(
      all.filter((p) => p.kind === 'one in four'),
      20_000,
      looking,
    );
    expect(recall).toBe(1);
  });
  it('says how much a second, and of how many blocks one is lost', () => {
    for (const program of all.filter((p) => p.kind === 'one in four' || p.kind === 'steady')) {
      const site = looking(program, 200_000).sites.find((s) => s.answer === 'leak');
      const part = program.kind === 'steady' ? 1 : 0.25;
      expect(Math.abs((site?.share?.value ?? 0) - part)).toBeLessThanOrEqual((site?.share?.error ?? 0) + 0.03);
      expect((site?.rate?.value ?? 0) / (program.leak?.bytesPerSecond ?? 0)).toBeGreaterThan(0.7);
      expect((site?.rate?.value ?? 0) / (program.leak?.bytesPerSecond ?? 0)).toBeLessThan(1.4);
    }
  });
});

describe('block by block, with no look into the process', () => {
  it('after 60 s it is right', () => {
    // Of a block that grows no probe on malloc and free shows anything.
    const { precision, recall } = score(all, 60_000, blockByBlock60);
    expect(precision).toBeGreaterThanOrEqual(0.9);
    expect(recall).toBeGreaterThanOrEqual(0.85);
  });
  it.each([10, 20, 29])('before it is as old as is asked for, nothing is proven: after %i s', (seconds) => {
    for (const program of all)
      expect([program.kind, accused(judge(blockByBlock(program, seconds * 1000)))]).toEqual([program.kind, []]);
  });
  it('who is accused wrongly holds blocks for longer than is asked for, and has given none of them back', () => {
    let wrong = 0;
    for (const program of healthy)
      for (const at of [33_000, 40_000, 48_000, 60_000, 120_000, 200_000])
        for (const site of judge(looksAt(program, at, at)).sites.filter((s) => s.answer === 'leak')) {
          wrong++;
          const old = program.blocks.filter((b) => b.site === site.stack[0]?.symbol && b.born <= at - 30_000);
          expect(old.filter((b) => b.died === null || b.died > at).length).toBeGreaterThanOrEqual(3);
        }
    // Of so many looks at something healthy. After a minute hardly any is left.
    expect(wrong / (6 * healthy.length)).toBeLessThan(0.08);
  });
});

const blockByBlock60 = (program: DrawnProgram, atMs: number) => judge(blockByBlock(program, atMs));

describe('the floor', () => {
  it('in 200 runs with a leak too small to show, or none, is false in at most five of a hundred', () => {
    let [runs, wrong, leaking] = [0, 0, 0];
    for (let seed = 0; runs < 200; seed++) {
      const program = hiding(seed);
      const verdict = looking(program, 60_000);
      if (verdict.answer !== 'none') continue;
      runs++;
      if (program.leak) leaking++;
      if ((program.leak?.bytesPerSecond ?? 0) > (verdict.floorBytesPerSecond ?? Number.POSITIVE_INFINITY)) wrong++;
    }
    expect(leaking).toBeGreaterThan(50);
    expect(wrong / runs).toBeLessThanOrEqual(0.05);
  });
  it('is worth saying: most of what leaks twice as much shows', () => {
    let [shown, of] = [0, 0];
    for (let seed = 0; seed < 60; seed++) {
      const quiet = draw('requests', seed);
      const { floorBytesPerSecond } = looking(quiet, 60_000);
      if (floorBytesPerSecond === null) continue;
      const size = 256;
      const gap = (size * 1000) / (2 * floorBytesPerSecond);
      const births = Array.from({ length: Math.floor(60_000 / gap) }, (_, i) => (i + 0.5) * gap);
      if (births.length > 20_000) continue;
      const leak = births.map((born) => ({ site: 'leaky', born, died: null, bytes: size, lost: true as const }));
      of++;
      if (looking({ ...quiet, blocks: [...quiet.blocks, ...leak] }, 60_000).answer === 'leak') shown++;
    }
    expect(of).toBeGreaterThan(20);
    expect(shown / of).toBeGreaterThan(0.9);
  });
});

/** A healthy program of some kind, of which one block in 30 to 3000 of its requests is lost; half of the time none is. */
function hiding(seed: number): DrawnProgram {
  const kinds = ['requests', 'lives of any length', 'an LRU with churn', 'a cache that replaces the oldest'];
  const program = draw(kinds[seed % kinds.length] as string, seed);
  const next = random(seed + 99);
  if (next() < 0.5) return program;
  const of = 30 * 100 ** next();
  let bytes = 0;
  const blocks = program.blocks.map((b) => {
    if (b.site === 'load_tables' || next() > 1 / of) return b;
    bytes += b.bytes as number;
    return { ...b, died: null, lost: true as const };
  });
  return { ...program, blocks, leak: { site: '', startsMs: 0, bytesPerSecond: bytes / 200 } };
}
