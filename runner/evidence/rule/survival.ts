import type { Population } from './population.ts';

/** The share of blocks that outlives the longest life that ended, and its standard error. */
export interface Plateau {
  share: number;
  error: number;
}

/** A point of the curve: from this length of life on, so large a share is still alive. */
export interface Step {
  ms: number;
  share: number;
}

/**
 * The Kaplan–Meier curve of block life: each block that is still alive counts for as long as it has been watched. Where lives
 * come in bins, those whose watch ended within one count half. The last step is the plateau; Greenwood's error.
 */
export function survival({ ended, alive, weight }: Population): Plateau & { steps: Step[] } {
  const lengths = new Map<number, { ended: number; alive: number; wide: boolean }>();
  const at = (ms: number) => {
    const found = lengths.get(ms) ?? { ended: 0, alive: 0, wide: false };
    lengths.set(ms, found);
    return found;
  };
  let atRisk = 0;
  for (const { fromMs, toMs, blocks } of ended) {
    const of = at(fromMs);
    of.ended += blocks / weight;
    of.wide ||= toMs > fromMs;
    atRisk += blocks / weight;
  }
  for (const { fromMs, toMs, blocks } of alive) {
    const of = at(fromMs);
    of.alive += blocks / weight;
    of.wide ||= toMs > fromMs;
    atRisk += blocks / weight;
  }
  const steps: Step[] = [{ ms: 0, share: 1 }];
  let share = 1;
  let errors = 0;
  for (const [ms, of] of [...lengths].sort((a, b) => a[0] - b[0])) {
    const watched = of.wide ? atRisk - of.alive / 2 : atRisk;
    atRisk -= of.ended + of.alive;
    if (of.ended <= 0) continue;
    const left = Math.max(0, watched - of.ended);
    share *= watched > 0 ? left / watched : 0;
    if (left > 0) errors += of.ended / (watched * left);
    steps.push({ ms, share });
  }
  return { share, error: share * Math.sqrt(errors), steps };
}
