/** A list that a tool printed as JSON, as a table: what a column shows is in every row, '' where it has none. */
export interface JsonTable {
  kind: 'table';
  title: string;
  head: string[];
  rows: string[][];
}

/** What a line of JSON is on screen: a table, the text that it wraps, or nothing of its own (another line shows it). */
export type JsonView = JsonTable | { kind: 'text'; text: string } | { kind: 'nothing' };

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };

/** More columns than these are no table on 80 columns; those that tell most come first, then the learner's own. */
const MOST_COLUMNS = 8;
/** What says nothing that the others do not, or nothing to a person. */
const DULL = new Set(['mntns_id', 'mntns', 'stack_id', 'timestamp_raw', 'allocated_bytes', 'freed_bytes']);
const FIRST = [
  'comm',
  'pid',
  'site',
  'operation',
  'addr',
  'size',
  'count',
  'bytes',
  'outstanding_count',
  'outstanding_bytes',
  'allocs',
  'frees',
];
/** Lists that become the rows of a table. */
const TABLED = ['sites', 'stacks'];
/** What holds a stack, by tool, and what names a frame in it. */
const STACKS = ['stack', 'frames', 'ustack', 'callsite'];
const NAMES = ['symbol', 'function', 'name'];

const isFields = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isScalar = (value: Json | undefined): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

/** Reads one document after another of one run; sites that our tracer names once are remembered. `nameless`: a word for no name. */
export function jsonViews(nameless: string): (text: string) => JsonView | null {
  const sites = new Map<number, string>();
  const stackOf = (value: Json | undefined): string => {
    const frames = Array.isArray(value)
      ? value.map(frame)
      : isScalar(value)
        ? String(value).split(/\s*\n\s*|;\s*/)
        : [];
    return frames.map((name) => name.trim() || nameless).join(' ← ');
  };
  const frame = (value: Json): string => {
    if (!isFields(value)) return isScalar(value) ? String(value) : '';
    const name = NAMES.map((key) => value[key]).find((n) => typeof n === 'string' && n !== '');
    return typeof name === 'string' ? name : '';
  };
  const table = (title: string, list: readonly Fields[]): JsonTable => {
    const stack = STACKS.find((key) => list.some((row) => Array.isArray(row[key]) || typeof row[key] === 'string'));
    const scalars = [...new Set(list.flatMap((row) => Object.keys(row)))].filter(
      (key) => key !== stack && list.every((row) => row[key] === undefined || isScalar(row[key])),
    );
    const known = FIRST.filter((key) => scalars.includes(key));
    const own = scalars.filter((key) => !known.includes(key) && !DULL.has(key));
    const shown = [...known, ...own].slice(0, MOST_COLUMNS);
    const head = stack === undefined ? shown : [...shown, stack];
    const rows = list.map((row) =>
      head.map((key) => (key === stack ? stackOf(row[key]) : cell(key, row[key], nameless))),
    );
    return { kind: 'table', title, head, rows };
  };
  return (text) => {
    const value = parsed(text);
    if (Array.isArray(value))
      return value.length > 0 && value.every(isFields) ? table('', value.map(symbolized)) : null;
    if (!isFields(value)) return null;
    const { type, data } = value;
    if (type === 'printf' && typeof data === 'string') return { kind: 'text', text: data.replace(/\n$/, '') };
    if (type === 'map' && isFields(data)) return mapView(data, stackOf);
    if (type === 'site' && typeof value.site === 'number') {
      sites.set(value.site, stackOf(value.stack));
      return { kind: 'nothing' };
    }
    const list = [value.sites, value.stacks].find((l) => Array.isArray(l) && l.length > 0 && l.every(isFields));
    if (list === undefined)
      return typeof type === 'string' ? { kind: 'text', text: `${type}  ${around(value, stackOf)}` } : null;
    const rows = (list as Fields[]).map(({ site, ...row }) =>
      value.sites === list ? { ...row, stack: sites.get(Number(site)) ?? nameless } : row,
    );
    return table(around(value, stackOf), rows);
  };
}

/** What Inspektor Gadget knows of a stack's names lies a floor deeper than the rest of its row. */
function symbolized(row: Json): Fields {
  const fields = row as Fields;
  const symbols = isFields(fields.ustack_raw) ? fields.ustack_raw.symbols : undefined;
  return typeof symbols === 'string' ? { ...fields, stack: symbols.split(/;\s*/).filter(Boolean) } : fields;
}

/** All else that a document says beside its list, and what is counted and not 0: what was lost is never left out. */
function around(value: Fields, stackOf: (value: Json) => string): string {
  const plain = Object.entries(value).flatMap(([key, of]) => {
    if (isScalar(of)) return key === 'type' ? [] : [`${key} ${of}`];
    if (Array.isArray(of))
      return TABLED.includes(key) ? [] : [`${key} ${STACKS.includes(key) ? stackOf(of) : `[${of.length}]`}`];
    return [];
  });
  const counted = Object.entries(value).flatMap(([key, of]) =>
    isFields(of)
      ? Object.entries(of).flatMap(([name, n]) => (isScalar(n) && n !== 0 ? [`${key}.${name} ${n}`] : []))
      : [],
  );
  return [...plain, ...counted].join('  ');
}

const cell = (key: string, value: Json | undefined, nameless: string): string =>
  value === undefined || value === null ? '' : value === '' && key === 'comm' ? nameless : String(value);

/** bpftrace's maps: `{"@bytes": {"…stack…": 4096}}`, or one number. */
function mapView(data: Fields, stackOf: (value: Json) => string): JsonView | null {
  const [name, of] = Object.entries(data)[0] ?? [];
  if (name === undefined) return null;
  if (isScalar(of)) return { kind: 'text', text: `${name}: ${of}` };
  if (!isFields(of) || !Object.values(of).every(isScalar)) return null;
  // 0.23 writes the newlines in a stack as two characters.
  const rows = Object.entries(of).map(([key, n]) => [String(n), stackOf(key.replaceAll('\\n', '\n').trim())]);
  return { kind: 'table', title: name, head: ['value', 'key'], rows };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
