import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changed, LANGS, PICTURES, root } from '../../scripts/picture/source.mjs';

const MOST_BYTES = 300_000;
const ANEW = 'node scripts/picture.mjs';
const read = (name: string) => readFileSync(join(root, name), 'utf8');

describe.each(LANGS)('the picture in %s', (lang) => {
  const header = JSON.parse(read(`${PICTURES}/${lang}.cast`).split('\n')[0] ?? '');

  test('shows the lesson, its scripts and the words of the screen as they are now', () => {
    expect(changed(lang, header.source), `the picture is of before: ${ANEW}`).toEqual([]);
    expect(Object.keys(header.source.words).length).toBeGreaterThan(10);
  });
  test('is found to be of before when any of them has changed', () => {
    const { source } = header;
    const [file = ''] = Object.keys(source).filter((name) => name.endsWith(`${lang}.md`));
    const [word = ''] = Object.keys(source.words);
    expect(changed(lang, { ...source, [file]: 'another' })).toContain(file);
    expect(changed(lang, { ...source, words: { ...source.words, [word]: 'another' } })).toContain(word);
  });

  test.each(['light', 'dark'])(
    '%s: says what it shows, of which tool and kernel; is small, and needs nothing else',
    (theme) => {
      const file = `${PICTURES}/${lang}-${theme}.svg`;
      const svg = read(file);
      expect(statSync(join(root, file)).size).toBeLessThan(MOST_BYTES);
      expect(svg).toMatch(/<title id="title">[^<]{20,}\(bpftrace [\d.]+ · Linux [\d.]+\)<\/title>/);
      expect(svg).toMatch(/<desc id="story">[^<]{100,}<\/desc>/);
      expect(svg).not.toMatch(/<script|<image|<foreignObject|@import|@font-face|url\((?!#)|(?:href|src)="(?!#)/);
      expect(svg).toContain(`>${header.tool} · ${header.kernel}</text>`);
      expect(svg).toContain('memory_leak_thread');
    },
  );

  test('is on the first screen of its README, for light and for dark, with words for those who hear it', () => {
    const first = read(lang === 'en' ? 'README.md' : `README.${lang}.md`)
      .split('\n')
      .slice(0, 30)
      .join('\n');
    expect(first).toContain(`<source media="(prefers-color-scheme: dark)" srcset="${PICTURES}/${lang}-dark.svg">`);
    expect(first).toMatch(new RegExp(`<img src="${PICTURES}/${lang}-light\\.svg" alt="[^"]{60,}"`));
    expect(first).toMatch(/npm run workshop[\s\S]*npm test/);
  });
});
