/** What a terminal does to a line that is wider than it, undone: a line that was wrapped, and copied so, is one again. */
import type { Notice } from '../../evidence/model.ts';
import { isPrompt } from '../../evidence/prompt.ts';
import type { Splitter } from './lines.ts';

/** What a reader knows of its tool's lines; neither has to be right about others'. */
export interface Shapes {
  /** Whether a line begins something: it never goes on with the one before it. */
  begins(line: string): boolean;
  /** Whether a line is one of the tool's from its first letter to its last. */
  whole(line: string): boolean;
  /** What a tool complains of with it, or null: where such a line ends nobody knows. */
  complains(line: string): string | null;
}

export interface Rejoined {
  push(chunk: Uint8Array | string): Iterable<string | Notice>;
  /** What was held back, what came after the last newline ('' for nothing), and a notice if the little there was is no text. */
  end(): { lines: string[]; rest: string; notice: Notice | null };
}

/** How wide terminals usually are: only there may a line that looks whole go on. */
const WIDTHS = new Set([72, 80, 90, 96, 100, 110, 120, 128, 132, 140, 150, 160, 180, 200]);
/** Where a complaint goes on, whose end nobody knows. */
const USUAL = new Set([80, 100]);
/** A narrower line was not wrapped. */
const NARROWEST = 40;
/** Blanks at the edge are lost where lines are trimmed. */
const TRIMMED = 2;
/** A line of text wraps so often at most, one of JSON until it is as long as the longest. */
const MOST_TEXT = 12;
const MOST_JSON = 2 * 1024 * 1024;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/g;

