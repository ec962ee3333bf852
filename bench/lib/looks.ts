// A recording as a verdict sees it at each look, held against the program's truth.
import { type Judgement, judgement } from '../../runner/evidence/judgement.ts';
import type { Evidence, Frame } from '../../runner/evidence/model.ts';
import { tools } from '../../runner/tools/index.ts';
import type { CorpusTruth } from './corpus.ts';
import { type Recording, WAYS } from './recording.ts';
import { leastSquares, mannKendall, outstanding, seriesOf, type Trend } from './trends.ts';

export type Answer = 'leak' | 'growing' | 'none';
/** What was said at a look: the answer, whom it names as leaking, and whether it says at least that the leaking site grows. */
export interface Look {
  seconds: number;
  answer: Answer;
  accused: Frame[][];
  growing: boolean;
}

/** What evidence tells by so many seconds of the tool's own clock. */
const until = (evidence: readonly Evidence[], seconds: number): Evidence[] =>
  evidence.filter((e) => !('atMs' in e) || e.atMs === null || e.atMs <= seconds * 1000);

export async function evidenceOf(recording: Recording): Promise<Evidence[]> {
  const evidence: Evidence[] = [];
  for await (const e of tools[WAYS[recording.watching].reads].read(chunked(recording.text()))) evidence.push(e);
  return evidence;
}

async function* chunked(bytes: Buffer): AsyncGenerator<Uint8Array> {
  const CHUNK = 1 << 16;
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

/** As a tool writes `operator new`, demangled or not. */
const NEW = /^(?:operator new|_Zn[wa])/;
/** Whether a stack goes through the function in question; where a library's function stands before it, that one will do. */
function passes(stack: readonly Frame[], { function: name, via }: CorpusTruth): boolean {
  const through = (symbol: string) => (NEW.test(via) ? NEW.test(symbol) : symbol.replace(/^_+/, '') === via);
  return stack.some(({ symbol }) => symbol !== null && (symbol === name || (via !== '' && through(symbol))));
}

/** The product's own judge. */
export function product(evidence: readonly Evidence[], truth: CorpusTruth, seconds: number): Look {
  const judged: Judgement = judgement(until(evidence, seconds));
  const accused = judged.sites.filter((s) => s.answer === 'leak').map((s) => s.stack);
  const growing = judged.sites.some((s) => s.answer === 'growing' && passes(s.stack, truth));
  return { seconds, answer: accused.length > 0 ? 'leak' : (judged.answer ?? 'none'), accused, growing };
}

const trend =
  (of: Trend) =>
  (evidence: readonly Evidence[], _: CorpusTruth, seconds: number): Look => {
    const site = of(seriesOf(until(evidence, seconds)));
    return { seconds, answer: site ? 'leak' : 'none', accused: site ? [site.stack] : [], growing: false };
  };

/** Ways to come to an answer, from the same evidence. */
export const RULES = {
  'this verdict': product,
  'outstanding at the end': trend(outstanding),
  'least squares': trend(leastSquares),
  'Mann–Kendall, Theil–Sen': trend(mannKendall),
} as const;
export type Rule = keyof typeof RULES;

/** When the n-th block of a leak has come, ms; of a burst the first of them. */
const blockMs = ({ share, birthsPerSecond, startsMs, atOnce }: CorpusTruth, n: number) =>
  startsMs + (1000 * Math.max(0, n - atOnce)) / (share * birthsPerSecond);

/** By when it is to be found, ms: 10 s of it, or its fifth block, whichever is later; of a partial one 20 s. */
export const dueMs = (truth: CorpusTruth): number =>
  Math.max(truth.startsMs + (truth.share < 1 ? 20_000 : 10_000), blockMs(truth, 5));

/** Whether its tool sees the blocks in question at all: else nothing is a miss of the verdict's. */
export const sees = ({ truth, watching }: Recording): boolean =>
  truth.call !== 'mmap' || WAYS[watching].seesMmap === true;

export const leaks = (truth: CorpusTruth): boolean => truth.class !== 'healthy';

/** How a look compares with the truth: whether it accuses, accuses nobody but the one who leaks, and finds what is due by then. */
export interface Score {
  accuses: boolean;
  right: boolean;
  due: boolean;
  found: boolean;
}

export function score(look: Look, truth: CorpusTruth): Score {
  const accuses = look.accused.length > 0;
  const leaking = leaks(truth) && look.seconds * 1000 > truth.startsMs;
  const right = accuses && leaking && look.accused.every((stack) => passes(stack, truth));
  // What holds for ever can't be told from what will be needed before it has outgrown that: `growing` is right as well.
  const found = right || (truth.class === 'held' && !accuses && look.growing);
  return { accuses, right, due: leaks(truth) && look.seconds * 1000 >= dueMs(truth), found };
}

/** Looks from 10 s on at which nobody who is healthy may be accused: every 2 s, after a minute every 10. */
export function looksUpTo(seconds: number): number[] {
  const all: number[] = [];
  for (let at = 10; at <= seconds; at += at < 60 ? 2 : 10) all.push(at);
  return all;
}

/** What a rule says of a recording, from its first look to its last. */
export interface Course {
  recording: Recording;
  at: (seconds: number) => Score & { look: Look };
  /** The first look with a wrong accusation, s; null: none. */
  wrongAt: number | null;
  /** From when on it says what is right, s; null: it does not in the end. Of a held one, that it grows. */
  rightAt: number | null;
}

/** `from`: looks before it are for the time to a verdict only. */
const EARLIEST = 2;

export function courseOf(recording: Recording, evidence: readonly Evidence[], rule: Rule): Course {
  const { truth, ranMs } = recording;
  const known = new Map<number, Score & { look: Look }>();
  const at = (seconds: number) => {
    const before = known.get(seconds);
    if (before) return before;
    const look = RULES[rule](evidence, truth, seconds);
    const scored = { ...score(look, truth), look };
    known.set(seconds, scored);
    return scored;
  };
  const last = ranMs / 1000;
  const looks = looksUpTo(last);
  const wrongAt = looks.find((s) => at(s).accuses && !at(s).right) ?? null;
  let rightAt: number | null = null;
  if (leaks(truth)) for (let s = last; s >= EARLIEST && at(s).found; s -= s > 60 ? 10 : 2) rightAt = s;
  return { recording, at, wrongAt, rightAt };
}

/** Of programs at one look: precision, recall of what was due, and how many of the latter were `growing` only. */
export interface Sum {
  programs: number;
  accused: number;
  right: number;
  due: number;
  found: number;
}

export function sumAt(courses: readonly Course[], seconds: number): Sum {
  const scores = courses.map((c) => c.at(seconds));
  return {
    programs: scores.length,
    accused: scores.filter((s) => s.accuses).length,
    right: scores.filter((s) => s.right).length,
    due: scores.filter((s) => s.due).length,
    found: scores.filter((s) => s.due && s.found).length,
  };
}
export const precision = ({ accused, right }: Sum): number => right / accused;
export const recall = ({ due, found }: Sum): number => found / due;
