import { expect, it } from 'vitest';
import type { Sums } from '../../../runner/tools/memleak/follow.ts';
import { looks } from '../../../runner/monitor/exporter/looks.ts';
import { type Series, totals } from '../../../runner/monitor/exporter/totals.ts';
import { recorded, told } from './recorded.ts';

const LEAK = 'verdict/lives/lost-1-in-4.jsonl.gz';
/** They keep blocks as well, and give them back or stop. */
const HEALTHY = ['balanced-churn-sampled', 'cache-fills-and-stays', 'doubling-pool'].map(
  (name) => `verdict/lives/${name}.jsonl.gz`,
);
const COUNTERS = ['allocBytes', 'allocObjects', 'freeObjects'] as const;

/** The series at every look of a recording. */
async function played(bytes: Uint8Array, top: number, neededMs = 30_000) {
  const all = { looks: looks({ neededMs }), totals: totals(top) };
  const at: { series: Series[]; sums: Sums[] }[] = [];
  for (const { evidence, sums } of await told(bytes)) {
    all.looks.take(evidence);
    if (!sums) continue;
    all.totals.take(sums, all.looks.verdict());
    at.push({ series: all.totals.series(), sums });
  }
  return at;
}

const sum = (series: readonly Series[], what: (typeof COUNTERS)[number] | 'inuseBytes') =>
  series.reduce((n, s) => n + s[what], 0);

it.each([1, 2, 1000])('all series add up to what the tracer counted, and no counter falls (top %i)', async (top) => {
  const at = await played(recorded(LEAK), top);
  expect(at.length).toBeGreaterThan(5);
  expect(sum(at.at(-1)?.series ?? [], 'freeObjects')).toBeGreaterThan(100);
  let before = new Map<string, Series>();
  for (const { series, sums } of at) {
    expect(sum(series, 'allocBytes')).toBe(sums.reduce((n, s) => n + s.allocatedBytes, 0));
    expect(sum(series, 'allocObjects')).toBe(sums.reduce((n, s) => n + s.allocs, 0));
    expect(sum(series, 'inuseBytes')).toBe(sums.reduce((n, s) => n + s.bytes, 0));
    for (const [name, old] of before)
      for (const what of COUNTERS)
        expect(series.find((s) => s.name === name)?.[what], `${name} ${what}`).toBeGreaterThanOrEqual(old[what]);
    before = new Map(series.map((s) => [s.name, s]));
    expect(series.length).toBeLessThanOrEqual(2 * top + 1);
    expect(new Set(series.map((s) => s.name)).size).toBe(series.length);
  }
});

it('what was allocated is held, or was freed', async () => {
  for (const { series } of await played(recorded(LEAK), 5))
    for (const s of series) expect(s.allocObjects - s.freeObjects, s.name).toBe(s.inuseObjects);
});

it('names what leaks, with its pace; nothing that is healthy leaks at any look', async () => {
  const leak = (await played(recorded(LEAK), 20, 3000)).at(-1)?.series.find(({ answer }) => answer === 'leak');
  expect(leak?.name).toMatch(/:render_page$/);
  expect(leak?.rate?.value).toBeGreaterThan(1000);
  expect(leak?.share?.value).toBeGreaterThan(0.1);
  for (const name of HEALTHY)
    for (const { series } of await played(recorded(name), 20))
      expect(series.filter(({ answer }) => answer === 'leak')).toEqual([]);
});

it('what leaks gets a seat even where others have them all, and the rest shows the worst of it', async () => {
  const one = (await played(recorded(LEAK), 1, 3000)).at(-1)?.series ?? [];
  expect(one.find(({ answer }) => answer === 'leak')?.name).toMatch(/:render_page$/);
});

it('a tracer that was started again counts from nothing, and the counters go on', async () => {
  const once = recorded(LEAK);
  const [single, twice] = [await played(once, 20), await played(Buffer.concat([once, once]), 20)];
  const [a, b] = [single.at(-1)?.series ?? [], twice.at(-1)?.series ?? []];
  for (const what of COUNTERS) expect(sum(b, what)).toBe(2 * sum(a, what));
  expect(sum(b, 'inuseBytes')).toBe(sum(a, 'inuseBytes'));
});

it('says after hundreds of looks what it says of all of them', async () => {
  const { judge } = await import('../../../runner/evidence/verdict.ts');
  const all = (await told(recorded(LEAK))).flatMap(({ evidence }) => evidence);
  const whole = judge(all.filter((e) => ['lifetimes', 'witness', 'counter'].includes(e.kind)));
  const kept = looks({});
  for (const { evidence } of await told(recorded(LEAK))) kept.take(evidence);
  const answers = (sites: { site: string; answer: string }[]) => sites.map(({ site, answer }) => [site, answer]);
  expect(answers(kept.verdict().sites)).toEqual(answers(whole.sites));
});
