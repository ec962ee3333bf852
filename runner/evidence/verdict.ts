import { type BlockLife, lives, type Window } from './lives.ts';
import type { Counter, Evidence, Frame, Lifetimes, Snapshot, Witness } from './model.ts';
import { folded } from './fold.ts';
import { couldHide } from './rule/floor.ts';
import { cohort } from './rule/cohort.ts';
import { laidOver, type Population, populationFrom, populationOf } from './rule/population.ts';
import { type Answer, type Circumstances, judgeSite, judgeSums, RANK, type SiteVerdict } from './rule/site.ts';
import type { Look } from './rule/sums.ts';
import { siteOf } from './site.ts';

export { RANK } from './rule/site.ts';
export type { Answer, Estimate, Reason, SiteVerdict } from './rule/site.ts';

/** The judgement on a run. */
export interface Verdict {
  answer: Answer;
  /** Length of what was observed, ms. */
  observedMs: number;
  /** Those that leak first, by what they leak in a second; then those that grow, then the others, by what they hold. */
  sites: SiteVerdict[];
  /** `growing`: about how many ms more would settle it; null where time alone does not. */
  settleMs: number | null;
  /** `none`: no call site leaks more than so many bytes a second, in 95 of 100 runs; null where that cannot be said. */
  floorBytesPerSecond: number | null;
  /** Why nobody could look whether blocks are lost or held, in the tool's words; null where somebody did, or was not asked to. */
  unlooked: string | null;
}

/** What a judge is told beside the evidence. */
export interface Judging {
  /**
   * How old, ms, a block has to be to prove something where nobody could look whether it is lost: a lab knows better. Otherwise
   * what the tool was asked to go by, the longest of several, or the default.
   */
  neededMs?: number;
}

/**
 * Judges evidence: is memory kept that should have been given back? Per call site: blocks outlive all that came back
 * (Kaplan–Meier), were born all through the run up to its end, are old, and, where the tool could look, are lost: no pointer to
 * them is left. What is held somewhere grows, unproven. Sums of lists tell less, and are judged by what they tell.
 */
export function judge(evidence: Iterable<Evidence>, { neededMs: given }: Judging = {}): Verdict {
  const all = Array.from(evidence);
  const asked = all.flatMap((e) => (e.kind === 'asked' ? [e.neededMs] : []));
  const neededMs = given ?? (asked.length > 0 ? Math.max(...asked) : null);
  const { blocks, window } = lives(all);
  const witnesses = new Map(
    all.filter((e): e is Witness => e.kind === 'witness' && e.why === undefined).map((w) => [siteOf(w.stack), w]),
  );
  const about: Circumstances = { neededMs, unseenFrees: lostOf(all, 'frees') };
  const populations = populationsOf(all, blocks, window);
  const sites = [...populations].map(([site, { population, held, looks }]) => {
    const witness = witnesses.get(site) ?? null;
    if (!population) return judgeSums(site, looks.stack, looks.held, witness, about);
    const whole = judgeSite(site, population, witness, about, held);
    // A block that grows is one life whose bytes change.
    const grown = looks.old.length === 0 ? null : judgeSums(site, population.stack, looks.old, witness, about);
    return grown && RANK[grown.answer] < RANK[whole.answer]
      ? { ...whole, answer: grown.answer, reasons: grown.reasons, rate: grown.rate, settleMs: grown.settleMs }
      : whole;
  });
  sites.sort(
    (a, b) =>
      RANK[a.answer] - RANK[b.answer] ||
      (a.answer === 'leak' ? (b.rate?.value ?? 0) - (a.rate?.value ?? 0) : 0) ||
      b.unfreedBytes - a.unfreedBytes,
  );
  const answer = sites[0]?.answer ?? 'none';
  const observedMs = window.end - window.start;
  return {
    answer,
    observedMs,
    sites,
    settleMs: answer === 'growing' ? (sites[0]?.settleMs ?? null) : null,
    floorBytesPerSecond: answer === 'none' ? floor([...populations.values()], lostOf(all, 'blocks'), observedMs) : null,
    unlooked:
      answer === 'none'
        ? null
        : ((all.findLast((e) => e.kind === 'witness' && e.why !== undefined) as Witness | undefined)?.why ?? null),
  };
}

interface Known {
  /** Null where there are sums alone. */
  population: Population | null;
  /** What the last run saw, where `population` is of several. */
  held: Population | null;
  looks: { stack: Frame[]; held: Look[]; old: Look[] };
}

/** What is known of each call site, by the best there is: lives that the tool counted, else blocks one by one, else sums. */
function populationsOf(
  evidence: readonly Evidence[],
  blocks: readonly BlockLife[],
  window: Window,
): Map<string, Known> {
  const counted = evidence.filter((e): e is Lifetimes => e.kind === 'lifetimes');
  if (counted.length > 0) return ofLifetimes(counted);
  const traced = evidence.some(
    (e) => e.kind === 'allocation' && e.address !== null && e.bytes !== null && e.atMs !== null,
  );
  if (traced) {
    const bySite = new Map<string, BlockLife[]>();
    for (const block of blocks) {
      const of = bySite.get(block.site);
      if (of) of.push(block);
      else bySite.set(block.site, [block]);
    }
    return new Map(
      [...bySite].map(([site, of]) => [
        site,
        { population: populationFrom(of, window), held: null, looks: { stack: of[0]?.stack ?? [], held: [], old: [] } },
      ]),
    );
  }
  return ofSums(evidence.filter((e): e is Snapshot => e.kind === 'snapshot'));
}

