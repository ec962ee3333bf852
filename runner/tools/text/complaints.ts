import { exhaustionOf } from '../../evidence/exhaustion.ts';
import type { Notice, NoticeCode } from '../../evidence/model.ts';
import { isPrompt, notice } from './notice.ts';
import { own } from './plain.ts';

/** What a tool or its shell says that means something for a check; the first that matches counts. */
export type Patterns = readonly (readonly [RegExp, NoticeCode])[];

/** What any tool may have to say, in whatever words its libraries, the loader and the kernel put it. */
export const ANY_TOOL: Patterns = [
  [/[Kk]ernel lockdown|[Ll]ockdown(?: mode|: )|locked.down kernel|[Kk]ernel is locked down/, 'lockdown'],
  [
    /(?:[Ff]ailed to create|[Ee]rror creating|[Cc](?:ould|an) ?n[o']t create|map create).{0,80}\bmaps?\b.{0,160}(?:[Pp]ermission denied|not permitted|-EPERM|-EACCES)|Creation of the required BPF maps has failed/,
    'maps-refused',
  ],
  [
    /error while loading shared libraries: |symbol lookup error: |undefined symbol: |[Ee]rror (?:loading shared library|relocating) |cannot open shared object file|version `[^']{1,80}' not found/,
    'tool-missing',
  ],
  [/^(?:-?\w{0,4}sh|bash): .{0,200}(?:syntax error|unexpected )/, 'bad-usage'],
];

/** `Killed` in Korean; what is shorter complains of nothing. */
const SHORTEST = 3;
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

/** Which of the patterns a line meets; that memory was out comes before what it led to. */
export const meaningOf = (line: string, patterns: Patterns): NoticeCode | null =>
  exhaustionOf(line) ?? patterns.find(([pattern]) => pattern.test(line))?.[1] ?? null;

/** What a tool complains of with a line; `noise` where it is known to mean nothing, null for other lines. */
export const complainsBy =
  (patterns: Patterns, noise?: RegExp) =>
  (line: string): NoticeCode | 'noise' | null => {
    const text = line.slice(0, MESSAGE);
    if (noise?.test(text)) return 'noise';
    return meaningOf(text, [...patterns, ...ANY_TOOL]);
  };

/** Says each complaint once. True where a line was one, or is known to mean nothing: it ends no stack that it stands in. */
export function complaining(
  patterns: Patterns,
  say: (notice: Notice) => void,
  { noise, once, told = (_, text) => text }: Manner = {},
): (line: string) => boolean {
  const said = new Set<string>();
  const all = [...patterns, ...ANY_TOOL];
  return (line) => {
    const text = line.slice(0, MESSAGE);
    if (noise?.test(text)) return true;
    if (text.length < SHORTEST || isPrompt(text)) return false;
    const code = meaningOf(text, all);
    if (code === null) return false;
    const key = once?.has(code) ? code : code + text;
    if (said.has(key) || said.size >= MAX_NOTICES) return true;
    said.add(own(key));
    say(notice(code, told(code, text)));
    return true;
  };
}
