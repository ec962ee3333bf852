import type { Evidence, Frame } from '../../evidence/model.ts';
import { callOf } from './calls.ts';
import { holdMaps } from './maps.ts';
import { isPrompt, notice } from '../text/notice.ts';
import { timeOfDay } from '../text/time-of-day.ts';
import { foreigners, ratioOf } from './foreign.ts';
import { frames, normal } from './keys.ts';
import { holdPrints } from './prints.ts';
import { complaints } from './notices.ts';
import { frameOf, holdStacks } from './stacks.ts';

const SNAPSHOT = /^-- snapshot at (\d{1,15}) ms$/;
const ENTRY = /^@(\w*)(?:\[(.*)\])?:(?: (.*))?$/;
const OPENS = /^@(\w*)\[(.*)$/;
const CLOSES = /^(.*)\]:(?: (.*))?$/;
/** `time("%H:%M:%S")`, before something else or on a line of its own. */
const CLOCK = /^\[?([0-2]\d):([0-5]\d):([0-6]\d)(?:\.\d{1,9})?\]?:?(?: (?=\S)|$)/;
const INTEGER = /^-?\d{1,20}$/;
/** A key of more lines than this is none: 127 frames and what stands around them. */
const MAX_KEY_LINES = 160;

/** Reads one line after another, and says what it knows as soon as it is complete. */
export interface Machine {
  line(line: string): void;
  /** A whole map, as `-f json` prints it. */
  map(name: string, entries: Iterable<readonly [key: string, value: number | string]>): void;
  /** A histogram, or whatever else is no map of numbers or stacks. */
  odd(name: string): void;
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
  const prints = holdPrints();
  const clock = timeOfDay();
  let now: number | null = null;
  /** An entry whose value is a stack: it stands on the lines after it. */
  let value: { name: string; key: string; frames: Frame[] } | null = null;
  let key: { name: string; lines: string[] } | null = null;
  const complain = complaints(stacks.meanwhile);

  const put = (name: string, printed: string, text: string | undefined) => {
    if (text !== undefined && INTEGER.test(text)) {
      maps.put(name, printed, Number(text));
      prints.number(name, printed, Number(text));
    } else if (!text) value = { name, key: printed, frames: [] };
    else if (!hasIntegers(text)) prints.odd(name);
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
  /** A value that was a stack is one, whatever comes next; one that had no frames was something else. */
  const closeValue = () => {
    const { name, key: of, frames } = value ?? {};
    value = null;
    if (name === undefined || of === undefined || !frames) return;
    if (frames.length > 0) prints.stack(name, of, frames);
    else prints.odd(name);
  };
  const gap = () => {
    maps.gap();
    prints.gap(now);
  };
  const ended = () => {
    closeValue();
    stacks.close();
    if (!maps.settled()) for (const evidence of prints.over()) emit(evidence);
    maps.over();
  };
  const foreignCalls = foreigners();
  const foreign = (line: string): boolean => {
    const found = [...foreignCalls(line), ...ratioOf(line)];
    if (found.length > 0) stacks.close();
    for (const one of found) {
      const evidence = { ...one, atMs: one.atMs ?? now };
      if (evidence.kind === 'allocation') stacks.open(evidence, 'foreign');
      else emit(evidence);
    }
    return found.length > 0;
  };
  const entry = (line: string) => {
    const whole = ENTRY.exec(line);
    const opens = whole ? null : OPENS.exec(line);
    if (whole) put(whole[1] as string, whole[2] ?? '', whole[3]);
    else if (opens) key = { name: opens[1] as string, lines: [opens[2] as string] };
  };

  return {
    line(printed) {
      if (inKey(printed)) return;
      const time = CLOCK.exec(printed);
      if (time) {
        now = clock(Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3]));
        gap();
      }
      const line = time ? printed.slice(time[0].length) : printed;
      if (line.trim() === '') {
        // A stack that is a value has an empty line behind it, and may have one before.
        if (!value) gap();
        else if (value.frames.length > 0) closeValue();
        stacks.blank();
        return;
      }
      const frame = frameOf(line);
      if (frame && value) {
        if (value.frames.length < MAX_KEY_LINES) value.frames.push(frame);
        return;
      }
      closeValue();
      if (frame && stacks.frame(frame)) return;
      if (isPrompt(line)) return ended();
      const call = callOf(line);
      if (call === null && complain(printed)) return;
      stacks.close();
      if (line.startsWith('@')) return entry(line);
      const at = SNAPSHOT.exec(line);
      if (at) {
        prints.drop();
        for (const evidence of maps.settle(Number(at[1]))) emit(evidence);
      }
      gap();
      if (call === null && foreign(line)) return;
      if (call === null || call === 'absurd') return;
      const evidence = 'atMs' in call.evidence ? { ...call.evidence, atMs: call.evidence.atMs ?? now } : call.evidence;
      if (evidence.kind === 'allocation') stacks.open(evidence, call.shape);
      else emit(evidence);
    },
    map(name, entries) {
      stacks.close();
      gap();
      for (const [k, of] of entries) {
        if (typeof of === 'number') put(name, k, String(of));
        else if (of.includes('\n')) prints.stack(name, k, frames(normal(of)));
        else prints.odd(name);
      }
      gap();
    },
    odd: prints.odd,
    record: () => stacks.record(),
    complain,
    end(rest) {
      if (isPrompt(rest) && key === null) ended();
      const whole = stacks.end(rest);
      const cut = (detail: string) => emit(notice('cut-off', detail));
      if (key) cut(`inside a key of @${key.name}`);
      else if (!whole) cut('inside a stack');
      else if (rest.trim() !== '' && !isPrompt(rest)) cut(`in the middle of a line: ${rest}`);
      else if (maps.unsettled()) cut('no "-- snapshot at N ms" line was printed after the maps');
    },
  };
}

/** Numbers that are too large, or have a fraction, are numbers all the same. */
const hasIntegers = (text: string) => /^-?\d+(?:\.\d+)?$/.test(text);
