import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judge } from '../../runner/evidence/verdict.ts';
import { siteOf } from '../../runner/evidence/site.ts';
import { of, read } from '../tools/memleak/reading.ts';

const recording = readFileSync(new URL('../fixtures/verdict/one-in-four.jsonl', import.meta.url));

/**
 * As `memleak --age 4 --json -i 1` printed it of a program that loses one in four of the blocks that it asks for twenty times a
 * second, each of 200 to 249 bytes, and lets one other grow by 256 bytes twice a second.
 */
describe('a real run', () => {
  it('of one request in four is judged with its share and its pace', async () => {
    const [leak, grows] = judge(await read(recording), { neededMs: 4000 }).sites;
    expect([leak?.answer, leak?.stack[0]?.symbol]).toEqual(['leak', 'answer']);
    expect(Math.abs((leak?.share?.value ?? 0) - 0.25)).toBeLessThan(leak?.share?.error ?? 0);
    expect(Math.abs((leak?.rate?.value ?? 0) - 5 * 224.5)).toBeLessThan(2 * (leak?.rate?.error ?? 0));
    expect([grows?.stack[0]?.symbol, Math.round(grows?.rate?.value ?? 0)]).toEqual(['buffer_grow', 512]);
  });
  it('is judged at each of its looks as the tracer’s own rule does', async () => {
    const evidence = await read(recording);
    const lives = of(evidence, 'lifetimes');
    const looks = [...new Set(lives.map((l) => l.atMs))];
    expect(looks.length).toBeGreaterThan(10);
    for (const at of looks) {
      const { sites } = judge(
        evidence.filter((e) => !('atMs' in e) || e.atMs === null || e.atMs <= at),
        { neededMs: 4000 },
      );
      const answers = new Map(sites.map((s) => [s.site, s.answer]));
      for (const { stack, answer, atMs } of lives)
        if (atMs === at)
          expect([at, stack[0]?.symbol, answers.get(siteOf(stack))]).toEqual([at, stack[0]?.symbol, answer]);
    }
    expect(new Set(lives.map((l) => l.answer))).toEqual(new Set(['none', 'growing', 'leak']));
  });
});
