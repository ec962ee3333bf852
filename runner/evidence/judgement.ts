import { folded } from './fold.ts';
import { lives } from './lives.ts';
import type { Allocation, Evidence, Finding, Frame, Site, Snapshot } from './model.ts';
import { callSite, siteOf } from './site.ts';
import { type Answer, judge, RANK, type SiteVerdict, type Verdict } from './verdict.ts';

/** What a call site of a transcript comes to; null where what came back from it cannot be known. */
export interface JudgedSite {
  answer: Answer | null;
  stack: Frame[];
  blocks: number;
  bytes: number;
  /** The verdict on it, where there was enough for one. */
  verdict: SiteVerdict | null;
}

/** What a transcript rests on: lives that the tool counted, blocks one by one, sums at several moments, sums at one, requests alone, or nothing. */
export type Basis = 'lives' | 'blocks' | 'sums' | 'one-look' | 'requests' | 'nothing';

export interface Judgement {
  answer: Answer | null;
  basis: Basis;
  /** Those that leak before those that grow, then by bytes; none that hold nothing. */
  sites: JudgedSite[];
  /** How many lists, or moments, there were. */
  looks: number;
  /** The verdict on the whole, where its times are real ones. */
  verdict: Verdict | null;
}

/** How a run is judged: whatever takes its place takes evidence, and gives a verdict. */
export type Judge = (evidence: readonly Evidence[]) => Verdict;

/** A limit on a process's memory, what it takes by the last look, and when it is reached at the pace of what leaks; 0: passed. */
export interface Limit {
  bytes: number;
  usedBytes: number;
  reachedInMs: number;
}

/** When a limit is reached; null where nothing leaks or grows at a pace that is known. RSS counts where the tool reads it, else what is outstanding. */
export function limitOf(judged: Judgement, evidence: readonly Evidence[], bytes: number): Limit | null {
  const worst = judged.sites[0];
  const rate = worst?.answer === 'none' ? null : worst?.verdict?.rate;
  if (!rate || rate.value <= 0) return null;
  const rss = evidence.findLast((e) => e.kind === 'counter' && e.name === 'rss_bytes');
  const usedBytes = rss?.kind === 'counter' ? rss.value : judged.sites.reduce((n, s) => n + s.bytes, 0);
  return { bytes, usedBytes, reachedInMs: Math.max(0, Math.round(((bytes - usedBytes) * 1000) / rate.value)) };
}

/** Of fewer lists of sums nothing is told but what grew. */
export const FEW = 5;

/**
 * Judges a transcript of any process, from any tool. It never says more than the evidence bears: one look proves nothing, what
 * never shows a block come back proves no leak, and neither do sums of which nobody knows whether frees are in them.
 */
export function judgement(evidence: readonly Evidence[], verdictOf: Judge = judge): Judgement {
  const snapshots = evidence.filter((e): e is Snapshot => e.kind === 'snapshot');
  const blocks = evidence.filter(
    (e): e is Allocation => e.kind === 'allocation' && e.address !== null && e.bytes !== null,
  );
  const found = evidence.filter((e): e is Finding => e.kind === 'finding');
  const lived = evidence.some((e) => e.kind === 'lifetimes');
  const judged = lived
    ? ofLives(evidence, snapshots, verdictOf)
    : blocks.length > 0
      ? ofBlocks(evidence, verdictOf)
      : snapshots.length > 0
        ? ofSums(snapshots, verdictOf)
        : ofRequests(evidence);
  return withFindings(judged, found);
}

function ofLives(evidence: readonly Evidence[], snapshots: Snapshot[], verdictOf: Judge): Judgement {
  const looks = new Set(evidence.flatMap((e) => (e.kind === 'lifetimes' ? [e.atMs] : []))).size;
  const verdict = verdictOf(evidence);
  const last = snapshots.at(-1);
  const held = last ? bySite(last) : new Map<string, Site>();
  for (const { site, stack, unfreedBlocks: blocks, unfreedBytes: bytes } of verdict.sites)
    held.set(site, { stack, blocks, bytes });
  return sorted({ basis: 'lives', sites: sitesOf(held, verdict, (answer) => answer), looks, verdict });
}

