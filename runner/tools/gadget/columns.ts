import type { Emit } from '../text/reading.ts';
import { notice } from '../text/notice.ts';
import type { Evidence, Site } from '../../evidence/model.ts';
import { subjects } from './json.ts';
import { namedFrames } from './stacks.ts';

/** Numbers stand at the right edge of their column, and have no blanks; text begins at the left edge. */
const NUMBERS = /^(?:PID|TID|LOST|STACK_ID|MNTNS_ID|ALLOCS|FREES|(?:OUTSTANDING|ALLOCATED|FREED)[_A-Z]*…?)$/;
const HEADER = /^(?:[A-Z][A-Z0-9_.…]* +)*PID +(?:[A-Z][A-Z0-9_.…]* +)*OUTSTANDING[_A-Z]*…?(?: |$)/;
const STACK = /^USTACK(?:_RAW)?\.SYMBOLS$/;
/** What a column has no room for ends so. */
const CUT = '…';
const MAX_ROWS = 50_000;
/** No terminal is wider, and no column of a pipe. */
const MAX_WIDTH = 4000;

/** A text column, and the numbers that stand between it and the next one. */
interface Group {
  from: number;
  to: number;
  text: string | null;
  numbers: string[];
}

/** Reads the tables of `-o columns`, one line after another. */
export interface Columns {
  /** False where the line is part of none. */
  line(line: string): boolean;
  end(): void;
}

/** The columns that a header names, by where they stand; null where the line is no header of a list of ours. */
function groupsOf(header: string): Group[] | null {
  if (!HEADER.test(header)) return null;
  const groups: Group[] = [{ from: 0, to: Number.POSITIVE_INFINITY, text: null, numbers: [] }];
  for (const { 0: name, index } of header.matchAll(/\S+/g)) {
    const last = groups.at(-1) as Group;
    if (NUMBERS.test(name)) last.numbers.push(name);
    else {
      last.to = index;
      groups.push({ from: index, to: Number.POSITIVE_INFINITY, text: name, numbers: [] });
    }
  }
  return groups;
}

/** A row → its cells by the names of their columns; null where the numbers are not where they ought to be. */
function cellsOf(row: string, groups: readonly Group[]): Map<string, string> | null {
  const cells = new Map<string, string>();
  for (const { from, to, text, numbers } of groups) {
    const part = row.slice(from, to).trimEnd();
    const [tail = null, ...values] = new RegExp(`${'(?:^|\\s+)(\\d+)'.repeat(numbers.length)}$`).exec(part) ?? [];
    if (tail === null) return null;
    for (const [i, name] of numbers.entries()) cells.set(numbered(name, cells), values[i] as string);
    if (text !== null) cells.set(text, part.slice(0, part.length - tail.length).trim());
  }
  return cells;
}

/** A column that is too narrow for its name: of the two that begin alike, bytes stand before blocks. */
function numbered(name: string, cells: ReadonlyMap<string, string>): string {
  if (!name.startsWith('OUTSTANDING')) return name;
  if (/^OUTSTANDING_B/.test(name)) return 'OUTSTANDING_BYTES';
  return /^OUTSTANDING_C/.test(name) || cells.has('OUTSTANDING_BYTES') ? 'OUTSTANDING_COUNT' : 'OUTSTANDING_BYTES';
}

/**
 * The tables of our gadget: a header a list, a row a call site. Without the column of stacks there is no function in them, and
 * nothing is read; off a terminal that column has 16 characters, and a name without its end is none.
 */
export function columns(emit: Emit): Columns {
  const subject = subjects(emit);
  let told = false;
  let groups: Group[] | null = null;
  let sites: Site[] | null = null;
  let ordinal = 0;

  const tell = (detail: string) => {
    if (!told) emit(notice('no-function', detail));
    told = true;
  };
  const over = (more: { last?: true } = {}) => {
    if (sites) emit({ kind: 'snapshot', atMs: ordinal++, sites, ...more } satisfies Evidence, 1 + sites.length);
    sites = null;
  };
  const row = (line: string): boolean => {
    const cells = groups && cellsOf(line, groups);
    if (!cells || !sites || sites.length >= MAX_ROWS) return false;
    const stack = [...cells].find(([name]) => STACK.test(name))?.[1] ?? '';
    subject(Number(cells.get('PID')), undefined);
    const blocks = Number(cells.get('OUTSTANDING_COUNT') ?? 0);
    const bytes = Number(cells.get('OUTSTANDING_BYTES') ?? 0);
    if (blocks > 0) sites.push({ stack: namedFrames(stack, CUT), blocks, bytes });
    if (stack.endsWith(CUT)) tell(stack);
    return true;
  };

  return {
    line(line) {
      if (line.length > MAX_WIDTH) return false;
      const begun = groupsOf(line);
      if (begun) {
        over();
        groups = begun.some(({ text }) => text !== null && STACK.test(text)) ? begun : null;
        if (groups) sites = [];
        else tell(line.trim().replaceAll(/ +/g, ' '));
        return true;
      }
      // A table without stacks has rows, too, which are nothing else.
      return row(line);
    },
    end: () => over({ last: true }),
  };
}
