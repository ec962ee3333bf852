import { folded, isBlock, onlyLibc } from '../fold.ts';
import type { Counter, Evidence, Finding, Requests, Site, Snapshot } from '../model.ts';
import { callSite } from '../site.ts';
import { criterion, met, more, unmet, UNNAMED } from './define.ts';

const snapshots = (evidence: readonly Evidence[]) =>
  evidence.filter((e): e is Snapshot => e.kind === 'snapshot').map(folded);
const requests = (evidence: readonly Evidence[]) =>
  evidence.filter((e): e is Requests => e.kind === 'requests').sort((a, b) => b.bytes - a.bytes);

/** Of a snapshot, what is of the leaking block's size; seen at malloc or at libc's mmap, counted once. */
const leaking = (snapshot: Snapshot, blockBytes: number): Site[] =>
  snapshot.sites.filter((s) => isBlock(s.bytes / s.blocks, blockBytes));

const blocksIn = (sites: Site[]): number => sites.reduce((n, s) => n + s.blocks, 0);

/** How many blocks of the leaking size are outstanding in the last snapshot, counted once; null without one. */
export const outstandingBlocks = (evidence: readonly Evidence[], blockBytes: number): number | null => {
  const last = snapshots(evidence).at(-1);
  return last ? blocksIn(leaking(last, blockBytes)) : null;
};

/** How many are outstanding in the first list that has any and in the last; null where no time passes between two. */
export const outstandingOverTime = (
  evidence: readonly Evidence[],
  blockBytes: number,
): Record<'first' | 'last', { blocks: number; atMs: number }> | null => {
  const lists = snapshots(evidence)
    .map((s) => ({ atMs: s.atMs, blocks: blocksIn(leaking(s, blockBytes)) }))
    .filter(({ blocks }, i, all) => blocks > 0 || i >= all.length - 1);
  const [first, last] = [lists[0], lists.at(-1)];
  return first && last && last.atMs > first.atMs ? { first, last } : null;
};

/** From list to list, more blocks of one size are outstanding. */
export const blocksPileUp = () =>
  criterion('blocks-pile-up', ({ evidence, truth }) => {
    const all = snapshots(evidence);
    const held = all.map((s) => blocksIn(leaking(s, truth.blockBytes)));
    const [first = 0, last = 0] = [held[0], held.at(-1)];
    // Of -o, the first lists are empty: nothing is that old yet.
    const begins = all[held.findIndex((n) => n > 0)]?.atMs ?? 0;
    const lasted = (all.at(-1)?.atMs ?? 0) - begins;
    const values = { first, last, lists: held.length };
    // A tool that ends once it has proven it lists no more.
    const proven = evidence.findLast((e): e is Finding => e.kind === 'finding' && e.answer === 'leak');
    if (proven && isBlock(proven.commonSize, truth.blockBytes) && last > first) return met(values);
    // A twin piles up, too, until it holds its three blocks.
    const short = 5 * truth.periodMs - lasted;
    if (held.length < 3 || short > 0)
      return more({ ...values, atLeast: 3, moreMs: Math.max(short, truth.periodMs) }, 'too-short');
    const rising = held.every((n, i) => i === 0 || n >= (held[i - 1] as number));
    if (rising && last - first >= 4) return met(values);
    const other = last === 0 && all.some((s) => s.sites.length > 0);
    return unmet(values, other ? 'other-size' : last > 0 ? 'comes-back' : undefined);
  });

/** Of blocks that are listed each by its address, none goes away from list to list, and more come. */
export const addressesStay = () =>
  criterion('addresses-stay', ({ evidence, truth }) => {
    const all = evidence.filter((e): e is Snapshot => e.kind === 'snapshot' && e.sites.length > 0);
    const held = all.map(({ addresses }) => new Set(addresses));
    const [first = 0, last = 0] = [held[0]?.size, held.at(-1)?.size];
    const values = { first, last, lists: held.length };
    // As of blocks that pile up: a twin does, too, until it holds its three.
    const short = 5 * truth.periodMs - ((all.at(-1)?.atMs ?? 0) - (all[0]?.atMs ?? 0));
    if (held.length < 3 || short > 0) return more({ ...values, moreMs: Math.max(short, truth.periodMs) }, 'too-short');
    if (held.some(({ size }) => size === 0)) return unmet(values, 'no-addresses');
    const stay = held.every((now, i) => [...(held[i - 1] ?? [])].every((address) => now.has(address)));
    return stay && last - first >= 4 ? met(values) : unmet(values, 'comes-back');
  });

