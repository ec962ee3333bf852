import { tellsOfKill } from '../../evidence/exhaustion.ts';
import type { Evidence, Finding, Frame, Lifetimes, Witness } from '../../evidence/model.ts';
import { livesIn, type ToldLives } from './lives.ts';
import { blindIn, witnessIn } from './witness.ts';
import { isPrompt, notice } from '../text/notice.ts';
import { own } from '../text/plain.ts';
import { type Entry, frame, type Losses, MAX_FRAMES, MAX_LIST, type Origin, type Told } from './list.ts';

/** `memleak: attached to 12 (stealth-leaker): …` */
const ATTACHED = /^memleak: attached to (?:(\d{1,10}) \(|every process of the (?:mount namespace|cgroup))/;
/** `memleak: begun 2026-11-28T05:28:00Z: --age 30 --interval 5 …`, once attached. */
const BEGUN =
  /^memleak: begun \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ:(?: --age (\d{1,9}(?:\.\d{1,6})?)(?= ))?(?: --[a-z-]{1,20}(?: [\d.e+-]{1,20})?){0,12}$/;
/** `27.0 MiB` in brackets, after the exact number. */
const HUMAN = String.raw`(?: \(\d{1,15}\.\d [KMGT]iB\))?`;
const HEADER = new RegExp(
  String.raw`^(\d{1,9}\.\d) s: \d{1,15} blocks? outstanding, (\d{1,15}) bytes${HUMAN}(?: ± \d{1,15}, estimated from \d{1,12} drawn)?( \(the end\))?$`,
);
const ENTRY = new RegExp(
  String.raw`^ {0,8}(\d{1,15}) bytes${HUMAN}(?: ± \d{1,15})? in (\d{1,12}) (blocks?|regions? of mmap|pages? touched)(?:, (?:most of (?:them|the bytes in) [^;]{1,80}|of many sizes))?(?:; (\d{1,15}) handed out, \d{1,15} given back)?(?:; process (\d{1,10}) \(.{0,64}\))?$`,
);
const FRAME = /^\s{0,16}(?:(\S.{0,600})\+0x([0-9a-f]{1,16})|0x[0-9a-f]{1,16}|\(no stack\))(?: \((.{1,255})\))?$/;
const IN_MODULE = /\+0x([0-9a-f]{1,16})$/;
/** Between a list's head and its entries, and after the last of them. */
const RSS = /^ {0,8}RSS \d/;
const UNSEEN = new RegExp(
  String.raw`^ {0,8}RSS grew by (\d{1,15}) bytes${HUMAN}, of which malloc's list explains (\d{1,15}) bytes${HUMAN}: `,
);
const OMITTED = /^ {0,8}… \d{1,9} more call sites? /;
const LOST =
  /^ {0,8}lost: (\d{1,15}) blocks \(.{1,60}\), (\d{1,15}) at call sites .{1,60}, (\d{1,15}) stacks, (\d{1,15}) calls, (\d{1,15}) frees never seen$/;
const FINDING = /^(\d{1,9}\.\d) s: finding: (memory leak|growing, unproven|no leak seen)$/;
const RATE = /^ {0,8}(\d{1,15}) ± (\d{1,15}) bytes a second(?:, by \d{1,3}\.\d ± \d{1,3}\.\d % of its blocks)?$/;
const FLOOR =
  /^ {0,8}(?:a leak of up to (\d{1,15}) bytes a second could hide from this|how large a leak could hide from this is not known)$/;
const KEPT = new RegExp(
  String.raw`^ {0,8}(\d{1,15}) bytes${HUMAN} in (\d{1,12}) blocks? kept, most of them of (\d{1,15}) bytes${HUMAN}(?:, one every (\d{1,9}\.\d{1,3}) s|, (\d{1,12}) a second)?$`,
);
/** Where there is no malloc to ask. */
const TOUCHED = new RegExp(
  String.raw`^ {0,8}(\d{1,15}) bytes${HUMAN} more in RSS, by (\d{1,12}) page faults, of (\d{1,15}) bytes${HUMAN} or more each$`,
);
const PRICE =
  /^ {0,8}(?:no probe was put on malloc|probes were on malloc for (\d{1,12}) ms and were hit (\d{1,15}) times(?:: at this machine's price about (\d{1,12}\.\d) ms in all)?)$/;
/** Probes came off again with nothing seen: what follows is found by regions. */
const BY_REGIONS = / s: no request of that size came: /;
/** What it was printing when this came is not whole. */
const BREAKS = /^(?:Terminated|Hangup|Segmentation fault|Aborted)/;

/** Whether a line is one of ours for people; a frame has more than its offset or is an address. */
export const isTextLine = (line: string): boolean =>
  livesIn(line) !== null ||
  witnessIn(line) !== null ||
  blindIn(line) !== null ||
  [HEADER, ENTRY, RSS, OMITTED, LOST, FINDING, KEPT, RATE, FLOOR, PRICE, FRAME, ATTACHED, BEGUN, BY_REGIONS].some(
    (shape) => shape.test(line),
  );

/** The lists, and the finding, of what our tracer prints for people, one line after another. */
export interface Lists {
  /** False where the line is no part of them. */
  line(line: string): boolean;
  /** Nobody understood the last line: what follows belongs to no stack that came before it. */
  unknown(): void;
  /** Input ended, with `rest` as the beginning of a line. */
  end(rest: string): void;
}

interface Open {
  atMs: number;
  /** By the list's head: what its entries, all of them, add up to. */
  bytes: number;
  last: boolean;
  entries: Entry[];
  stack: Frame[] | null;
  /** Of an entry: how its blocks live, and how many there were. */
  lives: Map<number, ToldLives>;
  allocs: Map<number, number>;
  /** Of an entry, what a look into the process came to. */
  witnesses: Map<number, Pick<Witness, 'asked' | 'lost' | 'held' | 'unknown' | 'by'>>;
  losses: Losses | null;
  parts: number;
  /** What only stands after the last entry has come. */
  over: boolean;
}

/** A list is whole once an empty line follows, another part, or the tool's own word; the last one, also where its sum is reached. */
export function lists(emit: (evidence: Evidence) => void, told: Told): Lists {
  let open: Open | null = null;
  let finding: (Finding & { kept: boolean }) | null = null;
  let byRegions = false;
  const processes = new Set<number>();

  const close = () => {
    if (open && open.parts <= MAX_LIST) {
      told.list(open.atMs, open.entries, 'sites');
      for (const lifetimes of lifetimesIn(open)) emit(lifetimes);
      for (const [i, seen] of open.witnesses)
        emit({ kind: 'witness', atMs: open.atMs, stack: open.entries[i]?.stack ?? [], ...seen });
    }
    if (open?.losses) told.losses(open.losses);
    open = null;
    // Half of a finding is none.
    finding = null;
  };
  const fits = (list: Open): boolean => {
    if (++list.parts === MAX_LIST + 1) emit(notice('too-much', `over ${MAX_LIST} call sites and frames in one list`));
    if (list.parts > MAX_LIST) list.entries = [];
    return list.parts <= MAX_LIST;
  };
  const subject = (pid: number) => {
    if (processes.has(pid) || processes.size >= 1000) return;
    processes.add(pid);
    emit({ kind: 'subject', pid });
  };

  const inList = (line: string): boolean => {
    if (!open) return false;
    const entry = ENTRY.exec(line);
    if (entry) {
      open.stack = null;
      if (!fits(open)) return true;
      if (entry[5]) subject(Number(entry[5]));
      const one: Entry = {
        origin: originOf(entry[3] as string),
        stack: [],
        blocks: Number(entry[2]),
        bytes: Number(entry[1]),
      };
      open.entries.push(one);
      if (entry[4]) open.allocs.set(open.entries.length - 1, Number(entry[4]));
      open.stack = one.stack;
      return true;
    }
    const lives = open.stack?.length === 0 ? livesIn(line) : null;
    if (lives) {
      open.lives.set(open.entries.length - 1, lives);
      return true;
    }
    const witness = open.entries.length > 0 ? witnessIn(line) : null;
    if (witness) {
      open.witnesses.set(open.entries.length - 1, witness);
      open.stack = null;
      return true;
    }
    const blind = open.entries.length === 0 ? blindIn(line) : null;
    if (blind) {
      emit({ ...blind, atMs: open.atMs });
      return true;
    }
    const of = open.stack ? frameOf(line) : null;
    if (open.stack && of) {
      if (of !== 'none' && open.stack.length < MAX_FRAMES && fits(open)) open.stack.push(of);
      return true;
    }
    const losses = LOST.exec(line);
    if (losses) {
      const [blocks = 0, sites = 0, stacks = 0, calls = 0, missed = 0] = losses.slice(1).map(Number);
      open.losses = { blocks, sites, stacks, calls, missed };
    }
    const unseen = UNSEEN.exec(line);
    if (unseen) told.unseen(Number(unseen[1]), Number(unseen[2]));
    const after = losses !== null || OMITTED.test(line);
    if (after) open.over = true;
    return after || unseen !== null || RSS.test(line);
  };
  const inFinding = (line: string): boolean => {
    if (!finding) return false;
    const touched = TOUCHED.exec(line);
    const kept = touched ?? KEPT.exec(line);
    if (kept) {
      Object.assign(finding, {
        kept: true,
        by: touched ? 'page-faults' : finding.by,
        bytes: Number(kept[1]),
        blocks: Number(kept[2]),
        commonSize: Number(kept[3]),
        periodMs: kept[4] ? Number(kept[4]) * 1000 : kept[5] ? 1000 / Number(kept[5]) : null,
      });
      return true;
    }
    const rate = RATE.exec(line);
    if (rate) finding.rate = { bytesPerSecond: Number(rate[1]), error: Number(rate[2]) };
    const floor = FLOOR.exec(line);
    if (floor) {
      finding.kept = true;
      if (floor[1] !== undefined) finding.floorBytesPerSecond = Number(floor[1]);
    }
    if (rate || floor) return true;
    const of = frameOf(line);
    if (of) {
      if (of !== 'none' && finding.stack.length < MAX_FRAMES) finding.stack.push(of);
      return true;
    }
    const price = PRICE.exec(line);
    if (!price) return false;
    const { kept: complete, ...found } = finding;
    const probed = price[1] !== undefined;
    if (complete)
      emit({
        ...found,
        by: found.by === 'page-faults' || found.answer === 'none' ? found.by : probed && !byRegions ? 'malloc' : 'mmap',
        probedMs: Number(price[1] ?? 0),
        hits: Number(price[2] ?? 0),
        costMs: price[3] === undefined ? null : Number(price[3]),
      });
    finding = null;
    return true;
  };

  return {
    line(line) {
      if (line.trim() === '' && (open || finding)) {
        close();
        return true;
      }
      if (inList(line) || inFinding(line)) return true;
      const head = HEADER.exec(line);
      const found = head ? null : FINDING.exec(line);
      const attached = ATTACHED.exec(line);
      const begun = BEGUN.exec(line);
      if (BREAKS.test(line) || tellsOfKill(line)) open = finding = null;
      else if (
        head ||
        found ||
        attached ||
        line.startsWith('memleak: ') ||
        / s: /.test(line.slice(0, 14)) ||
        isPrompt(line)
      )
        close();
      if (head)
        open = {
          atMs: ms(head[1]),
          bytes: Number(head[2]),
          last: head[3] !== undefined,
          entries: [],
          stack: null,
          lives: new Map(),
          allocs: new Map(),
          witnesses: new Map(),
          losses: null,
          parts: 0,
          over: false,
        };
      if (found)
        finding = {
          kind: 'finding',
          kept: false,
          atMs: ms(found[1]),
          answer: ANSWERS[found[2] as keyof typeof ANSWERS],
          by: 'malloc',
          stack: [],
          blocks: 0,
          bytes: 0,
          commonSize: 0,
          periodMs: null,
          probedMs: 0,
          hits: 0,
          costMs: null,
        };
      if (BY_REGIONS.test(line)) byRegions = true;
      if (attached) {
        byRegions = false;
        processes.clear();
        if (attached[1]) subject(Number(attached[1]));
      }
      if (begun?.[1] !== undefined) emit({ kind: 'asked', neededMs: Number(begun[1]) * 1000 });
      return Boolean(head || found || attached || begun);
    },
    unknown() {
      if (open) open.stack = null;
    },
    end(rest) {
      if (isPrompt(rest)) return close();
      if (rest.trim() === '' && !finding && (!open || whole(open))) {
        // Where the very last stack ends nothing says: of pages, which are in no sum, it is left out.
        if (open && !open.over && open.entries.at(-1)?.origin === 'page-faults') open.entries.pop();
        close();
      } else if (rest.trim() !== '') emit(notice('cut-off', `in the middle of a line: ${rest}`));
      else emit(notice('cut-off', open ? 'inside a list' : 'inside a finding'));
    },
  };
}

/** Bytes are told of all that a call site holds: each of its blocks counts alike. */
function lifetimesIn({ atMs, entries, lives, allocs }: Open): Lifetimes[] {
  return [...lives].flatMap(([i, { ended, alive, longestEndedMs, lastBirthMs }]) => {
    const entry = entries[i];
    if (!entry || entry.origin === 'page-faults') return [];
    const size = entry.blocks > 0 ? entry.bytes / entry.blocks : 0;
    const births = allocs.get(i) ?? ended.reduce((n, s) => n + s.blocks, 0) + alive.reduce((n, s) => n + s.blocks, 0);
    return [
      {
        kind: 'lifetimes',
        atMs,
        stack: entry.stack,
        ended,
        alive: alive.map((span) => ({ ...span, bytes: span.blocks * size })),
        longestEndedMs,
        lastBirthMs: lastBirthMs === null ? null : atMs - lastBirthMs,
        allocs: births,
        allocatedBytes: births * size,
      },
    ];
  });
}

const ANSWERS = { 'memory leak': 'leak', 'growing, unproven': 'growing', 'no leak seen': 'none' } as const;
const ms = (seconds = '0'): number => Math.round(Number(seconds) * 1000);
const originOf = (what: string): Origin =>
  what.startsWith('block') ? 'malloc' : what.startsWith('region') ? 'mmap' : 'page-faults';
/** Whether nothing is missing of the last list, after which the tool says no more: by its sum, and with a stack under each. */
const whole = ({ last, over, bytes, entries }: Open): boolean =>
  last &&
  (over ||
    (entries.at(-1)?.stack.length !== 0 &&
      entries.reduce((n, e) => (e.origin === 'page-faults' ? n : n + e.bytes), 0) === bytes));

/** The frame that a line under a stack is, `none` where the tool has no stack, null for other lines. */
function frameOf(line: string): Frame | 'none' | null {
  const found = FRAME.exec(line);
  if (!found) return null;
  if (line.trim() === '(no stack)') return 'none';
  const named = found[1] !== undefined;
  // Without a name the module stands with where in it the address lies.
  const at = named ? null : IN_MODULE.exec(found[3] ?? '');
  const module = at ? found[3]?.slice(0, at.index) : found[3];
  return frame(
    named ? own(found[1] as string) : null,
    named ? Number.parseInt(found[2] as string, 16) : null,
    module === undefined ? null : own(module),
    at ? Number.parseInt(at[1] as string, 16) : null,
  );
}
