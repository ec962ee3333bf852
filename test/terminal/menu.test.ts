import { describe, expect, it } from 'vitest';
import type { Choice } from '../../runner/session/ui.ts';
import { clackUi } from '../../runner/terminal/clack.ts';
import { menu, type MenuOptions, type as typed } from '../../runner/terminal/menu.ts';
import { ESC, terminal } from './keys.ts';
import { colourful } from './screen.ts';

const UP = '\x1b[A';
const DOWN = '\x1b[B';
const LESSONS: Choice[] = ['1', '2', '3', '8', '10', '11', 'q'].map((key) => ({ key, label: `lesson ${key}` }));

async function chosen(
  keys: string[],
  how: Partial<MenuOptions> = {},
): Promise<string | undefined | 'cancelled' | 'asks on'> {
  const t = terminal();
  const asked = menu({
    ...t.streams,
    signal: new AbortController().signal,
    message: 'Which?',
    choices: LESSONS,
    style: colourful,
    ...how,
  });
  await t.press(...keys);
  const still = new Promise<'asks on'>((resolve) => setTimeout(resolve, 20, 'asks on'));
  const value = await Promise.race([asked, still]);
  return typeof value === 'symbol' ? 'cancelled' : value;
}

describe('a list', () => {
  it.each<[string, string[], Partial<MenuOptions>, string]>([
    ['Enter takes what the cursor is on: the first', ['\r'], {}, '1'],
    ['or what comes next', ['\r'], { initial: '8' }, '8'],
    ['arrows move', [DOWN, DOWN, UP, '\r'], {}, '2'],
    ['past the end they begin again', [UP, '\r'], {}, 'q'],
    ['typing moves to it', ['3', '\r'], {}, '3'],
    ['one that begins like another can be typed', ['1', '0', '\r'], {}, '10'],
    ['as can the one that is its beginning', ['1', '\r'], { initial: '8' }, '1'],
    ['what leads nowhere changes nothing', ['7', 'z', '\r'], { initial: '3' }, '3'],
    ['and is forgotten', ['7', '1', '1', '\r'], {}, '11'],
    ['an arrow ends what was typed', ['1', DOWN, '0', '\r'], {}, '2'],
    ['a letter acts at once', ['q'], {}, 'q'],
    ['also from a Korean keyboard', ['ㅂ'], {}, 'q'],
    ['Esc takes what leads back', [ESC], { back: 'q' }, 'q'],
    ['Ctrl-C cancels', ['\x03'], {}, 'cancelled'],
    ['Home and End', ['\x1b[F', '\x1b[H', '\r'], { initial: '8' }, '1'],
  ])('%s', async (_, keys, how, key) => {
    expect(await chosen(keys, how)).toBe(key);
  });
  it('asks on after a digit, which may begin a number, and after an Esc that leads nowhere', async () => {
    expect(await chosen(['1'])).toBe('asks on');
    expect(await chosen([ESC])).toBe('asks on');
  });
  it('shows what is about the cursor where the screen is small, and how much there is beside', async () => {
    const t = terminal(9);
    const choices = Array.from({ length: 30 }, (_, i) => ({ key: String(i + 1), label: `lesson ${i + 1}` }));
    const { signal } = new AbortController();
    void menu({ ...t.streams, signal, message: 'Which?', choices, style: colourful, initial: '15' });
    await t.press();
    expect(t.drawn()).toMatch(/Which\?\n {2}↑ 12\n[\s\S]*❯ 15 lesson 15[\s\S]*↓ 13/);
  });
});

describe('keys on a line', () => {
  const inline = {
    inline: true,
    choices: [
      { key: 'r', label: 'run' },
      { key: '?', label: 'more' },
    ],
  };
  it('are pressed, those that are not shown as well', async () => {
    expect(await chosen(['r'], inline)).toBe('r');
    expect(await chosen(['?'], inline)).toBe('?');
    expect(await chosen(['s'], { ...inline, also: [{ key: 's', label: 'solution' }] })).toBe('s');
    expect(await chosen(['z'], inline)).toBe('asks on');
  });
});

it('what is typed leads to one choice, of whatever it is made', () => {
  const keys = LESSONS;
  expect(typed(keys, '', '1')).toEqual({ found: 0, rest: '1', now: false });
  expect(typed(keys, '1', '0')).toEqual({ found: 4, rest: '10', now: false });
  expect(typed(keys, '1', '3')).toEqual({ found: 2, rest: '3', now: false });
  expect(typed(keys, '', 'Q')).toEqual({ found: 6, rest: 'q', now: true });
  for (const char of ['\u0000', '👋', ' ', '한']) expect(typed(keys, '1', char).found).toBe(-1);
});

describe('a line', () => {
  const line = async (keys: string[], initial?: string) => {
    const t = terminal();
    const ui = clackUi('en', { input: t.streams.input, out: t.streams.output });
    const asked = ui.line('Edit:', initial);
    await t.press(...keys);
    const still = new Promise<'asks on'>((resolve) => setTimeout(resolve, 20, 'asks on'));
    return { typed: await Promise.race([asked, still]) };
  };
  it.each<[string, string[], string | null]>([
    ['is taken as it is', ['\r'], 'one two'],
    ['Home and End', ['\x1b[H', 'a ', '\x1b[F', ' z', '\r'], 'a one two z'],
    ['Ctrl-A and Ctrl-E', ['\x01', 'a ', '\x05', ' z', '\r'], 'a one two z'],
    ['Ctrl-U', ['\x15', 'new', '\r'], 'new'],
    ['Ctrl-W takes a word away, and nothing stays behind', ['\x17', '3', '\r'], 'one 3'],
    ['Ctrl-K', ['\x01', '\x0b', 'x', '\r'], 'x'],
    ['arrows', ['\x1b[D', '\x1b[D', '\x1b[D', '-', '\r'], 'one -two'],
    ['Korean', [' 셋', '\x7f', '둘', '\r'], 'one two 둘'],
    ['Esc leads back', [ESC], null],
    ['Ctrl-C leads back', ['\x03'], null],
    ['Ctrl-D on an empty line too', ['\x15', '\x04'], null],
  ])('%s', async (_, keys, result) => {
    expect((await line(keys, 'one two')).typed).toBe(result);
  });
  it('the up arrow brings back what was typed before', async () => {
    await line(['first\r']);
    await line(['second\r']);
    expect((await line([UP, UP, '\r'])).typed).toBe('first');
  });
});
