// What a command prints, on its way to the learner's screen: safe, without what means nothing, JSON as tables, and with a
// middle left out where it is long, which is said. The transcript on disk has all of it, and readers read that.

import wrapAnsi from 'wrap-ansi';
import type { Style, Watched } from '../../session/ui.ts';
import { nameOf, type Say } from '../../words/index.ts';
import { table } from '../table.ts';
import { columnLines } from './columns.ts';
import { cutMiddle } from './cut.ts';
import { documents } from './documents.ts';
import { type JsonTable, jsonViews } from './json.ts';
import { safeLines } from './lines.ts';
import { loud, quieted } from './quiet.ts';

/** Lines shown as they come, and of what came after them the last ones, once it is over. */
const FIRST = 120;
const LAST = 40;
/** Characters shown of one line, from its beginning and from its end. */
const HEAD = 300;
const TAIL = 80;
/** Rows of one table. */
const ROWS = 20;

export interface Output {
  /** Shows what can be shown by now. */
  add(chunk: Uint8Array): void;
  end(): void;
  /** Lines that wait for the end. */
  waiting(): number;
}

/** `put` writes a line, below the one before; `columns` are those there are for it. */
export function output(
  { harmless, again }: Pick<Watched, 'harmless' | 'again'>,
  to: { say: Say; style: Style; columns(): number; put(line: string): void },
): Output {
  const { say, style } = to;
  const bytes = safeLines();
  const quiet = harmless ? quieted(harmless) : loud();
  const json = documents();
  const view = jsonViews(nameOf(say, null));
  const held: string[] = [];
  let shown = 0;
  let dropped = 0;
  let gap = false;
  let viewed = false;

  const told = (remark: string): string => style.dim(again ? `${remark} ${say('output.again')}` : remark);
  const show = (line: string) => {
    const width = to.columns();
    const parts = Number.isFinite(width)
      ? wrapAnsi(line.replaceAll('\t', '        '), width, { hard: true, trim: false }).split('\n')
      : [line];
    for (const part of parts) {
      if (shown++ < FIRST) to.put(part);
      else if (held.push(part) > LAST) {
        held.shift();
        dropped++;
      }
    }
  };
  const text = (line: string) => {
    // bpftrace ends with an empty line for each map that was cleared.
    if (line.trim() === '') {
      gap = true;
      return;
    }
    if (gap && shown > 0) show('');
    gap = false;
    const { head, tail, left } = cutMiddle(line, HEAD, TAIL);
    show(left > 0 ? `${head} ${say('output.characters', { left })} ${tail}` : line);
  };
  const tabled = ({ title, head, rows }: JsonTable) => {
    const width = Math.min(to.columns(), 120);
    const some = rows.slice(0, ROWS);
    if (title) show(style.dim(title));
    const lines = style.plain
      ? table(head, some, style, width).split('\n')
      : columnLines(head, some, width).flatMap((line) => line.split('\n'));
    for (const line of lines) show(line);
    if (rows.length > some.length) show(told(say('output.rows', { left: rows.length - some.length })));
  };
  const piece = (line: string) => {
    for (const { whole, lines } of json.line(line)) {
      const as = whole ? view(lines.join('\n')) : null;
      if (as === null) for (const each of lines) text(each);
      else {
        if (!viewed) show(told(say('output.view')));
        viewed = true;
        if (as.kind === 'table') tabled(as);
        else if (as.kind === 'text') for (const each of as.text.split('\n')) text(each);
      }
    }
  };

  return {
    add(chunk) {
      for (const line of bytes.add(chunk)) for (const each of quiet.line(line)) piece(each);
    },
    end() {
      for (const line of bytes.end()) for (const each of quiet.line(line)) piece(each);
      for (const line of quiet.end()) piece(line);
      for (const line of json.end()) text(line);
      if (dropped > 0) to.put(told(say('output.lines', { left: dropped })));
      for (const line of held) to.put(line);
      if (quiet.folded() > 0) to.put(told(say('output.harmless', { lines: quiet.folded() })));
    },
    waiting: () => held.length + dropped,
  };
}
