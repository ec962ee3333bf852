import { folded } from '../fold.ts';
import { lives } from '../lives.ts';
import type { Evidence, Snapshot, Truth, Witness } from '../model.ts';
import { judge } from '../verdict.ts';
import { criterion, met, more, unmet } from './define.ts';

/** A part of the blocks outlives every life that ended: the survival curve does not come down to nothing. */
export const outlives = () =>
  criterion('outlives', ({ evidence, truth }) => {
    const site = judge(evidence).sites[0];
    const blocks = lives(evidence).blocks.length;
    const survival = site?.reasons.find(({ id }) => id === 'survival');
    const percent = Math.round(100 * (site?.share?.value ?? 0));
    const values = { percent, blocks, survivors: survival?.seen ?? 0 };
    if (site && survival?.holds && site.longestEndedMs !== null) return met(values);
    const short = OBSERVED * truth.periodMs - judge(evidence).observedMs;
    if (short > 0) return more({ ...values, moreMs: short }, 'too-short');
    return unmet(values, site?.longestEndedMs == null ? 'nothing-ended' : 'comes-back');
  });

/** Until then a share says little, in periods. */
const OBSERVED = 16;

/**
 * How a service was drawn may be said: it was watched for longer than anything healthy grows, and where it still grows
 * somebody has looked whether anything points at what it keeps.
 */
export const settles = () =>
  criterion('settles', ({ evidence, truth }) => {
    const { watched, grows, witness, why } = fateIn(evidence);
    const values = { watched, blocks: grows };
    const short = BOUND_PERIODS * truth.periodMs - watched;
    if (short > 0) return more({ ...values, moreMs: short }, 'too-short');
    if (grows < GROWN) return met({ ...values, seen: 0 });
    if (!witness) return why === null ? unmet(values, 'no-witness') : unmet({ ...values, why }, 'cannot-look');
    return met({ ...values, seen: witness.asked });
  });

/** Whether a question about it can be answered from that. */
export const isSettled = (evidence: readonly Evidence[], truth: Truth): boolean => {
  const { watched, grows, witness } = fateIn(evidence);
  return watched >= BOUND_PERIODS * truth.periodMs && (grows < GROWN || witness !== null);
};

/** Longer than the largest cache of workload.yaml takes to fill and the longest life lasts, and half as long again: periods. */
const BOUND_PERIODS = 12;
/** Between the last list and one a third of the run before it; fewer come between two looks. */
const GROWN = 4;

interface Fate {
  watched: number;
  grows: number;
  witness: Witness | null;
  /** What kept a tool that was asked to look from looking. */
  why: string | null;
}

function fateIn(evidence: readonly Evidence[]): Fate {
  const all = evidence.filter((e): e is Snapshot => e.kind === 'snapshot').map(folded);
  const watched = all.at(-1)?.atMs ?? 0;
  const held = (snapshot: Snapshot | undefined) => snapshot?.sites.reduce((n, s) => n + s.blocks, 0) ?? 0;
  const before = all.findLast(({ atMs }) => atMs <= (2 / 3) * watched);
  const witnesses = evidence.filter((e): e is Witness => e.kind === 'witness');
  const witness = witnesses.findLast((e) => e.lost + e.held > 0) ?? null;
  const why = witnesses.findLast((e) => e.why !== undefined)?.why ?? null;
  return { watched, grows: held(all.at(-1)) - held(before), witness, why };
}
