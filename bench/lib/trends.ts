// What others go by: a call site's outstanding bytes over time, without the lives of its blocks.
import { folded } from '../../runner/evidence/fold.ts';
import { lives } from '../../runner/evidence/lives.ts';
import type { Evidence, Frame, Snapshot } from '../../runner/evidence/model.ts';
import { siteOf } from '../../runner/evidence/site.ts';

/** Outstanding bytes of one call site, in time. */
export interface Series {
  stack: Frame[];
  points: { atMs: number; bytes: number }[];
}

export type Trend = (series: readonly Series[]) => Series | null;

/** By call site, at each list; where there is none, at each second of what the blocks tell. */
export function seriesOf(evidence: readonly Evidence[]): Series[] {
  const lists = evidence.filter((e): e is Snapshot => e.kind === 'snapshot').map(folded);
  return lists.length > 0 ? ofLists(lists) : ofBlocks(evidence);
}

function ofLists(lists: readonly Snapshot[]): Series[] {
  const all = new Map<string, Series>();
  for (const [i, { sites }] of lists.entries())
    for (const { stack, bytes } of sites) {
      const name = siteOf(stack);
      const series = all.get(name) ?? { stack, points: lists.map(({ atMs }) => ({ atMs, bytes: 0 })) };
      (series.points[i] as { bytes: number }).bytes += bytes;
      all.set(name, series);
    }
  return [...all.values()];
}

function ofBlocks(evidence: readonly Evidence[]): Series[] {
  const { blocks, window } = lives(evidence);
  const all = new Map<string, Series>();
  const moments = Array.from({ length: Math.floor((window.end - window.start) / 1000) }, (_, i) => (i + 1) * 1000);
  for (const { site, stack, bytes, born, died } of blocks) {
    const series = all.get(site) ?? { stack, points: moments.map((atMs) => ({ atMs, bytes: 0 })) };
    for (const point of series.points)
      if (born <= point.atMs && (died === null || died > point.atMs)) point.bytes += bytes;
    all.set(site, series);
  }
  return [...all.values()];
}

/** Who holds most in the end. */
export const outstanding: Trend = (all) => greatest(all, ({ points }) => points.at(-1)?.bytes ?? 0);

/** Fewer points have no slope worth the name. */
const FEWEST = 5;
/** 5 % of two sides. */
const Z = 1.96;

/** The steepest line through a site's points whose slope is more than 1.96 of its standard errors. */
export const leastSquares: Trend = (all) =>
  greatest(all, ({ points }) => {
    const n = points.length;
    if (n < FEWEST) return 0;
    const [mt, mb] = [mean(points.map((p) => p.atMs)), mean(points.map((p) => p.bytes))];
    const stt = total(points.map((p) => (p.atMs - mt) ** 2));
    const slope = total(points.map((p) => (p.atMs - mt) * (p.bytes - mb))) / stt;
    const rest = total(points.map((p) => (p.bytes - mb - slope * (p.atMs - mt)) ** 2));
    return slope > Z * Math.sqrt(rest / (n - 2) / stt) ? slope : 0;
  });

/** The greatest Theil–Sen slope among the sites in which Mann and Kendall's test, with ties, sees a rise. */
export const mannKendall: Trend = (all) =>
  greatest(all, ({ points }) => {
    const n = points.length;
    if (n < FEWEST || points.every(({ bytes }) => bytes === points[0]?.bytes)) return 0;
    let s = 0;
    const slopes: number[] = [];
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) {
        const [a, b] = [points[i] as Series['points'][0], points[j] as Series['points'][0]];
        s += Math.sign(b.bytes - a.bytes);
        if (b.atMs > a.atMs) slopes.push((b.bytes - a.bytes) / (b.atMs - a.atMs));
      }
    const ties = new Map<number, number>();
    for (const { bytes } of points) ties.set(bytes, (ties.get(bytes) ?? 0) + 1);
    const weight = (of: number) => of * (of - 1) * (2 * of + 5);
    const variance = (weight(n) - total([...ties.values()].map(weight))) / 18;
    if (variance <= 0 || (s - 1) / Math.sqrt(variance) <= Z) return 0;
    slopes.sort((a, b) => a - b);
    return slopes[slopes.length >> 1] ?? 0;
  });

function greatest(all: readonly Series[], by: (series: Series) => number): Series | null {
  let best: Series | null = null;
  let most = 0;
  for (const series of all) {
    const value = by(series);
    if (value > most) [best, most] = [series, value];
  }
  return best;
}

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]) => total(values) / values.length;
