import { MAX_LINE } from '../text/lines.ts';
import { plain } from '../text/plain.ts';
import type { Machine } from './text.ts';

/** Records that are none, before all are left alone. */
const MAX_BROKEN = 1000;

/** Whether a line is one of `bpftrace -f json`. */
export const isJson = (line: string): boolean => line.startsWith('{"type": "') || line.startsWith('{"type":"');

/** Unwraps a line of `-f json` into the text machine. Keys that are small numbers come in their own order, as JSON.parse has it. */
export function unwrapper(machine: Machine): (line: string) => void {
  let rest = '';
  const print = (data: string) => {
    for (const [i, part] of data.split('\n').entries()) {
      if (i > 0) {
        machine.line(plain(rest));
        rest = '';
      }
      if (rest.length < MAX_LINE) rest += part;
    }
    if (rest === '') machine.record();
  };

  let broken = 0;
  return (line) => {
    // A parser that fails is slow: where nothing else comes, it is not asked again.
    const record = broken < MAX_BROKEN ? parse(line) : null;
    if (!record) {
      broken++;
      return;
    }
    const { type, data } = record;
    if (typeof data === 'string') {
      if (type === 'printf' || type === 'time') print(data);
      else if (type === 'value') print(`${data}\n`);
    } else if (type === 'map' || type === 'stats') {
      for (const [name, content] of Object.entries(data ?? {})) machine.map(name.replace(/^@/, ''), values(content));
    } else if (type === 'hist' || type === 'lhist') {
      for (const name of Object.keys(data ?? {})) machine.odd(name.replace(/^@/, ''));
    } else if (type === 'lost_events') {
      machine.complain(`Lost ${Number(data?.events)} events`);
    } else if (type === 'start') {
      // Our own tracer's first line.
      machine.complain(line);
    } else if (type === 'helper_error') {
      machine.complain(`${record.msg} - helper: ${record.helper}, retcode: ${record.retcode}`);
    }
  };
}

/** The entries of a map that are numbers or texts; keys as the text form prints them. */
function* values(content: unknown): Iterable<[string, number | string]> {
  if (typeof content === 'number') yield ['', content];
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return;
  for (const [key, value] of Object.entries(content)) {
    // 0.23 escapes the newlines of a stack twice.
    if (typeof value === 'number' || typeof value === 'string')
      yield [key.includes('\n') ? key : key.replaceAll('\\n', '\n'), value];
  }
}

interface Record {
  type?: unknown;
  data?: string | { [name: string]: unknown } | null;
  msg?: unknown;
  helper?: unknown;
  retcode?: unknown;
}

function parse(line: string): Record | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
