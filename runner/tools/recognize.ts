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
  const { lines, binary } = linesOf(Buffer.concat(head));
  async function* bytes() {
    yield* head;
    if (!over) yield* { [Symbol.asyncIterator]: () => chunks };
  }
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
