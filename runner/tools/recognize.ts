import type { NoticeCode } from '../evidence/model.ts';
import type { ToolKind } from '../model/kinds.ts';
import { printedBy, TOOLS, tools } from './index.ts';
import { splitter } from './text/lines.ts';

/** So much of a transcript is looked at: tools say who they are at once, behind what a terminal shows before. */
const HEAD = 256 * 1024;

/** `begins`: its first line; `binary` for what is no text, null where nothing came. `bytes` are all of them, from the first on. */
export interface Recognized {
  kind: ToolKind | null;
  begins: string | null;
  bytes: AsyncIterable<Uint8Array>;
}

/** Tells by its beginning which tool printed a transcript, unless it is named. */
export async function recognized(source: AsyncIterable<Uint8Array>, named?: ToolKind): Promise<Recognized> {
  const chunks = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  let over = false;
  while (size < HEAD && !over) {
    const { value, done } = await chunks.next();
    over = done === true;
    if (value === undefined || value.length === 0) continue;
    head.push(value);
    size += value.length;
  }
  const raw = linesOf(Buffer.concat(head));
  const quoted = isQuoted(raw.lines);
  const { binary } = raw;
  const lines = quoted ? raw.lines.map((line) => line.replace(QUOTE, '')) : raw.lines;
  async function* all() {
    yield* head;
    if (!over) yield* { [Symbol.asyncIterator]: () => chunks };
  }
  const bytes = () => (quoted ? unquoted(all()) : all());
  const first = lines.find((line) => line.trim() !== '') ?? null;
  return {
    kind: named ?? printedBy(lines) ?? (binary ? null : await understoodBy(lines)),
    begins: binary ? 'binary' : first,
    bytes: bytes(),
  };
}

function linesOf(bytes: Buffer): { lines: string[]; binary: boolean } {
  const split = splitter();
  const lines: string[] = [];
  let binary = false;
  const take = (item: string | { code: string }) => {
    if (typeof item === 'string') lines.push(item.trimEnd());
    else binary ||= item.code === 'unreadable';
  };
  for (const item of split.push(bytes)) take(item);
  const { rest, notice } = split.end();
  take(rest);
  if (notice) take(notice);
  return { lines, binary };
}

/** How mail quotes what it answers. */
const QUOTE = /^> ?/;

function isQuoted(lines: readonly string[]): boolean {
  const said = lines.filter((line) => line.trim() !== '');
  return said.length > 1 && said.filter((line) => line.startsWith('>')).length > 0.8 * said.length;
}

/** The same without the signs of a quotation at the beginning of its lines. */
async function* unquoted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const [LF, SIGN, BLANK] = [10, 62, 32];
  let at: 'begin' | 'sign' | 'line' = 'begin';
  for await (const chunk of bytes) {
    const kept: number[] = [];
    for (const byte of chunk) {
      const sign: boolean = at === 'begin' && byte === SIGN;
      const blank = at === 'sign' && byte === BLANK;
      if (!sign && !blank) kept.push(byte);
      at = byte === LF ? 'begin' : sign ? 'sign' : 'line';
    }
    yield Uint8Array.from(kept);
  }
}

/** Whose reader makes something of these lines, if only a complaint. */
async function understoodBy(lines: readonly string[]): Promise<ToolKind | null> {
  async function* text() {
    yield Buffer.from(`${lines.join('\n')}\n$ \n`);
  }
  let best: ToolKind | null = null;
  let most = 0;
  for (const kind of TOOLS.filter((tool) => tools[tool].marks)) {
    let found = 0;
    for await (const e of tools[kind].read(text()))
      if (e.kind !== 'notice') found += 10;
      else if (!ANYBODYS.has(e.code)) found++;
    if (found > most) [best, most] = [kind, found];
  }
  return best;
}

/** What a reader says of what is not its tool's. */
const ANYBODYS: ReadonlySet<NoticeCode> = new Set(['other-tool', 'cut-off', 'unreadable', 'too-much']);
