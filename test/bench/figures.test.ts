import { describe, expect, it } from 'vitest';
import { quantile, ratios, report, spread, table } from '../../bench/lib/figures.ts';

describe('figures', () => {
  it.each([
    [0, 1],
    [0.25, 1.75],
    [0.5, 2.5],
    [1, 4],
  ])('the quantile %d of four', (share, value) => {
    expect(quantile([4, 1, 3, 2], share)).toBe(value);
  });

  it('of one value, and of none', () => {
    expect(quantile([7], 0.25)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('a ratio is of two times of one round: what slows a whole round down does not show', () => {
    expect(ratios([20, 200, 40], [10, 100, 20])).toEqual([2, 2, 2]);
  });

  it.each([
    [[1.234, 1.234, 1.234], '1.23 (1.23–1.23)'],
    [[10, 20, 30], '20.0 (15.0–25.0)'],
    [[100, 200, 300], '200 (150–250)'],
  ])('spread of %j', (values, text) => {
    expect(spread(values)).toBe(text);
  });
});

describe('tables', () => {
  it('names to the left, numbers to the right, nothing after the last', () => {
    expect(
      table([
        ['name', 'ms', ''],
        ['a', '1', 'met'],
        ['bcdef', '100'],
      ]),
    ).toEqual(['name    ms', 'a        1  met', 'bcdef  100']);
  });

  it('says of each target whether the median meets it, and fits 80 columns', () => {
    const times = new Map([
      ['node -e 0', [40, 40, 40]],
      ['as quick', [60, 80, 90]],
      ['too slow, and a long name', [6000, 6010, 6020]],
      ['in ms', [900, 1001, 1002]],
    ]);
    const text = report(
      times,
      'node -e 0',
      new Map([
        ['as quick', { times: 2 }],
        ['too slow, and a long name', { times: 5 }],
        ['in ms', { ms: 1000 }],
      ]),
    );
    const lines = text.split('\n');
    expect(lines[2]).toMatch(/^as quick .* 80\.0 \(70\.0–85\.0\) .* 2\.00 \(1\.75–2\.13\) +≤ 2 × +met$/);
    expect(lines[3]).toMatch(/≤ 5 × +MISSED$/);
    expect(lines[4]).toMatch(/≤ 1000 ms +MISSED$/);
    expect(Math.max(...lines.map((l) => l.length))).toBeLessThanOrEqual(80);
  });
});
