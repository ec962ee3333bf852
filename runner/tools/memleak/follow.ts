import type { Evidence } from '../../evidence/model.ts';
import { complaints } from '../text/memleak-notices.ts';
import { notice } from '../text/notice.ts';
import { plain } from '../text/plain.ts';
import { isJson, jsonLines, type Sums } from './json.ts';
import { telling } from './list.ts';

/** A list of 16,384 call sites, with the lives of each, is some 10 MB; whoever writes longer lines is not our tracer. */
const LONGEST = 64 * 1024 * 1024;
const LF = 10;

export type { Sums } from './json.ts';

/** What one line told. */
export interface Told {
  /** All of a list comes at once. */
  evidence: Evidence[];
  /** Of a list. */
  sums: Sums[] | null;
  /** The tracer says that its probes are in place. */
  attached: boolean;
  /** What it said to people; null for a line of JSON. */
  said: string | null;
}

/**
 * Reads our tracer's --json as long as it runs, a line at a time, one run behind another: nothing is kept here but the names of
 * call sites. A line that is too long, or cut by the end of its run, is left out.
 */
export async function* followMemleak(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Told> {
  let evidence: Evidence[] = [];
  const emit = (one: Evidence) => void evidence.push(one);
  const complain = complaints(emit);
  let sums: Sums[] | null = null;
  const json = jsonLines(emit, telling(emit), complain, (all) => {
    sums = all;
  });
  for await (const line of lines(bytes)) {
    sums = null;
    if (line === null) emit(notice('too-much', `a line of over ${LONGEST} bytes`));
    else if (isJson(line)) json.line(line);
    else complain(line);
    const told = evidence;
    evidence = [];
    yield {
      evidence: told,
      sums,
      attached: line?.startsWith('{"type":"attached"') ?? false,
      said: line === null || isJson(line) ? null : line,
    };
  }
}

/** Whole lines; null for one that is too long. */
async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string | null> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    for (let from = 0; from < chunk.length; ) {
      const at = chunk.indexOf(LF, from);
      const part = chunk.subarray(from, at < 0 ? chunk.length : at);
      size += part.length;
      if (size <= LONGEST) held.push(part);
      else held = [];
      from += part.length + 1;
      if (at < 0) break;
      yield size <= LONGEST ? plain(Buffer.concat(held).toString()) : null;
      held = [];
      size = 0;
    }
  }
}
