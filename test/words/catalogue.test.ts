// What types can't tell of the words. That both languages have the same keys and blanks, they do.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { english } from '../../runner/words/english.ts';
import { korean } from '../../runner/words/korean.ts';

const runner = join(import.meta.dirname, '../../runner');
const both = [...Object.entries(english), ...Object.entries(korean)];

/** What the catalogue is wrong about, as `key: text`. */
const wrong = (book: [string, string][], is: (text: string) => boolean) =>
  book.filter(([, text]) => is(text)).map(([key, text]) => `${key}: ${text}`);

describe('the words', () => {
  it('are those of every area, each key in one of them only', async () => {
    const areas = readdirSync(join(runner, 'words'), { withFileTypes: true }).filter((f) => f.isDirectory());
    const books = await Promise.all(areas.map(({ name }) => import(`../../runner/words/${name}/en.ts`)));
    const keys = books.flatMap(({ en }) => Object.keys(en));
    expect(keys.sort()).toEqual(Object.keys(english).sort());
  });
  it('are whole: none is empty, none begins or ends with a space, none cries out', () => {
    expect(wrong(both, (text) => text === '' || text !== text.trim() || text.includes('!'))).toEqual([]);
  });
  it('have braces around blanks only, and of units those that there are', () => {
    expect(wrong(both, (text) => /[{}]/.test(text.replaceAll(/\{\w+(:bytes|:time)?\}/g, '')))).toEqual([]);
  });
  it('are Korean in Korean, where in English they are a sentence', () => {
    const prose = (text: string) => text.replaceAll(/\{[^}]*\}|`[^`]*`/g, '');
    const sentences = Object.entries(korean).filter(([key]) =>
      /[a-z]{3,} [a-z]{2,} [a-z]{2,}/.test(prose(english[key as keyof typeof english])),
    );
    expect(wrong(sentences, (text) => !/[가-힣]/.test(text))).toEqual([]);
  });
  it('have no particle after a blank whose last sound nobody knows, not even an open one: 은(는)', () => {
    const after = /\{\w+(?::\w+)?\}[”’`]?(?:은|는|이|가|을|를|과|와|으로|로|여야|라는|이라는)(?![가-힣])/;
    expect(after.test('“{name}”이(가) 없습니다') && after.test('{n:bytes}로')).toBe(true);
    expect(wrong(Object.entries(korean), (text) => after.test(text))).toEqual([]);
  });

  it('are all said: a key by its name, or by the name that is put after its area', () => {
    const code = readdirSync(runner, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/^(words\/|errors\.ts|evidence\/shows\.ts)/.test(file))
      .map((file) => readFileSync(join(runner, file), 'utf8'))
      .join('\n');
    const quoted = new Set([...code.matchAll(/'([\w .-]+)'/g)].map(([, text]) => text));
    /** What stands before a blank in names that are put together: `stage.`, `enough-`. */
    const begun = [...code.matchAll(/`([\w.-]+[.-])\$\{/g)].map(([, text]) => text as string);
    const named = (name: string): boolean =>
      quoted.has(name) || begun.some((b) => name.startsWith(b) && quoted.has(name.slice(b.length)));
    const said = (key: string) => {
      const area = begun.filter((b) => b.endsWith('.') && key.startsWith(b)).sort((a, b) => b.length - a.length)[0];
      const name = area
        ? key.slice(area.length).replace(/\.(what|why|next|met|unmet|more|ok|note|missing|wrong)$/, '')
        : key;
      return quoted.has(key) || named(name) || key.startsWith('error.fault.');
    };
    expect(Object.keys(english).filter((key) => !said(key))).toEqual([]);
  });
});
