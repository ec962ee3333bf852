import xterm from '@xterm/headless';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { needsPages, paged, printedLines } from '../../runner/terminal/pages.ts';
import { clackUi } from '../../runner/terminal/clack.ts';
import { plainUi } from '../../runner/terminal/plain.ts';
import { holds } from '../property.ts';
import { ESC, terminal } from './keys.ts';

const text = (lines: number) => Array.from({ length: lines }, (_, i) => `line ${i}`);

const ofUi = ({ streams: { input, output } }: ReturnType<typeof terminal>) => ({ input, out: output });

/** The pages of a text, as somebody reads it who asks for `most` of them. */
async function pagesOf(lines: string[], screen: { columns: number; rows: number }, most = Number.POSITIVE_INFINITY) {
  const pages: string[][] = [[]];
  await paged(
    lines,
    () => screen,
    (line) => pages.at(-1)?.push(line),
    async () => pages.length < most && pages.push([]) > 0,
  );
  return pages;
}

describe('a text', () => {
  it('is shown at once where it fits, and where nobody knows how high the screen is', () => {
    expect(needsPages(text(19), { columns: 80, rows: 24 })).toBe(false);
    expect(needsPages(text(20), { columns: 80, rows: 24 })).toBe(true);
    expect(needsPages(text(1000), { columns: 80 })).toBe(false);
    expect(needsPages(['누수'.repeat(400)], { columns: 80, rows: 24 })).toBe(true);
  });
  it(
    'comes whole and in order, no page higher than the screen, on a screen that changes',
    holds(
      fc.tuple(
        fc.array(fc.constantFrom('', 'short', '한국어 '.repeat(30), 'x'.repeat(500)), { maxLength: 120 }),
        fc.array(fc.record({ columns: fc.integer({ min: 20, max: 120 }), rows: fc.integer({ min: 3, max: 60 }) }), {
          minLength: 1,
          maxLength: 5,
        }),
      ),
      async ([lines, screens]) => {
        const shown: string[] = [];
        let page: string[] = [];
        let n = 0;
        const now = () => screens[n % screens.length] as { columns: number; rows: number };
        await paged(
          lines,
          now,
          (line) => {
            shown.push(line);
            page.push(line);
          },
          async (at, of) => {
            const { columns, rows } = now();
            const high = page.reduce((sum, l) => sum + Math.max(1, Math.ceil(stringWidth(l) / columns)), 0);
            if (page.length > 1) expect(high).toBeLessThanOrEqual(Math.max(8, rows) - 1);
            expect([at, of]).toEqual([shown.length, lines.length]);
            page = [];
            n++;
            return true;
          },
        );
        expect(shown).toEqual(lines);
      },
    ),
  );
  it('ends where its reader has enough', async () => {
    const pages = await pagesOf(text(100), { columns: 80, rows: 24 }, 2);
    expect(pages.map((p) => p.length)).toEqual([19, 22]);
  });
  it('as a program printed it is safe, and no wider than the screen, letters whole', () => {
    const lines = printedLines(`\x1b[31mred\x1b[0m\n${'누'.repeat(30)}\n\ta\n`, { columns: 20 });
    expect(lines).toEqual(['red', '누'.repeat(10), '누'.repeat(10), '누'.repeat(10), '        a']);
  });
});

describe('on a terminal', () => {
  const long = text(60).join('\n');
  const KEYS = [
    { key: 'n', label: 'next' },
    { key: 'r', label: 'run' },
  ];
  const more = /(\d+) of 60 lines · space: next · q: out/g;
  const at = (drawn: string) => [...drawn.matchAll(more)].map(([, n]) => Number(n));

  it('space and Enter show the next screen, and at its end there is no question', async () => {
    const t = terminal(24);
    const shown = clackUi('en', ofUi(t)).page(long);
    await t.press(' ', '\r');
    await shown;
    expect([...new Set(at(t.drawn()))]).toEqual([19, 41]);
    for (const line of text(60)) expect(t.drawn()).toContain(line);
  });
  it.each([['q'], ['ㅂ'], [ESC], ['\x03']])('%j leaves it, and nothing else', async (key) => {
    const t = terminal(24);
    const ui = clackUi('en', ofUi(t));
    const shown = ui.page(long);
    await t.press(' ', key);
    await shown;
    expect(t.drawn()).not.toContain('line 45');
    const asked = ui.keys('What now?', KEYS, { initial: 'n', also: [] });
    await t.press('r');
    expect(await asked).toBe('r');
  });
  it('a key of the menu leaves it too, and is pressed there; one that the menu has not is not', async () => {
    for (const [key, chosen] of [
      ['r', 'r'],
      ['z', 'n'],
    ]) {
      const t = terminal(24);
      const ui = clackUi('en', ofUi(t));
      const shown = ui.page(long);
      await t.press(key as string);
      await shown;
      const asked = ui.keys('What now?', KEYS, { initial: 'n', also: [] });
      await t.press('\r');
      expect(await asked).toBe(chosen);
    }
  });
  it('a key that left it is not kept for later: a list asks for one of its own', async () => {
    const t = terminal(24);
    const ui = clackUi('en', ofUi(t));
    const shown = ui.page(long);
    await t.press('r');
    await shown;
    const listed = ui.choose('Which?', KEYS);
    await t.press('\r');
    expect(await listed).toBe('n');
    const asked = ui.keys('What now?', KEYS, { initial: 'n', also: [] });
    await t.press('\r');
    expect(await asked).toBe('n');
  });
  it('a screen that is made higher meanwhile shows more at once', async () => {
    const t = terminal(24);
    const shown = clackUi('ko', ofUi(t)).page(long);
    Object.assign(t.streams.output, { rows: 60 });
    await t.press(' ');
    await shown;
    expect(t.drawn()).toContain('line 59');
  });
  it('prose that is short, and all of it where it is read aloud, is shown at once', async () => {
    const t = terminal(24);
    await clackUi('en', ofUi(t)).prose('Short.');
    expect(t.drawn()).toMatch(/Short\./);
    const aloud = terminal(24);
    await plainUi('en', ofUi(aloud)).page(long);
    expect(aloud.drawn()).toContain('line 59');
    expect(at(t.drawn() + aloud.drawn())).toEqual([]);
  });
});

describe('the screen after a text in pages', () => {
  it.each([
    ['read to its end', [' ', ' '], 59],
    ['left by q', [' ', 'q'], 40],
    ['left by Esc', [' ', ESC], 40],
    ['left by Ctrl-C', [' ', '\x03'], 40],
    ['left by a key of the menu', [' ', 'r'], 40],
  ])('%s has its lines one below the other, and nothing of the questions between', async (_, keys, last) => {
    const t = terminal(24);
    const emulator = new xterm.Terminal({ cols: 80, rows: 24, scrollback: 1000, allowProposedApi: true });
    const shown = clackUi('en', ofUi(t)).page(text(60).join('\n'));
    await t.press(...keys);
    await shown;
    await new Promise<void>((resolve) => emulator.write(t.bytes().replaceAll(/(?<!\r)\n/g, '\r\n'), resolve));
    const { active } = emulator.buffer;
    const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)?.translateToString(true) ?? '');
    expect(lines.join('\n').trimEnd().split('\n')).toEqual(text(last + 1));
    expect(active.cursorY + active.baseY).toBe(last + 1);
  });
});
