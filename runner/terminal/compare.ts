import stringWidth from 'string-width';
import type { Shown, Style } from '../session/ui.ts';
import { bytes, type Say } from '../words/index.ts';
import { type Course, course, type Measure, survivalCourse } from './course.ts';
import { plot, type Scale, scaleOf } from './plot.ts';
import { wrapLine } from './wrap.ts';

const ROWS = 6;
/** On a screen of fewer rows than these the curves are lower, so that they stay in sight above what is said of them. */
const HIGH_SCREEN = 28;
const LOW_ROWS = 4;
/** The axis and its labels, left of a plot. */
const AXIS = 12;
const GAP = 3;
/** A plot narrower than this shows no shape: then the two stand one below the other. */
const NARROWEST = 22;
const WIDEST = 44;

const SHORT: Record<Measure, (value: number) => string> = {
  held: (value) => bytes(value).replace(/^.*\((.*)\)$/, '$1'),
  asked: (value) => bytes(value).replace(/^.*\((.*)\)$/, '$1'),
  'in-use': String,
  age: (value) => `${(value / 1000).toFixed(1)} s`,
  survival: (value) => `${Math.round(value)} %`,
};

/** The curves of two runs of one script on one scale, or in words; nothing where either shows none. */
export function compareLines(
  say: Say,
  style: Style,
  runs: readonly [Shown, Shown],
  { columns, rows = HIGH_SCREEN }: { columns: number; rows?: number | undefined },
): string[] {
  const drawn = runs.flatMap(({ name, evidence, as }) => {
    const way = as === 'survival' ? survivalCourse(evidence) : course(evidence);
    return way ? [{ name, ...way }] : [];
  });
  const [ours, twin] = drawn;
  if (!ours || !twin || ours.measure !== twin.measure) return [];
  const label = SHORT[ours.measure];
  const title = say(`course.${ours.measure}`);
  if (style.plain)
    return drawn.flatMap((run) =>
      wrapLine(say('course.words', { title, name: run.name, levels: levels(say, run, label) }), columns).split('\n'),
    );
  const scale = scaleOf(drawn, label);
  const beside = Math.floor((columns - GAP) / 2) - AXIS;
  const width = Math.min(WIDEST, beside >= NARROWEST ? beside : columns - AXIS);
  const plots = drawn.map((run) => [run.name, ...plot(run, width, rows < HIGH_SCREEN ? LOW_ROWS : ROWS, scale)]);
  const [left = [], right = []] = plots;
  if (beside < NARROWEST) return [style.dim(title), ...left, '', ...right];
  return [style.dim(title), ...left.map((line, i) => `${padded(line, AXIS + width + GAP)}${right[i] ?? ''}`)];
}

const padded = (line: string, width: number): string => line + ' '.repeat(Math.max(1, width - stringWidth(line)));

/** A course for those who hear it: its level after each quarter. */
function levels(say: Say, { points }: Course, label: Scale['label']): string {
  const quarters = [0.25, 0.5, 0.75, 1].map((share) => points[Math.ceil(share * points.length) - 1]);
  return quarters.flatMap((p) => (p ? [say('course.level', { value: label(p.bytes), ms: p.atMs })] : [])).join(', ');
}
