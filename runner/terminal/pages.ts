import stringWidth from 'string-width';
import { sanitize } from './sanitize.ts';

/** What stands on the screen with a page: the line that asks for the next one. */
const PROMPT = 1;
/** What stands above a text as it begins, and below it as it ends: a title, the keys of the menu. */
const AROUND = 5;
/** On a screen lower than this, pages would be all prompts. */
const LOWEST = 8;

export interface Screen {
  columns?: number;
  rows?: number;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How many rows a line takes on a screen so wide. */
const rowsOf = (line: string, columns: number): number =>
  line.length * 2 <= columns ? 1 : Math.max(1, Math.ceil(stringWidth(line) / columns));

/** Whether a text has more rows than fit beside what is around it; never where nobody knows how high the screen is. */
export function needsPages(lines: readonly string[], { columns = 80, rows }: Screen): boolean {
  if (rows === undefined || rows < LOWEST) return false;
  let room = rows - AROUND;
  return lines.some((line) => (room -= rowsOf(line, columns)) < 0);
}

/**
 * Writes a screen of lines at a time, and asks before each but the first: the answer says whether there shall be another.
 * How large the screen is is looked at anew each time, since it may have been changed meanwhile.
 */
export async function paged(
  lines: readonly string[],
  screen: () => Screen,
  write: (line: string) => void,
  more: (shown: number, of: number) => Promise<boolean>,
): Promise<void> {
  let around = AROUND;
  for (let at = 0; at < lines.length; ) {
    const { columns = 80, rows = 24 } = screen();
    const begins = at;
    let room = Math.max(LOWEST, rows) - around;
    for (; at < lines.length; at++) {
      room -= rowsOf(lines[at] as string, columns);
      // A line that is higher than the screen stands alone.
      if (room < 0 && at > begins) break;
      write(lines[at] as string);
    }
    around = PROMPT + 1;
    if (at < lines.length && !(await more(at, lines.length))) return;
  }
}

/** What a program printed, safe and in lines no wider than the screen; letters stay whole. */
export function printedLines(text: string, { columns = 80 }: Screen): string[] {
  return sanitize(text)
    .trimEnd()
    .split('\n')
    .flatMap((line) => broken(line.replaceAll('\t', '        '), columns));
}

function broken(line: string, columns: number): string[] {
  if (rowsOf(line, columns) === 1) return [line];
  const parts: string[] = [];
  let part = '';
  let width = 0;
  for (const { segment } of graphemes.segment(line)) {
    const wide = stringWidth(segment);
    if (width + wide > columns) {
      parts.push(part);
      part = '';
      width = 0;
    }
    part += segment;
    width += wide;
  }
  return [...parts, part];
}
