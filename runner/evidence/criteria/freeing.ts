import { type Counter, type Evidence, provingAgeMs, type Snapshot } from '../model.ts';
import { callSite } from '../site.ts';
import { judge } from '../verdict.ts';
import { criterion, met, more, near, unmet } from './define.ts';

/** The sentences of a verdict hold for a call site: memory is kept that should have been given back. */
export const keepsMemory = () =>
  criterion('verdict', ({ evidence, truth }) => {
    const verdict = judge(evidence, { neededMs: provingAgeMs(truth) });
    const leaks = verdict.sites.filter((s) => s.answer === 'leak');
    const worst = leaks.find((s) => s.commonSize === truth.blockBytes) ?? leaks[0] ?? verdict.sites[0];
    const values = {
      answer: verdict.answer,
      blocks: worst?.unfreedBlocks ?? 0,
      bytes: worst?.unfreedBytes ?? 0,
      size: worst?.commonSize ?? 0,
    };
    if (verdict.answer === 'leak')
      return worst?.commonSize === truth.blockBytes
        ? met(values)
        : unmet({ ...values, expected: truth.blockBytes }, 'other-leak');
    if (verdict.answer === 'growing' || verdict.observedMs < 8 * truth.periodMs) {
      return more(
        { ...values, moreMs: Math.max(verdict.settleMs ?? 0, 12 * truth.periodMs - verdict.observedMs) },
        'too-short',
      );
    }
    return unmet(values, evidence.some((e) => e.kind === 'free') ? 'comes-back' : undefined);
  });

/** The snapshots blame the right function for what is outstanding, and the amount grows. */
export const outstandingGrows = () =>
  criterion('outstanding', ({ evidence, truth }) => {
    const snapshots = evidence.filter((e): e is Snapshot => e.kind === 'snapshot');
    const held = snapshots.map((s) =>
      s.sites.filter((site) => callSite(site.stack) === truth.function).reduce((n, site) => n + site.bytes, 0),
    );
    const first = held[0] ?? 0;
    const last = held.at(-1) ?? 0;
    const values = { first, last, snapshots: snapshots.length };
    // A twin grows, too, until it holds its three blocks.
    const short = 8 * truth.periodMs - (snapshots.at(-1)?.atMs ?? 0);
    if (snapshots.length < 3 || short > 0)
      return more(
        { ...values, atLeast: 3, moreMs: Math.max(short, (3 - snapshots.length) * 2 * truth.periodMs) },
        'too-short',
      );
    const tail = held.slice(Math.floor(held.length / 3));
    const rising = tail.every((bytes, i) => i === 0 || bytes >= (tail[i - 1] as number));
    if (rising && last - (tail[0] as number) >= 2 * truth.blockBytes) return met(values);
    return unmet(values, last === 0 ? undefined : 'comes-back');
  });

/** Blocks and bytes under the leaking function go up and down together; one block may come between the two printouts. */
export const sumsAgree = () =>
  criterion('sums-agree', ({ evidence, truth }) => {
    const last = evidence.findLast((e): e is Snapshot => e.kind === 'snapshot');
    const own = last?.sites.filter((site) => callSite(site.stack) === truth.function) ?? [];
    if (own.length === 0) return more({});
    const blocks = own.reduce((n, site) => n + site.blocks, 0);
    const bytes = own.reduce((n, site) => n + site.bytes, 0);
    const values = { blocks, bytes, expected: blocks * truth.blockBytes };
    return Math.abs(bytes - values.expected) <= truth.blockBytes ? met(values) : unmet(values);
  });

/** The oldest block has outlived anything that a service which gives back would keep. */
export const oldBlocks = () =>
  criterion('old-blocks', ({ evidence, truth }) => {
    const births = evidence.filter((e): e is Counter => e.kind === 'counter' && e.name === 'born_ms');
    const last = births.at(-1)?.atMs ?? null;
    if (last === null) return more({ moreMs: 7 * truth.periodMs }, 'too-short');
    const ages = births.filter((b) => b.atMs === last).map((b) => last - b.value);
    const oldest = ages.reduce((a, b) => Math.max(a, b));
    const needed = 5 * truth.periodMs;
    const values = { seen: Math.round(oldest), needed, blocks: ages.length };
    if (oldest >= needed) return met(values);
    return last < needed + truth.periodMs
      ? more({ ...values, moreMs: needed + 2 * truth.periodMs - last }, 'too-short')
      : unmet(values, 'comes-back');
  });

/** At least so many blocks are listed at the last snapshot, of any age: there is something to compare. */
export const listsBlocks = (atLeast: number) =>
  criterion('lists-blocks', ({ evidence, truth }) => {
    const births = evidence.filter((e): e is Counter => e.kind === 'counter' && e.name === 'born_ms');
    const seen = births.filter((b) => b.atMs === births.at(-1)?.atMs).length;
    return seen >= atLeast
      ? met({ seen, atLeast })
      : more({ seen, atLeast, moreMs: (atLeast - seen) * truth.periodMs }, 'too-short');
  });

/** The last reading of a running total, and how it moved. */
export function totals(
  evidence: readonly Evidence[],
  name: string,
): { first: Counter; last: Counter; times: number } | null {
  const readings = evidence.filter((e): e is Counter => e.kind === 'counter' && e.name === name && e.atMs !== null);
  const first = readings[0];
  const last = readings.at(-1);
  return first && last ? { first, last, times: readings.length } : null;
}

/** A running total of bytes rises at the workload's pace. */
const risesAtPace = (id: 'request-rate' | 'touch-rate', name: string) =>
  criterion(id, ({ evidence, truth }) => {
    const t = totals(evidence, name);
    const ms = t ? (t.last.atMs as number) - (t.first.atMs as number) : 0;
    if (!t || t.times < 3 || ms < 4 * truth.periodMs)
      return more({ snapshots: t?.times ?? 0, atLeast: 3, moreMs: Math.max(0, 6 * truth.periodMs - ms) }, 'too-short');
    const seen = Math.round(((t.last.value - t.first.value) * 1000) / ms);
    const expected = Math.round((truth.blockBytes * 1000) / truth.periodMs);
    return near(seen, expected, 0.3) ? met({ seen, expected }) : unmet({ seen, expected });
  });

/** Requests arrive at the workload's rate, in bytes a second. */
export const requestRate = () => risesAtPace('request-rate', 'requested');

/** Memory is touched for the first time at the workload's rate, in bytes a second. */
export const touchRate = () => risesAtPace('touch-rate', 'touched');

/** Blocks are handed out and do not come back. */
export const freesLag = () =>
  criterion('frees-lag', ({ evidence, truth }) => {
    const handedOut = totals(evidence, 'allocs');
    const back = totals(evidence, 'frees')?.last.value ?? 0;
    const out = handedOut?.last.value ?? 0;
    const values = { allocs: out, frees: back, percent: out === 0 ? 0 : Math.round((100 * back) / out) };
    if (!handedOut || out < 8) return more({ ...values, atLeast: 8, moreMs: (8 - out) * truth.periodMs }, 'too-short');
    return back * 4 <= out ? met(values) : unmet(values, 'comes-back');
  });