function ofBlocks(evidence: readonly Evidence[], verdictOf: Judge): Judgement {
  const timed = evidence.some((e) => e.kind === 'allocation' && e.atMs !== null);
  // Without times there is still an order, and no age.
  const ordered = timed ? evidence : evidence.map((e, i) => ('atMs' in e ? { ...e, atMs: i * 1000 } : e));
  const verdict = verdictOf(ordered);
  // A script that shows no free at all may look at none.
  const seesFrees = evidence.some(
    (e) => e.kind === 'free' || (e.kind === 'snapshot' && !e.unproven) || (e.kind === 'counter' && e.name === 'frees'),
  );
  const held = new Map<string, Site>();
  for (const { site, stack, bytes, died } of lives(ordered).blocks) {
    const sum = held.get(site) ?? { stack, blocks: 0, bytes: 0 };
    if (died === null) held.set(site, { stack, blocks: sum.blocks + 1, bytes: sum.bytes + bytes });
  }
  const sites = sitesOf(held, verdict, (answer, { blocks }) =>
    (seesFrees && timed) || answer === 'none' ? answer : blocks > 1 ? 'growing' : 'none',
  );
  return sorted({ basis: 'blocks', sites, looks: 1, verdict: timed && seesFrees ? verdict : null });
}

function ofSums(snapshots: Snapshot[], verdictOf: Judge): Judgement {
  const looks = new Set(snapshots.map((s) => s.atMs)).size;
  const verdict = verdictOf(snapshots);
  const first = bySite(snapshots[0] as Snapshot);
  const last = bySite(snapshots.at(-1) as Snapshot);
  const unproven = snapshots.some((s) => s.unproven);
  const lists = snapshots.map(bySite);
  const sites = sitesOf(last, verdict, (answer, { bytes, blocks, stack }) => {
    const before = first.get(siteOf(stack));
    const grew =
      looks === 1
        ? blocks + bytes > 0
        : bytes > (before?.bytes ?? 0) || (bytes === 0 && blocks > (before?.blocks ?? 0));
    // What the lists themselves show not to grow does not, whatever came before the first of them.
    if (!grew && answer === 'growing') return 'none';
    // Bytes without blocks are no lives to a verdict.
    if (blocks === 0 && looks >= FEW)
      return rises(lists.map((l) => l.get(siteOf(stack))?.bytes ?? 0)) ? 'growing' : 'none';
    if (looks < FEW && answer === 'none') return grew ? 'growing' : 'none';
    return answer === 'leak' && unproven ? 'growing' : answer;
  });
  const timed = looks >= FEW && !snapshots.some((s) => s.untimed);
  return sorted({ basis: looks === 1 ? 'one-look' : 'sums', sites, looks, verdict: timed ? verdict : null });
}

/** Whether the last third of a series stays above all of the first. */
function rises(values: number[]): boolean {
  const third = Math.floor(values.length / 3);
  return Math.min(...values.slice(-third)) > Math.max(...values.slice(0, third));
}

/** Who asked, where nothing is said of what came back: no answer, but the sites. */
function ofRequests(evidence: readonly Evidence[]): Judgement {
  const asked = new Map<string, Site>();
  const add = (stack: Frame[], blocks: number, bytes: number) => {
    const sum = asked.get(siteOf(stack)) ?? { stack, blocks: 0, bytes: 0 };
    asked.set(siteOf(stack), { stack, blocks: sum.blocks + blocks, bytes: sum.bytes + bytes });
  };
  const sized = evidence.some((e) => e.kind === 'allocation' && e.bytes !== null);
  for (const e of evidence) {
    if (e.kind === 'requests') add(e.stack, e.blocks, e.bytes);
    // That a call came back with an address is said of one that is there already.
    else if (e.kind === 'allocation' && (e.bytes !== null || !sized)) add(e.stack ?? [], 1, e.bytes ?? 0);
    else if (e.kind === 'syscall' && e.name === 'mmap') add([], 1, e.bytes);
  }
  const sites = [...asked.values()].map((site): JudgedSite => ({ answer: null, ...site, verdict: null }));
  return sorted({ basis: sites.length > 0 ? 'requests' : 'nothing', sites, looks: 0, verdict: null });
}

