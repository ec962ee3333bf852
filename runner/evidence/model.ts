/**
 * What a tool's reader gets out of a transcript, and the forms everything after it works on.
 * Nothing in this folder imports anything of ours: evidence, matching and verdicts are values in, values out.
 */

/** One frame of a user stack, innermost first. `symbol` is null where the tool printed only an address. */
export interface Frame {
  symbol: string | null;
  offset: number | null;
  /** The file it lies in, without its folder, where the tool prints it. */
  module?: string;
  /** Where in the module it lies, as addr2line takes it; where it has no name and the tool says so. */
  at?: number;
}

/** A block handed out. `atMs` counts from the start of the trace; null where the tool prints no time. */
export interface Allocation {
  kind: 'allocation';
  call: string;
  atMs: number | null;
  pid: number | null;
  address: string | null;
  /** Null where the tool shows that a call happened, not how much it asked for. */
  bytes: number | null;
  stack: Frame[] | null;
}

/** A block given back. */
export interface Free {
  kind: 'free';
  atMs: number | null;
  pid: number | null;
  address: string;
}

/** A system call that moves memory between the kernel and the process. */
export interface Syscall {
  kind: 'syscall';
  name: string;
  atMs: number | null;
  pid: number | null;
  bytes: number;
}

/** What one call site holds at one moment. */
export interface Site {
  stack: Frame[];
  blocks: number;
  bytes: number;
}

/** Outstanding allocations by call site, complete: a map that was still being printed is none. */
export interface Snapshot {
  kind: 'snapshot';
  atMs: number;
  sites: Site[];
  /** Of each block, where the tool lists them: hexadecimal, as printed but for 0x. */
  addresses?: string[];
  /** Of a tool that marks no end of a list: no other list followed this one, only the end of the tool. */
  last?: true;
  /** What it counts is known by its name alone, or what was held as the tool ended is all there is: evidence, and no proof. */
  unproven?: true;
  /** `atMs` is its ordinal, which says what came first and no more. */
  untimed?: true;
}

/** Blocks by the length of a life, or by age: from `fromMs` up to, and not with, `toMs`; both the same where it is known exactly. */
export interface Span {
  fromMs: number;
  toMs: number;
  /** A fraction where they are estimated from a sample. */
  blocks: number;
}

/** The lives of one call site's blocks since the trace began, as they stand at one moment. A block that realloc changed is one life. */
export interface Lifetimes {
  kind: 'lifetimes';
  atMs: number;
  stack: Frame[];
  /** Lives that ended, by length. */
  ended: Span[];
  /** What is outstanding, by age. */
  alive: (Span & { bytes: number })[];
  /** Exact, where the tool says it; null where none ended. */
  longestEndedMs: number | null;
  /** When it last handed out a block; null where the tool does not say. */
  lastBirthMs: number | null;
  allocs: number;
  allocatedBytes: number;
  /** The size in which most of the outstanding bytes are; left out where it was not counted. */
  commonSize?: number;
  /** Of a sample: so many blocks of the process stand behind each one that was drawn. */
  weight?: number;
  /** Which run of the tool it is of, and which process that watched: what several saw of one process is joined. Left out where there is one run. */
  window?: { nth: number; process: string };
  /** By the tool's own rule at this look. */
  answer?: 'leak' | 'growing' | 'none';
}

/** Where a pointer to an old block was found: a variable, a block of another call site, a thread's stack or registers, or other memory. */
export interface Holder {
  kind: 'symbol' | 'site' | 'stack' | 'register' | 'memory';
  count: number;
  symbol?: string;
  offset?: number;
  module?: string | null;
  /** Of a block: who allocated it. */
  stack?: Frame[];
  tid?: number;
}

/** What a look into the process found of a call site's old blocks: is a pointer to them left anywhere? */
export interface Witness {
  kind: 'witness';
  atMs: number;
  stack: Frame[];
  /** Blocks looked for; no pointer to them is left, or one is; of the others it could not be told. */
  asked: number;
  lost: number;
  held: number;
  unknown: number;
  /** Most first. */
  by: Holder[];
  /** Why nobody could look. */
  why?: string;
}

/** What one of several tools, that watched the same process in the same time, says by its lists. */
export interface Account {
  kind: 'account';
  /** As its lines were marked. */
  tool: string;
  lists: number;
  /** Of its lists, the first that tells a pace, and the last; ms of the tool's own clock. */
  first: { atMs: number; blocks: number };
  last: { atMs: number; blocks: number };
  /** Of one block, bytes; '' where no function is named. */
  size: number;
  name: string;
  /** Of the last list: blocks that it has a second time, as libc's own mapping. */
  twice: number;
}

/** What one call site asked for while a tool watched; nothing about what came back. */
export interface Requests {
  kind: 'requests';
  stack: Frame[];
  blocks: number;
  bytes: number;
}

/** A running total or a reading: `key` tells several of one name apart (a pid, a label set, a path). */
export interface Counter {
  kind: 'counter';
  name: string;
  key: string;
  value: number;
  atMs: number | null;
}

