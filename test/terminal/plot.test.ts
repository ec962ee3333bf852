import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { lives } from '../../runner/evidence/lives.ts';
import type { Evidence } from '../../runner/evidence/model.ts';
import { words } from '../../runner/words/index.ts';
import { curves, plot, spark } from '../../runner/terminal/plot.ts';
import { picture } from '../../runner/terminal/present.ts';
import { dull, plain, run } from './screen.ts';

const MIB = 1048576;
const curvesOf = (evidence: Evidence[], most?: number) => curves(lives(evidence).blocks, most);

describe('curves', () => {
  it('are what is outstanding at each change, by call site', () => {
    expect(curvesOf(run(3))).toEqual([
      {
        name: 'memory_leak_thread',
        points: [
          { atMs: 0, bytes: MIB },
          { atMs: 8000, bytes: 2 * MIB },
          { atMs: 16000, bytes: 3 * MIB },
        ],
      },
    ]);
  });
  it('stand still where blocks come back', () => {
    expect(curvesOf(run(8, 3))[0]?.points.at(-1)).toEqual({ atMs: 56000, bytes: 3 * MIB });
  });
  it('are the largest few, the largest first', () => {
    const site = (symbol: string) => [{ symbol, offset: 1 }];
    const many = ['one', 'two', 'three', 'four'].flatMap((name, i) =>
      run(i + 1, i + 1, site(name)).map((e) => ('address' in e ? { ...e, address: `${name}${e.address}` } : e)),
    );
    expect(curvesOf(many).map((c) => c.name)).toEqual(['four', 'three', 'two']);
    expect(curvesOf(many, 1).map((c) => c.name)).toEqual(['four']);
  });
  it('are none of nothing', () => {
    expect(curvesOf([])).toEqual([]);
  });
});

describe('a curve', () => {
  const [growing] = curvesOf(run(20));
  const [level] = curvesOf(run(20, 3));
  if (!growing || !level) throw new Error('no curves');

  it('as a line of blocks rises where memory grows, and not where it doesn’t', () => {
    expect(spark(growing, 8)).toBe('▁▂▃▄▅▆▇█');
    expect(new Set(spark(level, 8).slice(2))).toEqual(new Set('█'));
    expect(spark({ name: 'x', points: [] }, 4)).toBe('    ');
  });
  it('as a plot has an axis that says how much and how long', () => {
    const lines = plot(growing, 40, 6);
    expect(lines).toHaveLength(8);
    expect(lines[0]).toMatch(/^ {4}20 MiB │ +[▁-█]+$/u);
    expect(lines[5]).toMatch(/^ {9}0 │/);
    expect(lines[6]).toBe(`${' '.repeat(10)} └${'─'.repeat(40)}`);
    expect(lines[7]).toMatch(/^ {12}0 s +152 s$/);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(52);
  });
  it('fills each column from the bottom, without a gap', () => {
    const rows = plot(growing, 40, 6)
      .slice(0, 6)
      .map((l) => [...l.slice(12)]);
    for (let column = 0; column < 40; column++) {
      const cells = rows.map((r) => r[column]);
      const top = cells.findIndex((c) => c !== ' ');
      if (top >= 0) expect(cells.slice(top + 1).every((c) => c === '█')).toBe(true);
    }
  });
});

describe('the picture', () => {
  const process = { pid: 12345, comm: 'stealth-leaker' };
  it('is the curve and the report, within the screen', () => {
    for (const lang of ['ko', 'en'] as const) {
      for (const columns of [60, 80, 100]) {
        const lines = picture(words(lang), dull, run(20), process, { columns }).lines.join('\n').split('\n');
        expect(lines.join('\n')).toContain('█');
        for (const line of lines) expect(stringWidth(line), line).toBeLessThanOrEqual(columns);
      }
    }
  });
  it('is in words for those who hear it', () => {
    const text = picture(words('en'), plain, run(20), process, { columns: 80 })
      .lines.join('\n')
      .replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      'Outstanding bytes under memory_leak_thread: 5242880 bytes (5 MiB) after 32.0 s, 10485760 bytes (10 MiB) after 72.0 s,',
    );
    expect(text).not.toMatch(/[▁-█│└✓✗]/u);
  });
  it('is none of two points', () => {
    expect(picture(words('en'), dull, run(2), process, { columns: 80 })).toEqual({ lines: [], rest: [] });
  });
});
