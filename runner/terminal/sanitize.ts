/**
 * Makes what a tool printed safe to show: terminal escapes and control characters go, tabs and newlines stay. A
 * traced program chooses its own thread names, so its tracer's output is not ours to trust.
 */
export function sanitize(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
      .replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[@-Z\\-_])/g, '')
      .replaceAll('\r\n', '\n')
      .replace(UNSEEN, '')
  );
}

/** Controls but tab and newline, and what turns the direction of writing or cannot be seen at all. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
