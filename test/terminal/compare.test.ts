import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../runner/evidence/model.ts';
import { compareLines } from '../../runner/terminal/compare.ts';
import { course, survivalCourse } from '../../runner/terminal/course.ts';
import { words } from '../../runner/words/index.ts';
import { dull, plain, run } from './screen.ts';

const counter = (name: string, atMs: number, value: number, key = ''): Evidence => ({
  kind: 'counter',
  name,
  key,
  value,
  atMs,
});
const lines = (columns: number, style = dull, twin = run(20, 3)) =>
  compareLines(
    words('en'),
    style,
    [
      { name: 'yours', evidence: run(20) },
      { name: 'the twin', evidence: twin },
    ],
    { columns },
  );

describe('a course', () => {
  it('is what is outstanding, where blocks are known', () => {
    expect(course(run(3))).toMatchObject({ measure: 'held', points: [{ atMs: 0 }, {}, { bytes: 3 * 1048576 }] });
  });
  it('of sums is what was handed out less what came back', () => {
    const evidence = [600, 1200].flatMap((at) => [counter('allocs', at, at / 100), counter('frees', at, at / 200)]);
    expect(course(evidence)).toEqual({
      measure: 'in-use',
      points: [
        { atMs: 600, bytes: 3 },
        { atMs: 1200, bytes: 6 },
      ],
    });
    expect(course(evidence.filter((e) => e.kind === 'counter' && e.name === 'allocs'))?.points.at(-1)?.bytes).toBe(12);
  });
  it('of births is the oldest block’s age', () => {
    const births = [counter('born_ms', 600, 100, 'a'), counter('born_ms', 600, 400, 'b'), counter('born_ms', 900, 400)];
    expect(course(births)).toEqual({
      measure: 'age',
      points: [
        { atMs: 600, bytes: 500 },
        { atMs: 900, bytes: 500 },
      ],
    });
  });
  it('of calls without addresses is what was asked for; of nothing, none', () => {
    const calls = run(3).map((e) => ({ ...e, address: null }) as Evidence);
    expect(course(calls)).toMatchObject({ measure: 'asked', points: { length: 3 } });
    expect([course([]), course(run(1))]).toEqual([null, null]);
  });
});

describe('two runs', () => {
  it.each([80, 100])('stand side by side in %i columns, on one scale', (columns) => {
    const [title, names, ...plot] = lines(columns);
    expect(title).toBe('Outstanding bytes, over time');
    expect(names).toMatch(/^yours +the twin$/);
    expect(plot[0]?.match(/20 MiB │/g)).toHaveLength(2);
    for (const line of lines(columns)) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
  });
  it('stand one below the other on a narrow screen', () => {
    const narrow = lines(50);
    expect(narrow.filter((l) => l === 'yours' || l === 'the twin')).toEqual(['yours', 'the twin']);
    for (const line of narrow) expect(stringWidth(line)).toBeLessThanOrEqual(50);
  });
  it('are told in words to those who hear them', () => {
    const text = lines(80, plain).join(' ');
    expect(text).toMatch(/yours: 5 MiB after .*, 20 MiB after/);
    expect(text).toMatch(/the twin: .*3 MiB after/);
    expect(text).not.toMatch(/[▁-█│]/u);
  });
  it('are nothing where one of them has no course', () => {
    expect(lines(80, dull, [])).toEqual([]);
  });
});

describe('how long blocks live', () => {
  const shown = (name: string, evidence: Evidence[]) => ({ name, evidence, as: 'survival' as const });
  const at = (points: { atMs: number; bytes: number }[], ms: number) => points.findLast((p) => p.atMs <= ms)?.bytes;

  it('falls to nothing where all blocks come back, and stays up where none does', () => {
    const twin = survivalCourse(run(20, 3))?.points ?? [];
    expect(at(twin, 0)).toBe(100);
    expect(at(twin, 60_000)).toBeCloseTo(0, 5);
    const leaker = survivalCourse(run(20))?.points ?? [];
    expect(leaker.map((p) => p.bytes)).toEqual([100, 100]);
    expect(survivalCourse(run(1))).toBeNull();
  });

  it('is drawn beside the twin’s on one scale, in percent', () => {
    const text = compareLines(words('en'), dull, [shown('yours', run(20)), shown('the twin', run(20, 3))], {
      columns: 100,
    }).join('\n');
    expect(text).toContain(words('en')('course.survival'));
    expect(text.match(/100 % │/g)).toHaveLength(2);
  });
});