/** How records of JSON begin, of all tools: nothing within one looks so. */
export const RECORD =
  /^(?:\{"type":\s?"[a-z_]{1,24}"|\[\{"(?:allocated_bytes|timestamp_raw|k8s|runtime|lost|mntns_id)":|\{"(?:addr|k8s|runtime)":|\[\]$)/;
const isJson = (line: string) => line.startsWith('{"') || line.startsWith('[{"');

/** Lines without trailing blanks, those that were wrapped put together again. Of a line that was not, nothing changes. */
export function rejoined(split: Splitter, shapes: Shapes): Rejoined {
  let held: string[] = [];
  let size = 0;
  let width = 0;
  let open = true;
  /** Where lines of this transcript were seen to be cut. */
  const edges = new Set(WIDTHS);

  const taken = (): string[] => {
    const pieces = held;
    held = [];
    size = 0;
    open = true;
    return pieces;
  };
  /** The first of them is a line by itself; of those behind it each may be one that was cut. */
  const apart = ([first, ...rest]: string[]): string[] =>
    first === undefined ? [] : isJson(first) ? [first, ...rest] : [first, ...rest.flatMap(feed)];
  const release = (): string[] => {
    const one = held.length > 1 ? joined(held, width, edges, shapes) : null;
    const pieces = taken();
    if (one !== null) return [one];
    const lines = apart(pieces);
    return held.length > 0 ? [...lines, ...release()] : lines;
  };
  const hold = (line: string) => {
    width = held.length === 0 ? columns(line) : Math.max(width, columns(line));
    held.push(line);
    size += line.length;
  };
  const beginning = (line: string): string[] => {
    if (mayGoOn(line, edges, shapes)) {
      hold(line);
      return [];
    }
    return [line];
  };
  const feed = (line: string): string[] => {
    const head = held[0];
    if (head === undefined) return beginning(line);
    const json = isJson(head);
    if (line === '' || (json ? RECORD.test(line) || isCommand(line) : begins(line, shapes)))
      return [...release(), ...beginning(line)];
    const full = columns(line) >= width - TRIMMED && columns(line) <= width + TRIMMED;
    if (open && full && (json ? size < MOST_JSON : held.length < MOST_TEXT)) {
      hold(line);
      return [];
    }
    const one = joined([...held, line], width, edges, shapes);
    if (one !== null) {
      if (held.length > 1) edges.add(width);
      taken();
      return [one];
    }
    // What a tool says on stderr may stand within a line: the rest of it comes after.
    if (open && !json && (held.length > 1 || atAnyEdge(head, edges))) {
      open = false;
      held.push(line);
      return [];
    }
    return [...apart(taken()), ...feed(line)];
  };

  return {
    *push(chunk) {
      for (const item of split.push(chunk)) {
        if (typeof item === 'string') yield* feed(item.trimEnd());
        else {
          yield* release();
          yield item;
        }
      }
    },
    end() {
      const { rest, notice } = split.end();
      const head = held[0];
      if (head !== undefined && isJson(head) && rest !== '' && !RECORD.test(rest)) {
        const one = joined([...held, rest], width, edges, shapes);
        if (one !== null) return { lines: [], rest: one, notice };
      }
      return { lines: release(), rest, notice };
    },
  };
}

/** A prompt, but for what the end of a template's arguments looks like. */
const isCommand = (line: string) => isPrompt(line) && !line.startsWith('>');
/** How what goes to stderr begins. */
const SAID = /^(?:ERROR|WARN(?:ING)?|Error|Warning|Traceback|Exception|libbpf|bpf)\b/;
const begins = (line: string, shapes: Shapes) =>
  isCommand(line) || SAID.test(line) || shapes.begins(line) || shapes.whole(line) || shapes.complains(line) !== null;

/** Whether a line may have been cut at a terminal's edge: anywhere if it is no whole line, at a usual width if it is. */
function mayGoOn(line: string, edges: ReadonlySet<number>, { whole }: Shapes): boolean {
  if (line.length < NARROWEST / 2 || columns(line) < NARROWEST) return false;
  if (isJson(line)) return !parses(line);
  return !whole(line) || atAnyEdge(line, edges);
}

const BLANKS = [0, 1, TRIMMED];
const atEdge = (line: string, blanks: number, edges: ReadonlySet<number>) =>
  [columns(line), line.length, Buffer.byteLength(line)].some((length) => edges.has(length + blanks));
const atAnyEdge = (line: string, edges: ReadonlySet<number>) => BLANKS.some((blanks) => atEdge(line, blanks, edges));

/** The one line that these are pieces of, blanks that were lost at the edge put back; null where they make none. */
function joined(pieces: string[], width: number, edges: ReadonlySet<number>, shapes: Shapes): string | null {
  const [head = ''] = pieces;
  const last = pieces.at(-1) as string;
  const cut = pieces.slice(0, -1);
  const at = (edge: number) => cut.map((piece) => padded(piece, edge)).join('') + last;
  if (isJson(head)) return parses(at(width)) ? at(width) : null;
  const known = cut.length > 1 ? [width] : BLANKS.filter((n) => atEdge(head, n, edges)).map((n) => columns(head) + n);
  const lines = [...known, ...BLANKS.map((n) => width + n)].map(at);
  const before = shapes.complains(head);
  const says = (line: string) => {
    const code = shapes.complains(line);
    return code !== null && (code !== before || USUAL.has(columns(head)));
  };
  const complaint = known.length > 0 && !/^\s{2}/.test(last) ? lines.slice(0, known.length).find(says) : undefined;
  return lines.find(shapes.whole) ?? complaint ?? null;
}

/** A piece that is narrower than its terminal has lost blanks, or was the last of its line. */
const padded = (piece: string, width: number) => {
  const lost = width - columns(piece);
  return lost > 0 && lost <= 2 * TRIMMED ? piece + ' '.repeat(lost) : piece;
};

/** Columns on a screen: Hangul and its like take two. */
const columns = (line: string) => line.length + (line.match(WIDE)?.length ?? 0);

function parses(text: string): boolean {
  const end = text.at(-1);
  if (end !== '}' && end !== ']') return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
