import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutMiddle } from '../../../runner/terminal/output/cut.ts';
import { holds } from '../../property.ts';
import { shown } from './shown.ts';

const letters = (text: string) =>
  [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map((s) => s.segment);
const FAMILY = '👨‍👩‍👧';

describe('a text that is too long', () => {
  const text = fc
    .array(
      fc.constantFrom('malloc', '1048576', '누수', FAMILY, 'é', ' ', ', ', '\u1112\u1161\u11ab', 'x'.repeat(100)),
      { maxLength: 60 },
    )
    .map((words) => words.join(''));
  it(
    'keeps its beginning and its end, every letter whole, and says how many are gone',
    holds(fc.tuple(text, fc.nat(80), fc.nat(80)), ([whole, from, to]) => {
      const { head, tail, left } = cutMiddle(whole, from, to);
      expect(whole.startsWith(head) && whole.endsWith(tail)).toBe(true);
      expect([...head].length + left + [...tail].length).toBe([...whole].length);
      if (left === 0) expect(head + tail).toBe(whole);
      const middle = whole.slice(head.length, whole.length - tail.length);
      expect([...letters(head), ...letters(middle), ...letters(tail)].join('|')).toBe(letters(whole).join('|'));
    }),
  );
  it('is cut between words where there is a gap near', () => {
    const words = Array.from({ length: 200 }, (_, i) => `word${i}`).join(' ');
    const { head, tail } = cutMiddle(words, 300, 80);
    for (const word of [...head.trim().split(' '), ...tail.trim().split(' ')]) expect(words.split(' ')).toContain(word);
  });
});

describe('a long output', () => {
  it('has its middle left out, with a line that says how much', () => {
    const lines = shown(Array.from({ length: 300 }, (_, i) => `line ${i}\n`).join(''));
    expect(lines).toHaveLength(161);
    expect(lines.slice(119, 122)).toEqual(['line 119', '… 140 lines left out … (`w` shows all)', 'line 260']);
    expect(lines.at(-1)).toBe('line 299');
    expect(shown('a\n', { again: false })).toEqual(['a']);
  });
});