/** What the last list holds, a block that two probes saw counted once, stacks that read the same as one. */
function bySite(snapshot: Snapshot): Map<string, Site> {
  const sites = new Map<string, Site>();
  for (const { stack, blocks, bytes } of folded(snapshot).sites) {
    const sum = sites.get(siteOf(stack)) ?? { stack, blocks: 0, bytes: 0 };
    sites.set(siteOf(stack), { stack, blocks: sum.blocks + blocks, bytes: sum.bytes + bytes });
  }
  return sites;
}

function sitesOf(
  held: Map<string, Site>,
  verdict: Verdict,
  answerOf: (answer: Answer, site: Site) => Answer,
): JudgedSite[] {
  const verdicts = new Map(verdict.sites.map((s) => [s.site, s]));
  return [...held].flatMap(([key, site]) => {
    if (site.blocks === 0 && site.bytes === 0) return [];
    const of = verdicts.get(key) ?? null;
    return [{ answer: answerOf(of?.answer ?? 'none', site), ...site, verdict: of }];
  });
}

/** What a tool found by itself counts as much. */
function withFindings(judged: Judgement, findings: Finding[]): Judgement {
  if (findings.length === 0) return judged;
  const sites = [...judged.sites];
  for (const { answer, stack, blocks, bytes } of findings) {
    const name = callSite(stack);
    const at = sites.findIndex(
      (s) => siteOf(s.stack) === siteOf(stack) || (name !== null && callSite(s.stack) === name),
    );
    const before = sites[at];
    const same: JudgedSite = { answer, stack, blocks, bytes, verdict: before?.verdict ?? null };
    if (!before) sites.push(same);
    else if (before.answer === null || RANK[before.answer] > RANK[answer]) sites[at] = { ...before, answer };
  }
  return sorted({ ...judged, basis: judged.basis === 'nothing' ? 'sums' : judged.basis, sites });
}

function sorted(judged: Omit<Judgement, 'answer'>): Judgement {
  const rank = ({ answer }: JudgedSite) => (answer === null ? 3 : RANK[answer]);
  // Of those that leak, the one that leaks most.
  const pace = ({ answer, verdict }: JudgedSite) => (answer === 'leak' ? (verdict?.rate?.value ?? 0) : 0);
  const sites = judged.sites.toSorted(
    (a, b) => rank(a) - rank(b) || pace(b) - pace(a) || b.bytes - a.bytes || b.blocks - a.blocks,
  );
  const nothing = judged.basis === 'requests' || judged.basis === 'nothing';
  return { ...judged, sites, answer: nothing ? null : (sites[0]?.answer ?? 'none') };
}

/** Evidence without a last list that the end of the file may have cut: one that lacks what the list before it had. */
export function withoutCutList(evidence: readonly Evidence[], endsInALine: boolean): Evidence[] {
  const lists = evidence.filter((e): e is Snapshot => e.kind === 'snapshot');
  const [before, last] = lists.slice(-2);
  if (!before || !last || !(last.last || endsInALine)) return [...evidence];
  // As Ctrl-C leaves it, with a head and no more.
  if (last.sites.length === 0 && last.last) return evidence.filter((e) => e !== last);
  const has = new Set(last.sites.map((s) => siteOf(s.stack)));
  if (before.sites.every((s) => has.has(siteOf(s.stack)))) return [...evidence];
  return [
    ...evidence.filter((e) => e !== last),
    { kind: 'notice', code: 'cut-off', detail: `${last.sites.length} of ${before.sites.length}` },
  ];
}
