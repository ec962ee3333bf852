import { totals } from '../evidence/criteria/freeing.ts';
import { lives } from '../evidence/lives.ts';
import type { Allocation, Counter, Evidence } from '../evidence/model.ts';
import { populationFrom } from '../evidence/rule/population.ts';
import { survival } from '../evidence/rule/survival.ts';
import type { Curve } from './plot.ts';

/** What a course shows: bytes outstanding, blocks handed out less those given back, the oldest block's age, bytes asked for; of each block that was born, how probably it lives so long, percent. */
export type Measure = 'held' | 'in-use' | 'age' | 'asked' | 'survival';

/** How a run went, in the one number over time that says most of what its script printed. */
export interface Course {
  measure: Measure;
  points: Curve['points'];
}

/** The course of a run; null for fewer than two points. */
export function course(evidence: readonly Evidence[]): Course | null {
  const counters = (name: string) =>
    evidence.filter((e): e is Counter & { atMs: number } => e.kind === 'counter' && e.name === name && e.atMs !== null);
  const ways: [Measure, () => Curve['points']][] = [
    ['held', () => held(evidence)],
    ['in-use', () => (totals(evidence, 'allocs') ? inUse(counters('allocs'), counters('frees')) : [])],
    ['age', () => ages(counters('born_ms'))],
    ['asked', () => asked(evidence)],
  ];
  for (const [measure, way] of ways) {
    const points = way();
    if (points.length >= 2) return { measure, points };
  }
  return null;
}

/** How long the blocks of the busiest call site live: what share of them, by its age. Null for fewer than two blocks. */
export function survivalCourse(evidence: readonly Evidence[]): Course | null {
  const { blocks, window } = lives(evidence);
  const count = new Map<string, number>();
  for (const { site } of blocks) count.set(site, (count.get(site) ?? 0) + 1);
  const [busiest] = [...count].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const most = blocks.filter(({ site }) => site === busiest);
  if (most.length < 2) return null;
  const population = populationFrom(most, window);
  const oldest = population.alive.reduce((ms, { fromMs }) => Math.max(ms, fromMs), population.longestEndedMs);
  const steps = survival(population).steps.map(({ ms, share }) => ({ atMs: ms, bytes: 100 * share }));
  const last = steps.at(-1)?.bytes ?? 100;
  return { measure: 'survival', points: [...steps, { atMs: Math.max(oldest, steps.at(-1)?.atMs ?? 0), bytes: last }] };
}

/** Outstanding bytes, of all call sites. */
function held(evidence: readonly Evidence[]): Curve['points'] {
  const changes = lives(evidence).blocks.flatMap((b) => [
    { atMs: b.born, by: b.bytes },
    ...(b.died === null ? [] : [{ atMs: b.died, by: -b.bytes }]),
  ]);
  return summed(changes);
}

function inUse(allocs: Timed[], frees: Timed[]): Curve['points'] {
  return allocs.map(({ atMs, value }) => ({
    atMs,
    bytes: value - (frees.findLast((f) => f.atMs <= atMs)?.value ?? 0),
  }));
}

/** Of each snapshot, how old the oldest block in it is. */
function ages(births: Timed[]): Curve['points'] {
  const oldest = new Map<number, number>();
  for (const { atMs, value } of births) oldest.set(atMs, Math.max(oldest.get(atMs) ?? 0, atMs - value));
  return [...oldest].map(([atMs, age]) => ({ atMs, bytes: age }));
}

function asked(evidence: readonly Evidence[]): Curve['points'] {
  const calls = evidence.filter((e): e is Allocation => e.kind === 'allocation');
  return summed(calls.flatMap(({ atMs, bytes }) => (atMs === null || bytes === null ? [] : [{ atMs, by: bytes }])));
}

function summed(changes: { atMs: number; by: number }[]): Curve['points'] {
  let level = 0;
  return changes.sort((a, b) => a.atMs - b.atMs).map(({ atMs, by }) => ({ atMs, bytes: (level += by) }));
}

type Timed = { atMs: number; value: number };
