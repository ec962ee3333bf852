import { folded } from './fold.ts';
import type { Account, Evidence, Site, Snapshot } from './model.ts';
import { callSite } from './site.ts';

const blocksIn = (sites: readonly Site[]): number => sites.reduce((n, s) => n + s.blocks, 0);
const largest = (sites: readonly Site[]): Site | undefined => sites.toSorted((a, b) => b.bytes - a.bytes)[0];

/** From so many on one may be left out. */
const LEAST_LISTS = 4;

/** What a tool's lists come to, each block counted once; null where it has shown none. */
export function accountOf(tool: string, evidence: readonly Evidence[]): Account | null {
  const lists = evidence.filter((e): e is Snapshot => e.kind === 'snapshot');
  const once = lists.map(folded);
  const at = once.findIndex(({ sites }) => blocksIn(sites) > 0);
  // BCC says the time of its first list before it looks symbols up, and that takes a while: the next one tells the pace.
  const [first, last] = [once[lists.length >= at + LEAST_LISTS ? at + 1 : at], once.at(-1)];
  const worst = last && largest(last.sites);
  if (!first || !last || !worst) return null;
  return {
    kind: 'account',
    tool,
    lists: lists.length,
    first: { atMs: first.atMs, blocks: blocksIn(first.sites) },
    last: { atMs: last.atMs, blocks: blocksIn(last.sites) },
    size: worst.blocks > 0 ? Math.round(worst.bytes / worst.blocks) : 0,
    name: callSite(worst.stack) ?? '',
    twice: blocksIn(lists.at(-1)?.sites ?? []) - blocksIn(last.sites),
  };
}

/** Blocks that came in a minute, by a tool's own clock; 0 where no time passed. */
export const aMinute = ({ first, last }: Pick<Account, 'first' | 'last'>): number =>
  last.atMs > first.atMs ? ((last.blocks - first.blocks) * 60_000) / (last.atMs - first.atMs) : 0;