/** The kernel's account of a process at one moment; bytes, null where that command does not print the field. */
export interface ProcessMemory {
  kind: 'memory';
  pid: number | null;
  atMs: number | null;
  rss: number | null;
  vsz: number | null;
  pss: number | null;
  anonymous: number | null;
  swap: number | null;
  /** The program's name, where the command prints it. */
  comm?: string;
}

/** Something said about itself by the service, a log or the machine; `value` is the text as printed. */
export interface Claim {
  kind: 'claim';
  name: string;
  value: string;
}

/**
 * What a tool that judges by itself has found: memory of one call site is kept (`leak`), or grows so far (`growing`). Times in
 * ms, sizes in bytes.
 */
export interface Finding {
  kind: 'finding';
  atMs: number | null;
  answer: 'leak' | 'growing' | 'none';
  /**
   * What showed it: requests of malloc; regions of mmap alone, which are larger by libc's header and the rest of a page; or
   * growth of RSS by who touches new pages, where there is no malloc to ask: then `blocks` counts page faults.
   */
  by: 'malloc' | 'mmap' | 'page-faults';
  stack: Frame[];
  /** Kept so far. */
  blocks: number;
  bytes: number;
  /** The commonest size among them. */
  commonSize: number;
  /** Between two of them; null where there are too few to tell. */
  periodMs: number | null;
  /** How long probes were on malloc, how often they were hit, and what that took by the machine's own price; null: not measured. */
  probedMs: number;
  hits: number;
  costMs: number | null;
  /** What is kept in a second, bytes, and two standard errors of that; left out where it is not known. */
  rate?: { bytesPerSecond: number; error: number };
  /** Of `none`: so many bytes a second could leak and hide; left out where it is not known. */
  floorBytesPerSecond?: number;
}

/** The process that a transcript says it is about. */
export interface Subject {
  kind: 'subject';
  pid: number;
  /** The mount namespace it is in, where the tool says it: the same number in every pid namespace. */
  mntns?: number;
}

/** What the tool was asked to go by, where it says so. */
export interface Asked {
  kind: 'asked';
  /** How old, ms, a block has to be to prove something: what its own answers are by. */
  neededMs: number;
}

/** What the tool said about itself: a failure, a full map, lost events. Codes are permanent. */
export interface Notice {
  kind: 'notice';
  code: NoticeCode;
  detail: string;
}

export type NoticeCode =
  | 'needs-root'
  | 'no-such-process'
  | 'thread-id'
  | 'zombie'
  | 'first-thread-ended'
  | 'kernel-thread'
  | 'program-32-bit'
  | 'not-linked-yet'
  | 'no-such-library'
  | 'library-by-name'
  | 'no-such-symbol'
  | 'no-tracepoint'
  | 'script-rejected'
  | 'map-full'
  | 'lost-events'
  | 'unseen-growth'
  | 'saw-nothing'
  | 'empty-stream'
  | 'gadget-refused'
  | 'tool-missing'
  | 'cut-off'
  | 'too-much'
  | 'other-tool'
  | 'no-headers'
  | 'probe-refused'
  | 'kernel-refused'
  | 'bad-usage'
  | 'target-died'
  | 'oom-killed'
  | 'unreadable'
  | 'lockdown'
  | 'maps-refused'
  | 'no-memory'
  | 'tool-killed'
  | 'tool-failed'
  | 'absurd'
  | 'unused'
  | 'no-function'
  | 'other-form';

export type Evidence =
  | Account
  | Allocation
  | Free
  | Syscall
  | Snapshot
  | Lifetimes
  | Witness
  | Requests
  | Counter
  | ProcessMemory
  | Claim
  | Finding
  | Subject
  | Asked
  | Notice;

/** The ground truth of a workload at the pace it runs at; numbers in expectations come from here. */
export interface Truth {
  workload: string;
  leaks: boolean;
  call: string;
  function: string;
  blockBytes: number;
  periodMs: number;
  capBytes: number;
  /** What becomes of the blocks of a service that was drawn; the reference workload's are lost. */
  keeps?: Keeps;
}

/**
 * `lost`: nothing in the process points at them any more; `held`: something does, without a bound, for ever; `healthy`: a cache
 * that is full at some time, or blocks that are given back, late.
 */
export const KEEPS = ['lost', 'held', 'healthy'] as const;
export type Keeps = (typeof KEEPS)[number];

/** A healthy twin keeps each of its blocks for three periods: what is twice as old proves something of this workload, ms. */
export const provingAgeMs = ({ periodMs }: Pick<Truth, 'periodMs'>): number => 6 * periodMs;

/** The process under the tools, as far as a check may know it. */
export interface Subjects {
  /** Its pid as the tracer sees it. */
  pid: number;
  /** Its pid in its own pid namespace. */
  innerPid: number;
  /** In a pod, its pid as the node numbers it: what a tool says that runs in the toolbox itself. */
  nodePid?: number;
  /** In a pod, its container's mount namespace, which has the same number in every pid namespace. */
  mntns?: number;
  /** Its libc as the tracer sees it; of a static program the program itself, which has libc in it. */
  libc: string;
  /** Whether an address (0x…) lies in a mapping of the process; null once the process is gone. */
  owns: ((address: string) => boolean) | null;
}

/** The page size that mmap rounds to; all platforms we run on use 4096 unless the lab says otherwise. */
export const PAGE = 4096;
