import type { Notice, NoticeCode } from '../../evidence/model.ts';
import { isPrompt, notice } from './notice.ts';
import { own } from './plain.ts';

/** What a tool or its shell says that means something for a check; the first that matches counts. */
export type Patterns = readonly (readonly [RegExp, NoticeCode])[];

const MESSAGE = 600;
const MAX_NOTICES = 200;

interface Manner {
  /** Lines that a run which works prints as well. */
  noise?: RegExp;
  /** Of these the first line says it all: each has another number in it. */
  once?: ReadonlySet<NoticeCode>;
  /** A line as a notice tells it. */
  told?: (code: NoticeCode, text: string) => string;
}

/** Says each complaint once. */
export function complaining(
  patterns: Patterns,
  say: (notice: Notice) => void,
  { noise, once, told = (_, text) => text }: Manner = {},
): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    const text = line.slice(0, MESSAGE);
    if (text.length < 6 || noise?.test(text) || isPrompt(text)) return;
    const code = patterns.find(([pattern]) => pattern.test(text))?.[1];
    if (code === undefined) return;
    const key = once?.has(code) ? code : code + text;
    if (said.has(key) || said.size >= MAX_NOTICES) return;
    said.add(own(key));
    say(notice(code, told(code, text)));
  };
}
