import type { Allocation, Counter, Evidence, Frame, Notice } from '../../evidence/model.ts';
import { parseFrame, siteOf } from '../../evidence/site.ts';

/** bpftrace prints 127 frames at most. */
const MAX_FRAMES = 128;
const MAX_FRAME = 4096;
const MAX_KNOWN = 1000;
const IS_FRAME =
  /^0x[0-9a-f]{1,16}$|^[[<](?:unknown|null sym)[\]>]$|^\?+$|\S\+(?:0x[0-9a-f]+|\d+)$|^[A-Za-z_][\w.$@]*$/;

/** What a chat has taken the indentation from: only what can be nothing else. */
const BARE =
  /^ {0,3}(?:[A-Za-z_~][^@]{0,1000}\+\d{1,9}|0x[0-9a-f]{6,16}|[0-9a-f]{8,16} \S.{0,1000} \([/[].{0,1000}\))$/;

/** The frame that an indented line is: `name+71`, an address, or either as `perf` prints it; null for other lines. */
export function frameOf(line: string): Frame | null {
  if (line.length > MAX_FRAME || !(/^(?:\t| {4})/.test(line) || BARE.test(line))) return null;
  let text = line.trim();
  const object = text.endsWith(')') ? text.search(/ \([/[]/) : -1;
  if (object > 0) text = text.slice(0, object);
  if (/^[0-9a-f]{8,16}$/.test(text)) return { symbol: null, offset: null };
  text = text.replace(/^[0-9a-f]{6,16} (?=\S)/, '');
  return IS_FRAME.test(text) ? parseFrame(text) : null;
}

/** Holds an allocation back until its stack is whole. */
export interface Stacks {
  /** A frame line: taken if an allocation waits for it. */
  frame(frame: Frame): boolean;
  /** An allocation that a stack may follow. */
  open(allocation: Allocation, shape: string): void;
  /** An empty line ends a stack; right after the allocation it may also be how a stack begins. */
  blank(): void;
  /** What was held is whole: something else came. */
  close(): void;
  /** Something said in between, kept in its place. */
  meanwhile(said: Notice | Counter): void;
  /** Closes if frames were printed together with their allocation. */
  record(): void;
  /** Input ended, with `next` as the beginning of a line. False where frames may be missing: then nothing is yielded. */
  end(next: string): boolean;
}

export function holdStacks(emit: (evidence: Evidence) => void): Stacks {
  let held: { allocation: Allocation; shape: string; frames: Frame[]; blanks: number } | null = null;
  let notices: (Notice | Counter)[] = [];
  const withFrames = new Set<string>();
  const known = new Set<string>();

  const close = () => {
    if (held) {
      const { allocation, shape, frames } = held;
      held = null;
      if (frames.length > 0) {
        withFrames.add(shape);
        if (known.size < MAX_KNOWN) known.add(siteOf(frames));
      }
      // Where others of its shape have a stack, one without frames has an empty stack.
      emit({ ...allocation, stack: withFrames.has(shape) ? frames : null });
    }
    for (const notice of notices) emit(notice);
    notices = [];
  };

  return {
    frame(frame) {
      if (!held || held.frames.length >= MAX_FRAMES) return false;
      held.frames.push(frame);
      return true;
    },
    open(allocation, shape) {
      close();
      held = { allocation, shape, frames: [], blanks: 0 };
    },
    blank() {
      if (held && (held.frames.length > 0 || held.blanks++ > 0)) close();
    },
    close,
    meanwhile(said) {
      if (held) notices.push(said);
      else emit(said);
    },
    record() {
      if (held && held.frames.length > 0) close();
    },
    end(next) {
      let whole = true;
      if (held && (next === '' || /^\s/.test(next))) {
        const { frames, shape } = held;
        const site = siteOf(frames);
        // A stack that is known as it stands, and never went on from there, is whole.
        const again = known.has(site) && ![...known].some((k) => k.startsWith(`${site} ← `));
        whole = frames.length > 0 ? next === '' && again : next === '' && !withFrames.has(shape);
        if (!whole) held = null;
      }
      close();
      return whole;
    },
  };
}
