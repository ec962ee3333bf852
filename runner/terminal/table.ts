import Table from 'cli-table3';
import stringWidth from 'string-width';
import type { Style } from '../session/ui.ts';

/** What a cell costs beside its text: a border and a space either side. */
const FRAME = 3;
/** A column narrower than this breaks every other word. */
const LEAST = 8;

/** A table that fits into so many columns, its cells wrapped; on a plain screen, a list of `heading: cell` under each row's first. */
export function table(head: string[], rows: string[][], style: Style, width: number): string {
  if (style.plain)
    return rows
      .map(([first = '', ...rest]) => [`* ${first}`, ...rest.map((cell, i) => `  ${head[i + 1]}: ${cell}`)].join('\n'))
      .join('\n');
  const natural = head.map((h, i) =>
    Math.max(...[h, ...rows.map((row) => row[i] ?? '')].map((cell) => stringWidth(cell))),
  );
  const drawn = new Table({
    head,
    colWidths: fitted(natural, width - 1 - FRAME * head.length).map((w) => w + FRAME - 1),
    wordWrap: true,
    style: { head: [], border: [] },
  });
  drawn.push(...rows);
  return drawn.toString();
}

/** Takes from the widest columns until the sum fits. */
function fitted(natural: number[], room: number): number[] {
  const widths = [...natural];
  const sum = () => widths.reduce((n, w) => n + w, 0);
  while (sum() > room) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] as number) <= LEAST) break;
    widths[widest] = (widths[widest] as number) - 1;
  }
  return widths;
}
