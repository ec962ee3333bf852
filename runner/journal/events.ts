import { makeDirs } from '../disk.ts';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { stateDir } from '../paths.ts';
import { onDisk, unused } from './disk.ts';
import { type Event, isEvent, LOG_VERSION } from './event.ts';
import { asOfToday } from './moved.ts';

export { type Event, LOG_VERSION } from './event.ts';

export type NewEvent = Event extends infer E ? (E extends Event ? Omit<E, 'v' | 'at'> : never) : never;

const file = () => join(stateDir(), 'progress.jsonl');

/** Appends one event as one write; a half-written last line of a crash is mended by the newline before the next. */
export function append(event: NewEvent): void {
  onDisk(() => {
    makeDirs(stateDir());
    const path = file();
    const mend =
      existsSync(path) && !readFileSync(path, 'utf8').endsWith('\n') && readFileSync(path).length > 0 ? '\n' : '';
    const fd = openSync(path, 'a', 0o600);
    try {
      writeSync(fd, `${mend}${JSON.stringify({ v: LOG_VERSION, at: Date.now(), ...event })}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  });
}

/**
 * All events. A log with lines that cannot be read, or of a newer version, is set aside whole under a name that says
 * so; the readable events go on in a new file, so that nothing is lost. `onAside` is told the name.
 */
export function readEvents(onAside: (aside: string, why: 'corrupt' | 'newer') => void = () => {}): Event[] {
  const path = file();
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const events: Event[] = [];
  let why: 'corrupt' | 'newer' | null = null;
  const rows = text.split('\n').filter((l) => l !== '');
  for (const [i, row] of rows.entries()) {
    const parsed = parseRow(row);
    if (parsed && 'event' in parsed) events.push(asOfToday(parsed.event));
    else if (parsed?.newer) why = 'newer';
    // The last line may be the half that a crash left: no reason to set a whole log aside.
    else if (i < rows.length - 1) why ??= 'corrupt';
  }
  if (why !== null) {
    const aside = unused((time) => `${path}.${why}-${time}`);
    onDisk(() => {
      renameSync(path, aside);
      if (events.length > 0)
        appendFileSync(path, events.map((e) => `${JSON.stringify(e)}\n`).join(''), { mode: 0o600 });
    });
    onAside(aside, why);
  }
  return events;
}

function parseRow(row: string): { event: Event } | { newer: boolean } | null {
  try {
    const value: unknown = JSON.parse(row);
    if (isEvent(value)) return { event: value };
    const version = (value as { v?: unknown } | null)?.v;
    return { newer: typeof version === 'number' && version > LOG_VERSION };
  } catch {
    return null;
  }
}
