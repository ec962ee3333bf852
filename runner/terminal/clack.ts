import { multiline } from '@clack/prompts';
import { pressInterrupt } from '../interrupts.ts';
import type { Lang } from '../words/index.ts';
import type { Choice, Ui } from '../session/ui.ts';
import type { Io } from './io.ts';
import { editLine } from './line.ts';
import { renderMarkdown } from './markdown.ts';
import { menu, nextPage } from './menu.ts';
import { needsPages, paged, printedLines } from './pages.ts';
import { presenting } from './present.ts';

/** Questions by clack: a menu's keys for what to do, an editable line or block for what to say. */
export function clackUi(
  lang: Lang,
  streams: { input: NodeJS.ReadStream; out: NodeJS.WriteStream; scrolls?: boolean } = {
    input: process.stdin,
    out: process.stdout,
  },
  signal?: AbortSignal,
): Ui {
  const { input, out, scrolls = false } = streams;
  const shown = presenting(lang, out);
  const { say, style } = shown;
  // A terminal that is closed ends its input, at times before any signal comes.
  const gone = new AbortController();
  for (const event of ['end', 'close', 'error'] as const) input.once(event, () => gone.abort());

  // A key that was pressed while a text was shown in pages, and is meant for what follows.
  let ahead: string | null = null;

  /**
   * Null where there is no answer: Ctrl-C, Ctrl-D (which clack does not know), no terminal any more. Where a question
   * was asked from a menu, Ctrl-C and Esc lead back to it; at a menu, Ctrl-C is for the whole session. In a page
   * both are an answer.
   */
  const asked = async (
    prompt: (io: Io) => Promise<string | symbol | undefined | null>,
    { from, until }: { from: 'menu' | 'question' | 'page'; until?: AbortSignal | undefined },
  ): Promise<string | undefined | null> => {
    // What was pressed before is for the line of keys alone.
    ahead = null;
    if (gone.signal.aborted || until?.aborted) return null;
    const ended = new AbortController();
    const endedWithIt = () => ended.abort();
    for (const other of [gone.signal, until]) other?.addEventListener('abort', endedWithIt);
    const onKey = (_: unknown, key?: { ctrl?: boolean; name?: string }) => {
      if (key?.ctrl && key.name === 'd') ended.abort();
      if (from === 'question' && key?.name === 'escape') ended.abort();
    };
    input.on('keypress', onKey);
    // readline closes at Ctrl-D, and some prompts never answer after that.
    const over = new Promise<null>((resolve) =>
      ended.signal.addEventListener('abort', () => setImmediate(resolve, null)),
    );
    try {
      const value = await Promise.race([
        over,
        prompt({ input, output: out, signal: signal ? AbortSignal.any([signal, ended.signal]) : ended.signal }),
      ]);
      if (ended.signal.aborted) {
        out.write('\x1b[?25h\n');
        return null;
      }
      if (typeof value !== 'symbol') return value;
      if (from === 'menu' && !signal?.aborted) pressInterrupt();
      return null;
    } finally {
      input.off('keypress', onKey);
      for (const other of [gone.signal, until]) other?.removeEventListener('abort', endedWithIt);
    }
  };
  const pagewise = async (lines: string[]): Promise<void> => {
    ahead = null;
    if (scrolls || !needsPages(lines, out)) return shown.raw(lines.join('\n'));
    await paged(
      lines,
      () => out,
      shown.raw,
      async (at, of) => {
        const message = say('page.more', { at, of }).slice(0, (out.columns ?? 80) - 2);
        const key = await asked((io) => nextPage({ ...io, message, style }), { from: 'page' });
        // Its line goes, so that the text has no gaps.
        out.write('\x1b[1A\x1b[2K\r');
        if (key !== undefined && key !== null && key.length === 1) ahead = key;
        return key === 'next';
      },
    );
  };
  /** What was pressed before this was asked, where it is one of these. */
  const pressed = (choices: Choice[]): string | null => {
    const key = choices.find((c) => c.key === ahead)?.key ?? null;
    ahead = null;
    return key;
  };
  return {
    ...shown,
    prose: (markdown) => pagewise(`\n${renderMarkdown(markdown, style, out.columns)}\n`.split('\n')),
    page: (text) => pagewise(printedLines(text, out)),
    get lang() {
      return shown.lang;
    },
    choose: async (message, choices, { initial, back } = {}) =>
      (await asked(
        (io) =>
          menu({
            ...io,
            message,
            choices,
            style,
            ...(initial === undefined ? {} : { initial }),
            ...(back === undefined ? {} : { back }),
          }),
        { from: 'menu' },
      )) ?? null,
    keys: async (message, choices, { initial, also, until }) =>
      pressed([...choices, ...also]) ??
      (await asked((io) => menu({ ...io, message, choices, also, style, initial, inline: true }), {
        from: 'menu',
        until,
      })) ??
      null,
    line: async (message, initial) =>
      (await asked((io) => editLine(io, `${style.strong(message)} `, initial), { from: 'question' })) ?? null,
    block: async (message, initial) =>
      (await asked(
        (io) =>
          multiline({
            ...io,
            message: `${message}  ${style.dim(say('ask.two-enters'))}`,
            ...(initial === undefined ? {} : { initialValue: initial }),
          }),
        { from: 'question' },
      )) ?? null,
  };
}
