import type { Evidence } from '../../evidence/model.ts';
import { callOf } from './calls.ts';
import { holdMaps } from './maps.ts';
import { isPrompt, notice } from '../text/notice.ts';
import { complaints } from './notices.ts';
import { frameOf, holdStacks } from './stacks.ts';

const SNAPSHOT = /^-- snapshot at (\d{1,15}) ms$/;
const ENTRY = /^@(\w*)(?:\[(.*)\])?:(?: (.*))?$/;
const OPENS = /^@(\w*)\[(.*)$/;
const CLOSES = /^(.*)\]:(?: (.*))?$/;
const INTEGER = /^-?\d{1,20}$/;
/** A key of more lines than this is none: 127 frames and what stands around them. */
const MAX_KEY_LINES = 160;

/** Reads one line after another, and says what it knows as soon as it is complete. */
export interface Machine {
  line(line: string): void;
  /** A whole map, as `-f json` prints it. */
  map(name: string, entries: Iterable<readonly [key: string, value: number]>): void;
  /** What was printed as one record has ended. */
  record(): void;
  /** The tool complained in a form of its own. */
  complain(line: string): boolean;
  /** Input ended, with `rest` as the beginning of a line. */
  end(rest: string): void;
}

/** The line machine for what bpftrace prints as text; what `-f json` prints is unwrapped into the same. */
export function machine(emit: (evidence: Evidence) => void): Machine {
  const stacks = holdStacks(emit);
  const maps = holdMaps();
  let key: { name: string; lines: string[] } | null = null;
  const complain = complaints(stacks.meanwhile);

  const put = (name: string, printed: string, value: string | undefined) => {
    if (value !== undefined && INTEGER.test(value)) maps.put(name, printed, Number(value));
    if (maps.overflown()) stacks.meanwhile(notice('too-much', `@${name.slice(0, 80)}: more entries than are read`));
  };
  /** Goes on with a key of several lines; false where the line belongs to something else. */
  const inKey = (line: string): boolean => {
    if (!key) return false;
    const closed = /^\s/.test(line) ? null : CLOSES.exec(line);
    if (closed) {
      put(key.name, [...key.lines, closed[1]].join('\n'), closed[2]);
      key = null;
      return true;
    }
    if ((/^\s+\S/.test(line) || frameOf(line)) && key.lines.length < MAX_KEY_LINES) return key.lines.push(line) > 0;
    if (complain(line)) return true;
    key = null;
    return false;
  };
  const entry = (line: string) => {
    const whole = ENTRY.exec(line);
    const opens = whole ? null : OPENS.exec(line);
    if (whole) put(whole[1] as string, whole[2] ?? '', whole[3]);
    else if (opens) key = { name: opens[1] as string, lines: [opens[2] as string] };
  };

  return {
    line(line) {
      if (inKey(line)) return;
      if (line.trim() === '') {
        maps.gap();
        stacks.blank();
        return;
      }
      const frame = frameOf(line);
      if (frame && stacks.frame(frame)) return;
      const call = callOf(line);
      if (call === null && complain(line)) return;
      stacks.close();
      if (line.startsWith('@')) return entry(line);
      const at = SNAPSHOT.exec(line);
      if (at) for (const evidence of maps.settle(Number(at[1]))) emit(evidence);
      maps.gap();
      if (call === null || call === 'absurd') return;
      if (call.evidence.kind === 'allocation') stacks.open(call.evidence, call.shape);
      else emit(call.evidence);
    },
    map(name, entries) {
      stacks.close();
      maps.gap();
      for (const [k, value] of entries) put(name, k, String(value));
      maps.gap();
    },
    record: () => stacks.record(),
    complain,
    end(rest) {
      const whole = stacks.end(rest);
      const cut = (detail: string) => emit(notice('cut-off', detail));
      if (key) cut(`inside a key of @${key.name}`);
      else if (!whole) cut('inside a stack');
      else if (rest.trim() !== '' && !isPrompt(rest)) cut(`in the middle of a line: ${rest}`);
      else if (maps.unsettled()) cut('no "-- snapshot at N ms" line was printed after the maps');
    },
  };
}
