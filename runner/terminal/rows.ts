import stringWidth from 'string-width';
import { wrapLine } from './wrap.ts';

/** Labels and what stands behind each, in two columns. */
export function table(rows: readonly (readonly [label: string, text: string])[], columns: number): string[] {
  const width = Math.max(0, ...rows.map(([label]) => stringWidth(label)));
  return rows.map(([label, text]) =>
    wrapLine(`  ${label}${' '.repeat(width - stringWidth(label))}  ${text}`, columns, width + 4),
  );
}
