import { bytes } from '../words/index.ts';
import { callSite } from '../evidence/site.ts';
import type { BlockLife } from '../evidence/lives.ts';

/** One call site's outstanding bytes over time. */
export interface Curve {
  /** '' where the stack names none. */
  name: string;
  points: { atMs: number; bytes: number }[];
}

/** Curves of outstanding bytes by call site, largest first, at most so many. */
export function curves(blocks: readonly BlockLife[], most = 3): Curve[] {
  const bySite = new Map<string, { atMs: number; by: number }[]>();
  for (const b of blocks) {
    const name = callSite(b.stack) ?? '';
    const changes = bySite.get(name) ?? [];
    bySite.set(name, changes);
    changes.push({ atMs: b.born, by: b.bytes });
    if (b.died !== null) changes.push({ atMs: b.died, by: -b.bytes });
  }
  return [...bySite]
    .map(([name, changes]) => {
      let held = 0;
      const points = changes.sort((a, b) => a.atMs - b.atMs).map(({ atMs, by }) => ({ atMs, bytes: (held += by) }));
      return { name, points };
    })
    .sort((a, b) => (b.points.at(-1)?.bytes ?? 0) - (a.points.at(-1)?.bytes ?? 0))
    .slice(0, most);
}

const EIGHTHS = ' ▁▂▃▄▅▆▇█';

/** A curve as one line of blocks, for a status line. Empty for no points. */
export function spark(curve: Curve, width: number): string {
  const values = sample(curve, width);
  const top = Math.max(...values, 1);
  return values.map((v) => EIGHTHS[v === 0 ? 0 : Math.max(1, Math.round((v / top) * 8))]).join('');
}

/** Where axes end, and how what is at the top of the upright one is written, for curves that are to be compared. */
export interface Scale {
  top: number;
  endMs: number;
  label(value: number): string;
}

/** Bytes in their shortest form. */
const short = (value: number): string => bytes(value).replace(/^.*\((.*)\)$/, '$1');

/** The scale that shows all of these curves whole. */
export function scaleOf(all: readonly Pick<Curve, 'points'>[], label = short): Scale {
  const points = all.flatMap((c) => c.points);
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b), 0);
  return { top: most(points.map((p) => p.bytes)), endMs: most(points.map((p) => p.atMs)), label };
}

/** A curve as a plot of so many rows, with its axes: what growth looks like, or a level that holds. */
export function plot(curve: Pick<Curve, 'points'>, width: number, rows: number, scale = scaleOf([curve])): string[] {
  const values = sample(curve, width, scale.endMs);
  const top = Math.max(scale.top, 1);
  const label = scale.label(top);
  const lines: string[] = [];
  for (let row = rows - 1; row >= 0; row--) {
    const cells = values.map((v) => EIGHTHS[Math.max(0, Math.min(8, Math.round((v / top) * rows * 8) - row * 8))]);
    const axis = row === rows - 1 ? label.padStart(10) : row === 0 ? '0'.padStart(10) : ' '.repeat(10);
    lines.push(`${axis} │${cells.join('')}`);
  }
  lines.push(`${' '.repeat(10)} └${'─'.repeat(width)}`);
  lines.push(
    `${' '.repeat(12)}${'0 s'.padEnd(Math.max(3, width - 8))}${`${(scale.endMs / 1000).toFixed(0)} s`.padStart(8)}`,
  );
  return lines;
}

/** The level at the end of each of `width` equal slices of the run. */
function sample(curve: Pick<Curve, 'points'>, width: number, end = curve.points.at(-1)?.atMs ?? 0): number[] {
  const values: number[] = [];
  let i = 0;
  let level = 0;
  for (let column = 1; column <= width; column++) {
    const until = (end * column) / width;
    for (; i < curve.points.length && (curve.points[i]?.atMs ?? 0) <= until; i++)
      level = curve.points[i]?.bytes ?? level;
    values.push(level);
  }
  return values;
}
