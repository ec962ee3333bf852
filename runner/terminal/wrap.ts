import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** What a continued line stands under: the text behind a list's mark or a criterion's. */
const LEAD = /^\s*(?:[*•-]\s+|\d+\.\s+|(?:\S*(?:✓|✗|…|!|\[\w+\])\S*)\s+)?/;

/** Wraps one line by what it is wide, not by how many code points it has: Korean takes two columns a letter. */
export function wrapLine(line: string, width: number, indent = stringWidth(LEAD.exec(line)?.[0] ?? '')): string {
  if (stringWidth(line) <= width) return line;
  const hang = ' '.repeat(indent);
  const [first = '', ...more] = wrapAnsi(line, width, { trim: false, hard: false }).split('\n');
  const rest = wrapAnsi(more.map((part) => part.trim()).join(' '), width - indent, { trim: true, hard: false });
  return [first.trimEnd(), ...rest.split('\n').map((part) => hang + part)].join('\n');
}
