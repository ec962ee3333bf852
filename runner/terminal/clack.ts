import { isCancel, multiline, selectKey, text } from '@clack/prompts';
import { pressInterrupt } from '../interrupts.ts';
import type { Lang } from '../words/index.ts';
import type { Ui } from '../session/ui.ts';
import { presenting } from './present.ts';

/** Questions by clack: single keys for actions, an editable field for commands. */
export function clackUi(lang: Lang, streams = { input: process.stdin, out: process.stdout }, signal?: AbortSignal): Ui {
  const { input, out } = streams;
  const shown = presenting(lang, out);
  const { say, style } = shown;
  // A terminal that is closed ends its input, at times before any signal comes.
  const gone = new AbortController();
  for (const event of ['end', 'close', 'error'] as const) input.once(event, () => gone.abort());

  /** Null where there is no answer: Ctrl-C, which is for the whole session, Ctrl-D, which clack does not know, no terminal. */
  const asked = async (
    prompt: (io: Io) => Promise<string | symbol | undefined>,
  ): Promise<string | undefined | null> => {
    if (gone.signal.aborted) return null;
    const ended = new AbortController();
    const endedWithIt = () => ended.abort();
    gone.signal.addEventListener('abort', endedWithIt);
    const onKey = (_: unknown, key?: { ctrl?: boolean; name?: string }) => {
      if (key?.ctrl && key.name === 'd') ended.abort();
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
      if (!isCancel(value)) return value as string | undefined;
      if (!signal?.aborted) pressInterrupt();
      return null;
    } finally {
      input.off('keypress', onKey);
      gone.signal.removeEventListener('abort', endedWithIt);
    }
  };
  return {
    ...shown,
    async choose(message, choices) {
      const options = choices.map((c) => ({ value: c.key, label: c.label, ...(c.hint ? { hint: c.hint } : {}) }));
      const chosen = await asked((io) => selectKey({ ...io, message, options }));
      // Enter alone: clack shows the first as chosen, and it is.
      return chosen === undefined ? (choices[0]?.key ?? null) : chosen;
    },
    line: async (message, initial) =>
      (await asked((io) => text({ ...io, message, ...(initial === undefined ? {} : { initialValue: initial }) }))) ??
      null,
    block: async (message, initial) =>
      (await asked((io) =>
        multiline({
          ...io,
          message: `${message}  ${style.dim(say('ask.two-enters'))}`,
          ...(initial === undefined ? {} : { initialValue: initial }),
        }),
      )) ?? null,
  };
}

interface Io {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
  signal: AbortSignal;
}
