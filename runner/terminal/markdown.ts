import { Marked, type MarkedExtension } from 'marked';
import { markedTerminal } from 'marked-terminal';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Style } from '../session/ui.ts';

/** Lines no longer than this are easy on the eye, whatever the window. */
const MAX_COLUMNS = 92;

/** Renders lesson prose for a terminal of so many columns; wrapping knows that Korean takes two. */
export function renderMarkdown(text: string, style: Style, columns = 80): string {
  const width = Math.max(40, Math.min(columns, MAX_COLUMNS)) - 2;
  const raw = (s: string) => s;
  const marked = new Marked();
  marked.use(
    markedTerminal({
      reflowText: false,
      showSectionPrefix: false,
      tab: 2,
      width,
      firstHeading: style.strong,
      heading: style.strong,
      strong: style.plain ? raw : style.strong,
      em: raw,
      codespan: style.plain ? (s: string) => `\`${s}\`` : style.accent,
      code: raw,
      link: raw,
      href: style.dim,
      blockquote: style.dim,
      listitem: raw,
      table: raw,
      paragraph: raw,
      hr: style.dim,
      del: style.dim,
      html: raw,
      tableOptions: { wordWrap: true, style: { head: [], border: [] } },
    } as never) as unknown as MarkedExtension,
  );
  marked.use({
    renderer: {
      // marked-terminal leaves inline marks inside list items untouched: parse them ourselves.
      text(token) {
        const inner = 'tokens' in token && token.tokens ? this.parser.parseInline(token.tokens) : token.text;
        return unescaped(inner);
      },
      // Commands are to be copied: no wrapping, no decoration but an indent.
      code({ text: code }) {
        return `${code
          .split('\n')
          .map((l) => `    ${style.accent(l)}`)
          .join('\n')}\n\n`;
      },
    },
  });
  const rendered = (marked.parse(text) as string).trimEnd();
  return rendered.split('\n').map((line) => wrapLine(line, width)).join('\n');
}

/** Wraps one line by what it is wide, not by how many code points it has; continuation keeps the indent of lists. */
function wrapLine(line: string, width: number): string {
  if (stringWidth(line) <= width || /^ {4}/.test(line) || /[│┌├└]/.test(line)) return line;
  const indent = /^\s*(?:[*•-]\s+|\d+\.\s+)?/.exec(line)?.[0].length ?? 0;
  const hang = ' '.repeat(indent);
  return wrapAnsi(line, width - indent, { trim: false, hard: false })
    .split('\n')
    .map((l, i) => (i === 0 ? l : hang + l.trimStart()))
    .join('\n');
}

const unescaped = (s: string): string => s.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
