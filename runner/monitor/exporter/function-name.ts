import { createHash } from 'node:crypto';
import type { Frame } from '../../evidence/model.ts';
import { callFrame } from '../../evidence/site.ts';

/** Longer names are cut, characters. */
const LONGEST = 128;
const DIGITS = 8;
/** Whoever has no series of their own. */
export const OTHER = 'other';
const UNKNOWN = '[unknown]';

/** Controls, what turns the direction of writing or cannot be seen, and halves of characters: a label has none. */
const STRANGE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is written out
  /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udfff]/gu;
const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const writtenOut = (c: string): string => {
  const code = c.charCodeAt(0);
  return SHORT[c] ?? (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`);
};

/**
 * What a call site is called in metrics: `module:function`, the same for every site of a function and in every process of a
 * program; `module+0x…` where it has no name. Safe as a label whatever the program calls itself, and bounded.
 */
export function functionName(stack: Frame[]): string {
  const named = callFrame(stack);
  const frame = named ?? stack.find(({ symbol }) => symbol === null) ?? null;
  const { symbol = null, module, at } = frame ?? {};
  const within = symbol ?? (module !== undefined && at !== undefined ? null : UNKNOWN);
  const name =
    within === null ? `${module}+0x${at?.toString(16)}` : module === undefined ? within : `${module}:${within}`;
  return bounded(name === OTHER ? `[${OTHER}]` : name);
}

/** Any text as a label: nothing that cannot be seen, and not longer than such a name may be; two that differ stay two. */
export function bounded(text: string): string {
  const safe = text.replace(STRANGE, writtenOut);
  const letters = [...safe];
  if (letters.length <= LONGEST) return safe;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
  return `${letters.slice(0, LONGEST - DIGITS - 1).join('')}~${digest}`;
}
