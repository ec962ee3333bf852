import stringWidth from 'string-width';
import { wrapLine } from '../wrap.ts';

const GAP = '  ';
/** With less than this, the last column would be broken at every other word. */
const LEAST = 36;
const BELOW = '    ';

/**
 * Rows under a heading, aligned by what cells are wide: a Korean letter takes two columns. Numbers stand to the right; the
 * last column goes on below itself, or stands below the others where they leave it no room.
 */
export function columnLines(names: readonly string[], rows: readonly (readonly string[])[], width: number): string[] {
  const all = [...headLines(names, rows), ...rows];
  const head = names;
  const wide = head.map((_, i) => Math.max(...all.map((row) => stringWidth(row[i] ?? ''))));
  const numeric = head.map((_, i) => rows.length > 0 && rows.every((row) => /^-?[\d.]*$/.test(row[i] ?? '')));
  // Where there is little room beside the others, it stands below them.
  const room = width - wide.slice(0, -1).reduce((sum, w) => sum + w + GAP.length, 0);
  const beside = room >= Math.min(LEAST, wide.at(-1) ?? 0);
  return all.map((row) => {
    const cells = row.slice(0, -1).map((cell, i) => {
      const pad = ' '.repeat((wide[i] as number) - stringWidth(cell));
      return numeric[i] ? pad + cell : cell + pad;
    });
    const before = cells.map((cell) => cell + GAP).join('');
    const last = row.at(-1) ?? '';
    const text = numeric.at(-1) ? ' '.repeat((wide.at(-1) as number) - stringWidth(last)) + last : last;
    const indent = stringWidth(before);
    if (beside) return wrapLine((before + text).trimEnd(), width, indent);
    return text === '' ? before.trimEnd() : `${before.trimEnd()}\n${wrapLine(BELOW + text, width, BELOW.length)}`;
  });
}

/** Names that are wider than all that stands under them break at `_`: outstanding_ / bytes. */
function headLines(names: readonly string[], rows: readonly (readonly string[])[]): string[][] {
  const parts = names.map((name, i) => {
    const under = Math.max(0, ...rows.map((row) => stringWidth(row[i] ?? '')));
    const at = name.lastIndexOf('_') + 1;
    return stringWidth(name) > under && at > 0 ? [name.slice(0, at), name.slice(at)] : ['', name];
  });
  const lines = [0, 1].map((line) => parts.map((part) => part[line] as string));
  return lines[0]?.some(Boolean) ? lines : lines.slice(1);
}
