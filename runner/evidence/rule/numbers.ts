/** The value that occurs most often; the larger one of equals. */
export function commonest(values: number[]): number {
  const times = new Map<number, number>();
  for (const v of values) times.set(v, (times.get(v) ?? 0) + 1);
  let best = 0;
  for (const [v, n] of times) if (n > (times.get(best) ?? 0) || (n === times.get(best) && v > best)) best = v;
  return best;
}

/** The middle value; 0 of none. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const mid = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[mid] as number) : ((sorted[mid - 1] ?? 0) + (sorted[mid] ?? 0)) / 2;
}

/** Median gap between births and the median distance from it; null of fewer than three. */
export function periodOf(births: number[]): { ms: number; spreadMs: number } | null {
  const sorted = [...births].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((at, i) => at - (sorted[i] as number));
  if (gaps.length < 2) return null;
  const ms = median(gaps);
  return { ms, spreadMs: median(gaps.map((g) => Math.abs(g - ms))) };
}

/** Wilson's lower bound of a share, at so many standard errors; 0 of none. */
export function lowerBound(hits: number, of: number, errors: number): number {
  if (of <= 0) return 0;
  const share = hits / of;
  const square = (errors * errors) / of;
  const half = errors * Math.sqrt((share * (1 - share)) / of + square / (4 * of));
  return Math.max(0, (share + square / 2 - half) / (1 + square));
}

/** The mean and what it may be off by: `errors` standard errors of it. */
export function meanOf(values: number[], errors: number): { mean: number; error: number } {
  const n = values.length;
  if (n === 0) return { mean: 0, error: 0 };
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const variance = n < 2 ? 0 : values.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1);
  return { mean, error: errors * Math.sqrt(variance / n) };
}
