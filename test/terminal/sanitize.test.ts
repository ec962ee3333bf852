import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { live } from '../../runner/terminal/live.ts';
import { words } from '../../runner/words/index.ts';
import { sanitize } from '../../runner/terminal/sanitize.ts';
import { colourful, dull, screen } from './screen.ts';

/** Escapes as a thread might be named: what each would do to a terminal. */
const HOSTILE: [what: string, bytes: string][] = [
  ['colour', '\x1b[31m'],
  ['hidden text', '\x1b[8m'],
  ['a cleared screen', '\x1b[2J\x1b[H'],
  ['the window’s title', '\x1b]0;owned\x07'],
  ['the title, ended by ST', '\x1b]2;owned\x1b\\'],
  ['the clipboard', '\x1b]52;c;b3duZWQ=\x07'],
  ['a link', '\x1b]8;;http://evil.example\x1b\\'],
  ['a title that never ends', '\x1b]0;'],
  ['a reset', '\x1bc'],
  ['a device’s answer', '\x1b[c\x1b[6n\x1bP$q"p\x1b\\'],
  ['another character set', '\x1b(0\x1b)0'],
  ['a cursor saved', '\x1b7\x1b8'],
  ['keypad mode', '\x1b=\x1b>'],
  ['8-bit controls', '\x9b31m\x9d0;owned\x9c\x90q\x9c'],
  ['overwriting', '\r\b\b\b'],
  ['a bell, a form feed', '\x07\x0c\x0b\x0e\x0f'],
  ['a lone escape', '\x1b'],
  ['an escape cut off', '\x1b['],
  ['letters from right to left', '\u202egpj.exe\u202c\u2066x\u2069'],
  ['marks of direction', '\u200e\u200f\u061c\u202a\u202b\u202d'],
  ['NUL and DEL', '\0\x7f'],
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: what must not get through
const DANGEROUS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

describe('what a tool printed', () => {
  it.each(HOSTILE)('does nothing to the terminal: %s', (_, bytes) => {
    const safe = sanitize(`before ${bytes} after\n`);
    expect(safe).not.toMatch(DANGEROUS);
    expect(safe).toMatch(/^before /);
  });
  it.each([
    '한국어 메모리 누수',
    'tabs\tand\nlines\n',
    '@a[memory_leak_thread+0x45]: 1',
    '100 % ½ “quoted” 👾',
    '[31m without its escape',
  ])('stays as it is: %j', (text) => {
    expect(sanitize(text)).toBe(text);
  });
  it.each(HOSTILE.filter(([what]) => what !== 'colour'))('nor does a name that fills our words: %s', (_, bytes) => {
    const said = words('en')('judge.read-as', { tool: `a${bytes}b` });
    // Colours are our own; whatever else begins with an escape is not.
    expect(stripVTControlCharacters(said)).not.toMatch(DANGEROUS);
  });
  it('keeps the text around escapes, and the lines of Windows', () => {
    expect(sanitize('\x1b[1;31mERROR\x1b[0m: no\r\n\x1b]0;x\x07PID 12')).toBe('ERROR: no\nPID 12');
  });
});

describe('the live view', () => {
  const say = words('en');

  it.each(HOSTILE)('lets nothing through, even cut in two: %s', (_, bytes) => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const out = screen();
      const view = live(out, say, dull);
      view.chunk(Buffer.from(`PID 12: ${bytes.slice(0, cut)}`));
      view.chunk(Buffer.from(`${bytes.slice(cut)}: malloc\n`));
      view.end();
      expect(out.text().replaceAll('\n', ''), `cut at ${cut}`).not.toMatch(DANGEROUS);
    }
  });

  it('keeps letters whole across chunks', () => {
    const out = screen();
    const view = live(out, say, dull);
    for (const byte of Buffer.from('메모리 누수\n')) view.chunk(Buffer.from([byte]));
    view.end();
    expect(out.text()).toBe('  │ 메모리 누수\n');
  });

  it('of a flood shows the beginning and the end, of a line as well, and says how much is left out', () => {
    const out = screen();
    const view = live(out, say, dull);
    for (let i = 0; i < 100; i++) view.chunk(Buffer.from('x\n'.repeat(100)));
    view.chunk(Buffer.from('y'.repeat(2_000_000)));
    view.end();
    const lines = out.text().trimEnd().split('\n');
    const isX = (line: string) => line.endsWith('x');
    expect(lines.findIndex((l) => !isX(l))).toBe(120);
    const at = lines.findIndex((l) => l.includes('…'));
    const left = Number(/… (\d+) lines left out …/.exec(lines[at] ?? '')?.[1]);
    expect(left + lines.filter(isX).length).toBe(10_000);
    expect(lines.slice(at + 1)).toHaveLength(40);
    expect(out.text().replaceAll(/[\n│]| {2,}/g, '')).toMatch(/y ?… 1999\d{3} characters left out … ?y/);
    expect(Math.max(...lines.map((l) => l.length))).toBeLessThanOrEqual(80);
  });

  it('moves nothing where it may not', () => {
    for (const style of [dull, colourful]) {
      const out = screen({ isTTY: false });
      const view = live(out, say, style);
      view.chunk(Buffer.from('a\n'));
      view.end();
      for (const bytes of ['\r', '\x1b[2K']) expect(out.text()).not.toContain(bytes);
    }
  });

  it('on a terminal has a line that says how to end it, and takes it away', () => {
    const out = screen({ isTTY: true });
    const view = live(out, say, colourful);
    view.chunk(Buffer.from('a\n'));
    expect(out.text()).toContain('Ctrl-C ends it');
    view.end();
    expect(out.text().endsWith('\r\x1b[2K')).toBe(true);
  });
});