/** Of several runs those that watched the process of the last one, in order. */
function ofLifetimes(all: readonly Lifetimes[]): Map<string, Known> {
  const nths = [...new Set(all.map(({ window }) => window?.nth ?? 0))].sort((a, b) => a - b);
  const processOf = (nth: number) => all.find(({ window }) => (window?.nth ?? 0) === nth)?.window?.process;
  const last = processOf(nths.at(-1) ?? 0);
  const windows = nths
    .filter((nth) => processOf(nth) === last)
    .map((nth) => ofWindow(all.filter(({ window }) => (window?.nth ?? 0) === nth)));
  const now = windows.at(-1) ?? new Map<string, Known>();
  if (windows.length < 2) return now;
  return new Map(
    [...now].map(([site, known]) => {
      const each = windows.flatMap((of) => of.get(site)?.population ?? []);
      return [site, { ...known, held: known.population, population: laidOver(each) }];
    }),
  );
}

/** The last look counts; a call site that is not in it holds nothing. */
function ofWindow(counted: readonly Lifetimes[]): Map<string, Known> {
  const last = counted.reduce((most, { atMs }) => Math.max(most, atMs), 0);
  const bySite = new Map<string, Map<number, Lifetimes>>();
  for (const of of counted) {
    const site = siteOf(of.stack);
    const looks = bySite.get(site) ?? new Map<number, Lifetimes>();
    bySite.set(site, looks);
    // Stacks that read the same are one call site.
    const same = looks.get(of.atMs);
    looks.set(of.atMs, same ? joined(same, of) : of);
  }
  const all = new Map<string, Known>();
  for (const [site, looks] of bySite) {
    const now = looks.get(last);
    if (now)
      all.set(site, {
        population: populationOf(now),
        held: null,
        looks: { stack: now.stack, held: [], old: cohort([...looks.values()]) },
      });
  }
  return all;
}

const joined = (a: Lifetimes, b: Lifetimes): Lifetimes => ({
  ...a,
  ended: [...a.ended, ...b.ended],
  alive: [...a.alive, ...b.alive],
  longestEndedMs:
    Math.max(a.longestEndedMs ?? -1, b.longestEndedMs ?? -1) < 0
      ? null
      : Math.max(a.longestEndedMs ?? 0, b.longestEndedMs ?? 0),
  lastBirthMs:
    a.lastBirthMs === null && b.lastBirthMs === null ? null : Math.max(a.lastBirthMs ?? 0, b.lastBirthMs ?? 0),
  allocs: a.allocs + b.allocs,
  allocatedBytes: a.allocatedBytes + b.allocatedBytes,
});

function ofSums(snapshots: readonly Snapshot[]): Map<string, Known> {
  const all = new Map<string, Known>();
  for (const [i, snapshot] of snapshots
    .map(folded)
    .sort((a, b) => a.atMs - b.atMs)
    .entries()) {
    for (const { stack, blocks, bytes } of snapshot.sites) {
      const site = siteOf(stack);
      const known = all.get(site) ?? { population: null, held: null, looks: { stack, held: [], old: [] } };
      all.set(site, known);
      const before = known.looks.held[i];
      // In a list that lacks it, it holds nothing.
      for (let n = known.looks.held.length; n < i; n++)
        known.looks.held.push({ atMs: snapshots[n]?.atMs ?? 0, blocks: 0, bytes: 0 });
      known.looks.held[i] = {
        atMs: snapshot.atMs,
        blocks: blocks + (before?.blocks ?? 0),
        bytes: bytes + (before?.bytes ?? 0),
      };
    }
  }
  const times = snapshots.map((s) => s.atMs).sort((a, b) => a - b);
  for (const { looks } of all.values())
    for (let n = looks.held.length; n < times.length; n++)
      looks.held.push({ atMs: times[n] as number, blocks: 0, bytes: 0 });
  return all;
}

/** What the tool says it has missed. */
const lostOf = (evidence: readonly Evidence[], what: 'frees' | 'blocks'): number =>
  evidence.reduce((most, e) => (isLoss(e, what) ? Math.max(most, e.value) : most), 0);
const isLoss = (e: Evidence, what: string): e is Counter =>
  e.kind === 'counter' && e.name === 'lost' && (e.key === what || e.key === 'events');

/** The most that any call site could hide, and what was lost besides. */
function floor(all: readonly Known[], lostBlocks: number, observedMs: number): number | null {
  if (all.length === 0 || observedMs <= 0) return null;
  let most: number | null = null;
  let largest = 0;
  for (const { population } of all) {
    if (!population) return null;
    const hides = couldHide(population);
    if (hides !== null) most = Math.max(most ?? 0, hides);
    if (population.allocs > 0) largest = Math.max(largest, population.allocatedBytes / population.allocs);
  }
  return most === null ? null : most + (lostBlocks * largest * 1000) / observedMs;
}
