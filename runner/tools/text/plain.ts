/**
 * What no transcript needs and no parser should see: C0 and C1 controls but tab, a byte order mark, and what turns the direction
 * of writing or cannot be seen at all, with which a thread's name passes for another.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROLS = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences begin with one
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]/g;

/** A line as a person reads it: colours, titles and cursor moves taken out, and the `^C` that a terminal echoes. */
export function plain(line: string): string {
  const text = line.search(CONTROLS) < 0 ? line : line.replace(ESCAPES, '').replace(CONTROLS, '');
  return text.startsWith('^C') ? text.replace(/^(?:\^C)+/, '') : text;
}

/** How many bytes are none of a text: controls that no tool prints, and what is no UTF-8. */
export function strange(bytes: Uint8Array): number {
  let n = 0;
  for (const c of bytes) if ((c < 32 && c !== 9 && c !== 10 && c !== 13 && c !== 27 && c !== 7) || c === 127) n++;
  for (const c of Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) if (c === '\ufffd') n++;
  return n;
}

/** The same text without the line it was cut from: a slice keeps all of its parent in memory. */
export const own = (text: string): string => Buffer.from(text).toString();
