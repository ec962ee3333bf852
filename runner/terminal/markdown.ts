import { Marked, type MarkedExtension, type Token, type Tokens } from 'marked';
import { markedTerminal } from 'marked-terminal';
import type { Style } from '../session/ui.ts';
import { table } from './table.ts';
import { wrapLine } from './wrap.ts';

/** Lines no longer than this are easy on the eye, whatever the window. */
const MAX_COLUMNS = 92;

/** A drawing in text. */
const DRAWING = 'text drawing';

/** Code and tables keep their lines. */
const FIXED = /^ {4}|[│┌├└]/;

/** What opens a block with a command of the guide's, as it was written there. */
const GUIDE = 'sh guide';
const guides = (style: Style) => (line: string) => style.dim(`${style.plain ? '>' : '┆'} ${line}`);

/** Renders lesson prose for a terminal of so many columns; wrapping knows that Korean takes two. */
export function renderMarkdown(text: string, style: Style, columns = 80): string {
  const width = Math.max(40, Math.min(columns, MAX_COLUMNS)) - 2;
  const raw = (s: string) => s;
  const marked = new Marked();
  marked.use(
    markedTerminal({
      reflowText: false,
      // `interval:s:10` is a probe. The bundle has no emoji either: see scripts/build.mjs.
      emoji: false,
      showSectionPrefix: false,
      tab: 2,
      width,
      firstHeading: style.strong,
      heading: style.strong,
      strong: style.plain ? raw : style.strong,
      em: raw,
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
    } as never) as unknown as MarkedExtension,
  );
  marked.use({
    renderer: {
      // marked-terminal leaves inline marks inside list items untouched: parse them ourselves.
      text(token) {
        const inner = 'tokens' in token && token.tokens ? this.parser.parseInline(token.tokens) : token.text;
        // A line break of the source is none of the screen's.
        return unescaped(inner).replaceAll('\n', ' ');
      },
      // marked-terminal puts marks of its own in place of colons, and takes them out again in paragraphs only.
      codespan: ({ text: code }) => (style.plain ? `\`${code}\`` : style.accent(code)),
      table({ header, rows }) {
        const cell = ({ tokens }: { tokens: Tokens.Generic[] }) =>
          unescaped(this.parser.parseInline(tokens as Token[]));
        return `${table(
          header.map((h) => style.strong(cell(h))),
          rows.map((row) => row.map(cell)),
          style,
          width,
        )}\n\n`;
      },
      // Commands are to be copied: no wrapping, no decoration but an indent. What is not to be run looks otherwise.
      code({ text: code, lang = '' }) {
        // Lines and boxes are noise to those who hear them; the prose around says the same.
        if (lang === DRAWING && style.accessible) return '';
        const line = lang === GUIDE ? guides(style) : lang.startsWith('text') ? raw : style.accent;
        return `${code
          .split('\n')
          .map((l) => `    ${line(l)}`)
          .join('\n')}\n\n`;
      },
    },
  });
  const rendered = (marked.parse(text) as string).trimEnd();
  return rendered
    .split('\n')
    .map((line) => (FIXED.test(line) ? line : wrapLine(line, width)))
    .join('\n');
}

const unescaped = (s: string): string =>
  s
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
