import * as z from 'zod';
import { tellsOfKill } from '../../evidence/exhaustion.ts';
import type { Evidence, Frame, Requests } from '../../evidence/model.ts';
import { isPlaceholder } from '../../evidence/site.ts';
import { isPrompt, notice } from '../text/notice.ts';
import { own, plain } from '../text/plain.ts';
import { frameOf } from './frames.ts';

const WATCHING = /^mallocstacks: watching .{1,200} of process (\d{1,10}) \(/;
const STACK = /^\s{0,16}(\d{1,15}) bytes in (\d{1,12}) allocations from stack$/;
/** The line of sums ends the list: what came before it is whole. */
const SUMS = /^\d{1,16} bytes in \d{1,12} allocations from \d{1,8} stacks? in (\d{1,9}\.\d) s$/;
/** What it was printing when this came is not whole. */
const BREAKS = /^(?:Traceback \(most recent call last\):|Terminated|Hangup)/;
const breaks = (line: string): boolean => BREAKS.test(line) || tellsOfKill(line);
/** How a document of ours begins, after the brace: json.dumps of Python with an indent of two. */
const TOOL = '"tool": "mallocstacks",';
/** A line of such a document, whole. */
const IN_DOCUMENT =
  /^\s{2,20}(?:"[a-z_]{1,20}": )?(?:"(?:[^"\\]|\\.){0,4096}"|-?[\d.]{1,20}|null|true|false|[[{]\]?\}?|[\]}]),?$/;
const MAX_FRAMES = 128;
/** A list or a document longer than this is not ours, nor anybody's to read. */
const MAX_PARTS = 50_000;
const MAX_DOCUMENT = 16 * 1024 * 1024;
/** What keeping a line costs beside its text. */
const LINE = 64;

const document = z.object({
  tool: z.literal('mallocstacks'),
  pid: z.int(),
  seconds: z.number().min(0).optional(),
  stacks: z.array(
    z.object({
      count: z.int().min(0),
      bytes: z.int().min(0),
      frames: z.array(
        z.object({ function: z.string().nullable(), offset: z.number().nullable(), module: z.string().nullish() }),
      ),
    }),
  ),
});

/** Whether a line is one of ours, but for frames. */
export const isStacksLine = (line: string): boolean =>
  breaks(line) || [WATCHING, STACK, SUMS, IN_DOCUMENT].some((shape) => shape.test(line));
/** How long the requests before it took to come. */
const watched = (value: number): Evidence => ({ kind: 'counter', name: 'watched_seconds', key: '', value, atMs: null });

/** Reads what our mallocstacks prints, as text or with --json, one line after another. */
export interface Stacks {
  /** False where the line is no part of it. */
  line(line: string): boolean;
  /** Nobody understood the last line: what follows belongs to no stack that came before it. */
  unknown(): void;
  end(): void;
}

export function mallocstacks(emit: (evidence: Evidence) => void): Stacks {
  const json = documents(emit);
  let watching = false;
  let list: Requests[] = [];
  let parts = 0;
  let closed = false;

  const begin = () => {
    list = [];
    parts = 0;
  };
  /** False where the list has become longer than any; what is left of it is none, either. */
  const fits = (): boolean => {
    if (++parts === MAX_PARTS + 1) emit(notice('too-much', `over ${MAX_PARTS} stacks and frames in one list`));
    if (parts > MAX_PARTS) list = [];
    return parts <= MAX_PARTS;
  };

  return {
    line(line) {
      if (json.line(line)) return true;
      const pid = WATCHING.exec(line)?.[1];
      if (pid) {
        begin();
        watching = true;
        emit({ kind: 'subject', pid: Number(pid) });
        return true;
      }
      const sum = STACK.exec(line);
      if (sum) {
        closed = false;
        if (fits()) list.push({ kind: 'requests', stack: [], bytes: Number(sum[1]), blocks: Number(sum[2]) });
        return true;
      }
      const open = closed ? undefined : list.at(-1);
      const frame = open ? frameOf(line) : null;
      if (open && frame) {
        if (open.stack.length < MAX_FRAMES && fits()) open.stack.push(frame);
        return true;
      }
      const seconds = SUMS.exec(line)?.[1];
      if (seconds !== undefined) {
        for (const requests of list) emit(requests);
        if (list.length > 0) emit(watched(Number(seconds)));
        begin();
        watching = false;
        return true;
      }
      if (parts > 0 && (breaks(line) || isPrompt(line))) begin();
      return false;
    },
    unknown() {
      closed = true;
    },
    end() {
      json.end();
      if (list.length > 0 && watching) emit(notice('cut-off', 'before the line of sums'));
    },
  };
}

/** The documents of --json, by themselves or after a line of stderr. */
function documents(emit: (evidence: Evidence) => void): Omit<Stacks, 'unknown'> {
  let open: string[] | null = null;
  let size = 0;
  let depth = 0;

  const take = (text: string) => {
    const parsed = document.safeParse(attempt(text));
    if (!parsed.success) return emit(notice('unreadable', 'the JSON document is not one of mallocstacks'));
    emit({ kind: 'subject', pid: parsed.data.pid });
    for (const { count, bytes, frames } of parsed.data.stacks) {
      const stack = frames.slice(0, MAX_FRAMES).map(
        ({ function: name, offset, module }): Frame => ({
          symbol: name === null || isPlaceholder(name) ? null : own(plain(name)),
          offset,
          ...(module ? { module: own(plain(module)) } : {}),
        }),
      );
      emit({ kind: 'requests', stack, blocks: count, bytes });
    }
    const { seconds, stacks } = parsed.data;
    if (seconds !== undefined && stacks.length > 0) emit(watched(seconds));
  };

  return {
    line(line) {
      if (!open) {
        if (line === '{') open = [line];
        size = 0;
        depth = 1;
        return open !== null;
      }
      // Somebody else's document, or none: a brace by itself is nothing to wait for the end of.
      if (open.length === 1 && line.trimStart() !== TOOL) open = null;
      // What is no line of a document is stderr, or the prompt after one that was cut off.
      else if (line !== '}' && !IN_DOCUMENT.test(`  ${line}`)) {
        if (!isPrompt(line) && !breaks(line)) return false;
        emit(notice('cut-off', 'inside the JSON document'));
        open = null;
      } else {
        size += line.length + LINE;
        if (/[{[]$/.test(line)) depth++;
        if (/^\s*[}\]],?$/.test(line)) depth--;
        if (size < MAX_DOCUMENT) open.push(line);
        if (depth <= 0) {
          take(open.join('\n'));
          open = null;
        }
        return true;
      }
      return false;
    },
    end() {
      if (open && open.length > 1) emit(notice('cut-off', 'inside the JSON document'));
    },
  };
}

function attempt(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
