import { beforeAll, describe, expect, test } from 'vitest';
import { bySymbol, compiled, hasMode, isSnapshot, Run, type Snapshot, siteOf, traced } from './tracing.ts';

type Estimated = Snapshot['sites'][number] & { drawn: number; error_bytes: number };

/** Functions of resizes.c, each of which holds the same. */
const FUNCTIONS = 100;

const t = traced();
let program: string;
beforeAll(() => {
  program = compiled(t.dir, 'resizes');
}, 120_000);

/** What each function holds by the last list, and twice its standard error; and what it really holds. */
async function held(...args: string[]) {
  const run = new Run([t.memleak, '-c', program, '--json', '-i', '0.2', ...args]);
  await run.line(bySymbol(run, 'site_109'));
  await expect.poll(() => run.err, { timeout: 20_000 }).toMatch(/^\d+$/m);
  const truth = Number(/^\d+$/m.exec(run.err)?.[0]);
  const before = run.lines.filter(isSnapshot).length;
  await expect.poll(() => run.lines.filter(isSnapshot).length, { timeout: 20_000 }).toBeGreaterThan(before + 1);
  process.kill(run.process.pid as number, 'SIGTERM');
  expect(await run.ended).toBe(0);
  const by = new Map<string, { bytes: number; squares: number; drawn: number }>();
  for (const site of run.last.sites as Estimated[]) {
    const name = siteOf(run, site.site).stack[0]?.symbol ?? '';
    if (!name.startsWith('site_')) continue;
    const sum = by.get(name) ?? { bytes: 0, squares: 0, drawn: 0 };
    by.set(name, {
      bytes: sum.bytes + site.outstanding_bytes,
      squares: sum.squares + (site.error_bytes ?? 0) ** 2,
      drawn: sum.drawn + (site.drawn ?? 0),
    });
  }
  return { truth, run, of: [...by.values()] };
}

describe.each(['session', 'multi', 'perf'].filter(hasMode))('a sample, attached by %s', (mode) => {
  test('tells what there is within its error bar, blocks that were resized among them', async () => {
    const { truth, of } = await held('--attach', mode, '--sample', '2000');
    expect(of).toHaveLength(FUNCTIONS);
    const within = of.filter(({ bytes, squares }) => Math.abs(bytes - truth) <= Math.sqrt(squares));
    // 95 of 100 are to be expected; fewer than 88 come about once in a thousand runs.
    expect(within.length).toBeGreaterThanOrEqual(88);
    // And the bar is no wider than it has to be.
    expect(within.length).toBeLessThan(FUNCTIONS);
    const all = of.reduce((n, { bytes }) => n + bytes, 0) / (truth * FUNCTIONS);
    const error = Math.sqrt(of.reduce((n, { squares }) => n + squares, 0)) / (truth * FUNCTIONS);
    expect(Math.abs(all - 1)).toBeLessThan(2 * error);
    expect(error).toBeLessThan(0.03);
  });
});

test('so small that every block is drawn, it is exact; without one no list says that it is an estimate', async () => {
  const sampled = await held('--sample', '1');
  for (const { bytes, squares } of sampled.of) expect([bytes, squares]).toEqual([sampled.truth, 0]);
  const { truth, of, run } = await held();
  for (const { bytes } of of) expect(bytes).toBe(truth);
  expect(run.last).not.toHaveProperty('estimate');
});

test.each([
  [['-p', '1', '--sample', '1G'], /128M at most/],
  [['-p', '1', '--sample', '64K', '--progressive'], /no sample/],
])('%j is refused', async (args, says) => {
  const run = new Run([t.memleak, ...args]);
  expect(await run.ended).toBe(2);
  expect(run.err).toMatch(says);
});
