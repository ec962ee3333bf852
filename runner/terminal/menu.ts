import { Prompt, settings } from '@clack/core';
import type { Key } from 'node:readline';
import type { Choice, Style } from '../session/ui.ts';
import type { Io } from './io.ts';

// Esc leads back, never out: each prompt says itself what back is.
settings.aliases.delete('escape');

/** Rows of a list at once, so that a title above it stays on a small screen. */
const MOST_ROWS = 14;

/** Keys that a page's line answers to; any other is for the menu that follows. */
const NEXT = new Set(['space', 'return', 'enter', 'down', 'pagedown']);

/** Asks whether there shall be another page: `next`, `out`, or a key that is meant for the menu. */
export function nextPage({
  message,
  style,
  ...io
}: Pick<MenuOptions, 'message' | 'style' | keyof Io>): Promise<string | symbol | undefined> {
  const prompt = new Prompt<string>(
    {
      ...io,
      render() {
        return this.state === 'submit' || this.state === 'cancel' ? ' ' : style.dim(message);
      },
    },
    false,
  );
  prompt.value = 'next';
  prompt.on('key', (char: string | undefined, key: Key) => {
    // A lone Esc is told as if it were held down with what follows.
    if (key.name !== 'escape' && (key.ctrl || key.meta)) return;
    if (!NEXT.has(key.name ?? '')) {
      const typed = key.name === 'escape' ? 'q' : onTheSameKey(char ?? '');
      if (typed < ' ') return;
      prompt.value = typed === 'q' ? 'out' : typed;
    }
    prompt.state = 'submit';
  });
  return prompt.prompt();
}

export interface MenuOptions extends Io {
  message: string;
  choices: Choice[];
  style: Style;
  /** The key that the cursor is on at first, and that Enter alone takes. */
  initial?: string;
  /** The key that Esc takes; without one Esc does nothing. */
  back?: string;
  /** On one line, for keys that are pressed; a list otherwise. */
  inline?: boolean;
  /** Not shown, and can be pressed all the same. */
  also?: Choice[];
}

/**
 * Arrows move, Enter takes what the cursor is on, a letter takes its choice at once. Digits only move, for 1 may become
 * 10. Resolves to the chosen key, or clack's cancel symbol for Ctrl-C.
 */
export function menu(options: MenuOptions): Promise<string | symbol | undefined> {
  const { choices, also = [], input, output, signal } = options;
  let at = Math.max(
    0,
    choices.findIndex((c) => c.key === options.initial),
  );
  let typed = '';
  let hidden: Choice | null = null;
  const prompt = new Prompt<string>(
    {
      input,
      output,
      signal,
      render() {
        const over = this.state === 'submit' || this.state === 'cancel';
        const chosen = hidden ?? choices[at];
        return over && chosen
          ? `${options.style.dim(options.message)}  ${label(chosen, options.style, false)}`
          : draw(options, at, output.rows ?? 24);
      },
    },
    false,
  );
  prompt.value = choices[at]?.key;
  const move = (to: number) => {
    at = (to + choices.length) % choices.length;
    prompt.value = choices[at]?.key;
  };
  prompt.on('key', (char: string | undefined, key: Key) => {
    const step = STEPS[key.name ?? ''];
    if (step) {
      typed = '';
      move(step(at, choices.length));
    } else if (key.name === 'escape' && options.back !== undefined) {
      hidden = choices.find((c) => c.key === options.back) ?? { key: '', label: '' };
      prompt.value = options.back;
      prompt.state = 'submit';
    } else if (char && !key.ctrl && !key.meta) {
      const { found, rest, now } = type(choices, typed, char);
      typed = rest;
      if (found >= 0) move(found);
      else hidden = also.find((c) => c.key === onTheSameKey(char)) ?? null;
      if (hidden) prompt.value = hidden.key;
      if (now || hidden) prompt.state = 'submit';
    }
  });
  return prompt.prompt();
}

const STEPS: Record<string, (at: number, of: number) => number> = {
  up: (at) => at - 1,
  left: (at) => at - 1,
  down: (at) => at + 1,
  right: (at) => at + 1,
  tab: (at) => at + 1,
  home: () => 0,
  end: (_, of) => of - 1,
  pageup: (at) => Math.max(0, at - MOST_ROWS),
  pagedown: (at, of) => Math.min(of - 1, at + MOST_ROWS),
};

/** What a letter means while a Korean keyboard is in its own mode: the key that it lies on. */
const ON_THE_SAME_KEY: Record<string, string> = Object.fromEntries(
  [...'ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ'].map((jamo, i) => [
    jamo,
    'qwertyuiopasdfghjklzxcvbnm'[i] as string,
  ]),
);

const onTheSameKey = (char: string): string => (ON_THE_SAME_KEY[char] ?? char).toLowerCase();

/**
 * A character after what was typed before: which choice it leads to (-1 for none), what counts as typed by then, and
 * whether that is already the answer.
 */
export function type(
  choices: readonly Choice[],
  before: string,
  char: string,
): { found: number; rest: string; now: boolean } {
  const key = onTheSameKey(char);
  for (const text of [before + key, key]) {
    const found = choices.findIndex((c) => c.key.startsWith(text));
    if (found < 0) continue;
    const exact = choices.findIndex((c) => c.key === text);
    return { found: exact < 0 ? found : exact, rest: text, now: exact >= 0 && !/\d/.test(text) };
  }
  return { found: -1, rest: '', now: false };
}

function draw({ message, choices, style, inline }: MenuOptions, at: number, rows: number): string {
  if (inline) {
    const keys = choices.map((c, i) => label(c, style, i === at));
    return `${style.strong(message)}  ${keys.join(style.dim(' · '))}`;
  }
  const most = Math.max(3, Math.min(MOST_ROWS, rows - 4));
  const from = Math.max(0, Math.min(at - Math.floor(most / 2), choices.length - most));
  const shown = choices.slice(from, from + most).map((c, i) => {
    const here = from + i === at;
    return `${here ? style.accent('❯') : ' '} ${label(c, style, here)}${c.hint ? `  ${style.dim(c.hint)}` : ''}`;
  });
  const more = (n: number, arrow: string) => (n > 0 ? [style.dim(`  ${arrow} ${n}`)] : []);
  return [style.strong(message), ...more(from, '↑'), ...shown, ...more(choices.length - from - shown.length, '↓')].join(
    '\n',
  );
}

function label({ key, label }: Choice, style: Style, here: boolean): string {
  return here ? style.strong(`${key} ${label}`) : `${style.accent(key)} ${label}`;
}