/** Why a stack holds no function of the program. */
function lost(site: Site): 'only-mmap' | 'no-symbols' | undefined {
  if (onlyLibc(site)) return 'only-mmap';
  return site.stack.every((f) => f.symbol === null) ? 'no-symbols' : undefined;
}

/** What is outstanding is put down to the function that asked for it. */
export const namesHolder = () =>
  criterion('holder', ({ evidence, truth }) => {
    const last = snapshots(evidence).at(-1);
    // What is of the leaking size, where there is any: a heap that grew is an entry as well, and a larger one.
    const ofSize = last ? leaking(last, truth.blockBytes) : [];
    const site = (ofSize.length > 0 ? ofSize : (last?.sites ?? [])).toSorted((a, b) => b.bytes - a.bytes)[0];
    if (!site) return more({ expected: truth.function });
    const seen = callSite(site.stack);
    const values = { seen: seen ?? UNNAMED, expected: truth.function, blocks: site.blocks };
    return seen === truth.function ? met(values) : unmet(values, lost(site));
  });

/** A field of the learner's own in the gadget's list says what one block takes. */
export const ownField = (name: string) =>
  criterion('own-field', ({ evidence, truth }) => {
    const last = evidence.findLast((e): e is Counter => e.kind === 'counter' && e.name === name);
    if (!last)
      return evidence.some((e) => e.kind === 'snapshot' && e.sites.length > 0)
        ? unmet({ name, expected: truth.blockBytes }, 'no-such-field')
        : more({ name });
    const values = { name, seen: last.value, expected: truth.blockBytes };
    return last.value === truth.blockBytes ? met(values) : unmet(values, 'other-value');
  });

/** The tool looked at the kernel's own allocators: stacks are of the kernel, and no process is named. */
export const kernelStacks = () =>
  criterion('kernel-stacks', ({ evidence }) => {
    const frames = snapshots(evidence).flatMap((s) => s.sites.flatMap((site) => site.stack));
    if (frames.length === 0) return more({});
    // libbpf-tools name the kernel once, before all lists.
    const told = evidence.some((e) => e.kind === 'claim' && e.name === 'traces' && e.value === 'kernel');
    const kernel = frames.filter(({ module }) => module === 'kernel' || (told && module === undefined)).length;
    const values = { kernel, of: frames.length };
    return kernel * 2 > frames.length ? met(values) : unmet(values, 'user-stacks');
  });

/** Most of what was asked for came from this function. */
export const asksFrom = () =>
  criterion('asks-from', ({ evidence, truth }) => {
    const most = requests(evidence)[0];
    if (!most) return more({ expected: truth.function });
    const seen = callSite(most.stack);
    const values = { seen: seen ?? UNNAMED, expected: truth.function, blocks: most.blocks };
    return seen === truth.function ? met(values) : unmet(values);
  });

/** Every request counted is of the leaking block's size: bytes by count. */
export const asksSize = (atLeast: number) =>
  criterion('asks-size', ({ evidence, truth }) => {
    const all = requests(evidence);
    const blocks = all.reduce((n, r) => n + r.blocks, 0);
    if (blocks < atLeast) return more({ blocks, atLeast, moreMs: (atLeast - blocks) * truth.periodMs }, 'too-short');
    const seen = Math.round(all.reduce((n, r) => n + r.bytes, 0) / blocks);
    return seen === truth.blockBytes ? met({ seen, blocks }) : unmet({ seen, expected: truth.blockBytes, blocks });
  });

/** How long the tool watched requests, by its own clock, s; null where it does not say. */
export const watchedSeconds = (evidence: readonly Evidence[]): number | null =>
  evidence.findLast((e): e is Counter => e.kind === 'counter' && e.name === 'watched_seconds' && e.value > 0)?.value ??
  null;
