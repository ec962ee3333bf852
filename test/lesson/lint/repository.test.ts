import { readFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { lint } from '../../../runner/lesson/lint/index.ts';
import { lessonIds } from '../../../runner/lesson/load.ts';

it('the lessons of this repository are in order, in both languages', async () => {
  expect(await lint()).toEqual([]);
});

/** What stands at each column: a wide letter at its first, and nothing at its second. */
const columns = (line: string): string[] =>
  [...line].flatMap((c) => [c, ...Array(Math.max(0, stringWidth(c) - 1)).fill('')]);

const UP = '│┌┐├┤┬┼';
const DOWN = '│└┘├┤┴┼';

it.each(lessonIds().flatMap((id) => ['ko', 'en'].map((lang) => `lessons/${id}/${lang}.md`)))(
  'the drawings of %s fit a terminal, and their lines meet',
  (file) => {
    const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
    for (const [, drawing = ''] of text.matchAll(/^```text drawing\n([\s\S]*?)^```$/gm)) {
      const lines = drawing.split('\n').map(columns);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(76);
      lines.forEach((line, y) => {
        line.forEach((c, x) => {
          if ('│├┤└┘┴'.includes(c) && c !== '') expect(`${UP}→`, drawing).toContain(lines[y - 1]?.[x] || '?');
          if ('│├┤┌┐┬'.includes(c) && c !== '') expect(`${DOWN}→`, drawing).toContain(lines[y + 1]?.[x] || '?');
        });
      });
    }
  },
);

/** Which of the two it is depends on how the value ends, and nobody knows that before it is filled in. */
const PARTICLE = /\{\{(?!command|broken)\w+\}\}[`*]*(?:은|는|이|가|을|를|와|과|로|으로|이고|여야|이어야)(?![가-힣])/;

it.each(lessonIds())('no particle of %s hangs on a blank', (id) => {
  const text = readFileSync(new URL(`../../../lessons/${id}/ko.md`, import.meta.url), 'utf8');
  expect(text.split('\n').filter((line) => PARTICLE.test(line))).toEqual([]);
});
