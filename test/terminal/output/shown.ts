import type { Style, Watched } from '../../../runner/session/ui.ts';
import { output } from '../../../runner/terminal/output/index.ts';
import { words } from '../../../runner/words/index.ts';
import { dull } from '../screen.ts';

/** What is shown of all this, a line each. */
export function shown(
  bytes: string | Buffer,
  how: Partial<Watched> & { style?: Style; columns?: number; lang?: 'en' | 'ko' } = {},
): string[] {
  const lines: string[] = [];
  const { style = dull, columns = 75, lang = 'en', harmless = null, again = true } = how;
  const view = output(
    { harmless, again },
    { say: words(lang), style, columns: () => columns, put: (line) => lines.push(line) },
  );
  view.add(Buffer.from(bytes));
  view.end();
  return lines;
}
