import { isCancel, multiline, selectKey, text } from '@clack/prompts';
import { pressInterrupt } from '../interrupts.ts';
import type { Lang } from '../lesson/prose.ts';
import type { Ui } from '../session/ui.ts';
import { presenting } from './present.ts';

/** Questions by clack: single keys for actions, an editable field for commands. */
export function clackUi(lang: Lang, streams = { input: process.stdin, out: process.stdout }, signal?: AbortSignal): Ui {
  const { input, out } = streams;
  const shown = presenting(lang, out);
  const { say, style } = shown;
  const io = { input, output: out, ...(signal ? { signal } : {}) };
  const taken = (value: string | symbol): string | null => {
    if (!isCancel(value)) return value as string;
    if (!signal?.aborted) pressInterrupt();
    return null;
  };
  return {
    ...shown,
    async choose(message, choices) {
      const chosen = await selectKey({ ...io, message, options: choices.map((c) => ({ value: c.key, label: c.label, ...(c.hint ? { hint: c.hint } : {}) })) });
      return taken(chosen);
    },
    async line(message, initial) {
      const value = await text({ ...io, message, ...(initial === undefined ? {} : { initialValue: initial }) });
      return taken(value);
    },
    async block(message, initial) {
      const value = await multiline({ ...io, message: `${message}  ${style.dim(say('ask.two-enters'))}`, ...(initial === undefined ? {} : { initialValue: initial }) });
      return taken(value);
    },
  };
}
