import { tellsOfKill } from '../../evidence/exhaustion.ts';
import type { Evidence, Site, Snapshot } from '../../evidence/model.ts';
import { isPrompt, notice } from '../text/notice.ts';
import { timeOfDay } from '../text/time-of-day.ts';
import { frameOf } from './frames.ts';

/** `[21:46:02] Top 10 stacks with outstanding allocations:`; libbpf-tools leave the zeros out. */
const HEADER = /^\[([0-2]?\d):([0-5]?\d):([0-6]?\d)\] Top \d{1,6} stacks with outstanding allocations:$/;
const SITE = /^\s{0,16}(\d{1,15}) bytes in (\d{1,12}) allocations from stack$/;
/** Under -a, before the stacks in BCC's form and under each in libbpf-tools'. */
const ADDRESS = /^\s{0,16}addr = (?:0x)?([0-9a-f]{1,16}) size = \d{1,15}$/;
/**
 * After its last list memleak ends so, or the next tool begins. What it complains of while it takes its probes away depends
 * on the machine: it closes nothing.
 */
const ENDS = /^done$|^Attaching to |^mallocstacks: /;
/** What it was printing when this came is not whole. */
const BREAKS = /^(?:Traceback \(most recent call last\):|Terminated|Hangup)/;
const breaks = (line: string): boolean => BREAKS.test(line) || tellsOfKill(line);
/** The traceback after this is of taking probes away: the last list was printed. */
const LEAVES = /^Exception ignored in atexit/;
/** A stack of more frames is cut; a list of more stacks and frames is none: no memleak prints them. */
const MAX_FRAMES = 128;
const MAX_PARTS = 50_000;

/** Whether a line is one of a list's own, but for frames. */
export const isListLine = (line: string): boolean =>
  breaks(line) || [HEADER, SITE, ADDRESS, ENDS].some((shape) => shape.test(line));

/** Reads memleak's lists, one line after another. */
export interface Lists {
  /** False where the line is no part of a list. */
  line(line: string): boolean;
  /** Nobody understood the last line: what follows belongs to no stack that came before it. */
  unknown(): void;
  /** Input ended: a list that nothing followed may be cut off, and is none. */
  end(rest: string): void;
}

/**
 * The lists of memleak, of BCC 0.26 to 0.37 and of libbpf-tools. Nothing marks the end of a list: it is a snapshot once
 * the next one begins, or as the `last` one once the tool ends or a prompt comes; other lines, of stderr, may stand between.
 * `atMs` counts from the first list; memleak prints the time of day, in seconds.
 */
export function lists(emit: (evidence: Evidence) => void): Lists {
  let open: { snapshot: Snapshot; site: Site | null; parts: number } | null = null;
  let leaving = false;
  const clock = timeOfDay();

  const close = (by: 'list' | 'end') => {
    if (open && open.parts <= MAX_PARTS) emit(by === 'list' ? open.snapshot : { ...open.snapshot, last: true });
    open = null;
  };
  /** False where the list has become longer than any; what is left of it is read over. */
  const fits = (list: { snapshot: Snapshot; parts: number }): boolean => {
    if (++list.parts === MAX_PARTS + 1) emit(notice('too-much', `over ${MAX_PARTS} stacks and frames in one list`));
    if (list.parts > MAX_PARTS) {
      list.snapshot.sites = [];
      delete list.snapshot.addresses;
    }
    return list.parts <= MAX_PARTS;
  };

  return {
    line(line) {
      const time = HEADER.exec(line);
      if (time) {
        close('list');
        leaving = false;
        const atMs = clock(Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3]));
        open = { snapshot: { kind: 'snapshot', atMs, sites: [] }, site: null, parts: 0 };
        return true;
      }
      if (!open) return false;
      const sum = SITE.exec(line);
      if (sum) {
        if (!fits(open)) return true;
        open.site = { stack: [], blocks: Number(sum[2]), bytes: Number(sum[1]) };
        open.snapshot.sites.push(open.site);
        return true;
      }
      const frame = open.site ? frameOf(line) : null;
      if (open.site && frame) {
        if (open.site.stack.length < MAX_FRAMES && fits(open)) open.site.stack.push(frame);
        return true;
      }
      const address = ADDRESS.exec(line)?.[1];
      if (address !== undefined && fits(open)) (open.snapshot.addresses ??= []).push(address);
      if (address !== undefined || line.trim() === '') return true;
      leaving ||= LEAVES.test(line);
      if (breaks(line) && !leaving) open = null;
      else if (ENDS.test(line) || isPrompt(line)) close('end');
      return false;
    },
    unknown() {
      if (open) open.site = null;
    },
    end(rest) {
      if (rest.trim() === '') return;
      if (isPrompt(rest)) close('end');
      else emit(notice('cut-off', `in the middle of a line: ${rest}`));
    },
  };
}
