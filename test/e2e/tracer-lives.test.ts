import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { compiled, hasMode, Run, type Snapshot, siteOf, traced } from './tracing.ts';
import { elevated } from './roots.ts';

type Lived = Snapshot['sites'][number] & {
  ended: [bin: number, count: number][];
  alive: [bin: number, count: number, bytes: number][];
  longest_ended_ms?: number;
  last_birth_ms?: number;
};
/** By what the program itself saw: lives that ended, between which bounds the longest lies, and how many blocks it keeps. */
interface Truth {
  ended: number;
  least: number;
  most: number;
  kept: number;
}

const t = traced();
let program: string;
beforeAll(() => {
  program = compiled(t.dir, 'lives');
}, 120_000);

const fromMs = (bin: number) => (bin === 0 ? 0 : (2 ** (20 + ((bin - 1) >> 2)) * (1 + ((bin - 1) & 3) / 4)) / 1e6);
const sum = (bins: [bin: number, count: number, ...more: number[]][]) => bins.reduce((n, [, count]) => n + count, 0);

/** What the last list says of each function, and what is true of it. */
async function lives(command: string, ...args: string[]) {
  const run = new Run([t.memleak, '-c', command, '-i', '60', ...args]);
  await expect.poll(() => run.err, { timeout: 60_000 }).toMatch(/^over$/m);
  process.kill(run.process.pid as number, 'SIGTERM');
  expect(await run.ended).toBe(0);
  const truth = new Map<string, Truth>();
  for (const [, name = '', ...numbers] of run.err.matchAll(/^(\w+) (\d+) (\d+) (\d+) (\d+)$/gm)) {
    const [ended = 0, least = 0, most = 0, kept = 0] = numbers.map(Number);
    truth.set(name, { ended, least: least / 1e6, most: most / 1e6, kept });
  }
  return { run, truth };
}
/** What the last list says of the function, at whichever lines of it. */
function seen({ run }: { run: Run }, name: string): Lived {
  const of = (run.last.sites as Lived[]).filter(({ site }) => siteOf(run, site).stack[0]?.symbol === name);
  expect(of, name).not.toEqual([]);
  const all = (field: 'allocs' | 'frees' | 'outstanding_bytes') => of.reduce((n, site) => n + site[field], 0);
  const longest = of.flatMap((site) => site.longest_ended_ms ?? []);
  return {
    ...(of[0] as Lived),
    allocs: all('allocs'),
    frees: all('frees'),
    outstanding_bytes: all('outstanding_bytes'),
    ended: of.flatMap((site) => site.ended).sort(([a], [b]) => a - b),
    alive: of.flatMap((site) => site.alive).sort(([a], [b]) => a - b),
    ...(longest.length ? { longest_ended_ms: Math.max(...longest) } : {}),
    last_birth_ms: Math.max(...of.flatMap((site) => site.last_birth_ms ?? [])),
  };
}

describe.each(['session', 'multi', 'perf'].filter(hasMode))('lives, attached by %s', (mode) => {
  test('are as long as they were, and those that go on as old as they are', async () => {
    const all = await lives(program, '--json', '--attach', mode);
    expect([...all.truth.keys()].sort()).toEqual(['brief', 'kept', 'lasting', 'refused', 'resized', 'to_nothing']);
    for (const [name, truth] of all.truth) {
      const site = seen(all, name);
      expect([name, sum(site.ended), sum(site.alive)]).toEqual([name, truth.ended, truth.kept]);
      expect(site.alive.reduce((n, [, , bytes]) => n + bytes, 0)).toBe(site.outstanding_bytes);
      expect('longest_ended_ms' in site).toBe(truth.ended > 0);
      if (site.longest_ended_ms === undefined) continue;
      // To the thousandth of a ms that it is printed with.
      expect(site.longest_ended_ms).toBeGreaterThanOrEqual(truth.least - 0.001);
      expect(site.longest_ended_ms).toBeLessThanOrEqual(truth.most + 0.001);
      const [last = 0] = site.ended.at(-1) ?? [];
      expect(site.longest_ended_ms).toBeGreaterThanOrEqual(fromMs(last) - 0.001);
      expect(site.longest_ended_ms).toBeLessThanOrEqual(fromMs(last + 1) + 0.001);
    }
    // Each of these lived for a tick, and for ten.
    for (const [bin] of seen(all, 'brief').ended) expect(fromMs(bin + 1)).toBeGreaterThan(100);
    for (const [bin] of seen(all, 'lasting').ended) expect(fromMs(bin + 1)).toBeGreaterThan(1000);
  });
});

describe('a block that is resized', () => {
  test('is one life, from its first birth on; its requests are counted as before', async () => {
    const all = await lives(program, '--json');
    const site = seen(all, 'resized');
    const at = all.run.last.at_ms;
    // Two of twenty sizes each, of which the last of one is there.
    expect([site.allocs, site.frees]).toEqual([40, 39]);
    expect([sum(site.ended), sum(site.alive)]).toEqual([1, 1]);
    expect(site.alive[0]?.[2]).toBe(40_000);
    // Nineteen ticks were between its first size and its last one.
    expect(fromMs((site.alive[0]?.[0] ?? 0) + 1)).toBeGreaterThan(1900);
    expect(site.longest_ended_ms).toBeGreaterThan(1900);
    expect(at - (site.last_birth_ms ?? 0)).toBeLessThan(fromMs((site.alive[0]?.[0] ?? 0) + 1) - 1900 + 200);
    // One that could not grow lived on, and one of no bytes is no more.
    expect(seen(all, 'refused').longest_ended_ms).toBeGreaterThan(1900);
    expect(seen(all, 'to_nothing').longest_ended_ms).toBeLessThan(1900);
  });
});

describe('a sample', () => {
  /** Blocks of 100 to 1000 bytes, nineteen times so many. */
  const many = 500;
  test('tells how many ended after how long, as an estimate of all', async () => {
    const all = await lives(`${program} ${many}`, '--json', '--sample', '2000');
    const site = seen(all, 'brief');
    const truth = all.truth.get('brief') as Truth;
    expect(truth.ended).toBe(19 * many);
    // About one in four is drawn: a standard error of two in a hundred.
    expect(Math.abs(sum(site.ended) / truth.ended - 1)).toBeLessThan(0.1);
    expect(sum(site.ended) % 1).not.toBe(0);
    expect(site.longest_ended_ms).toBeLessThanOrEqual(truth.most + 0.001);
  });
  test('in which each block is drawn is exact', async () => {
    const all = await lives(program, '--json', '--sample', '1');
    for (const [name, { ended, kept }] of all.truth)
      expect([name, sum(seen(all, name).ended), sum(seen(all, name).alive)]).toEqual([name, ended, kept]);
  });
});

test('people read the same in a line under each call site', async () => {
  const [argv0, argv] = elevated(t.memleak, '-c', program, '-i', '60', '-d', '6');
  const { stdout, stderr } = spawnSync(argv0, argv, { encoding: 'utf8' });
  const [, least = 0, most = 0] = (/^lasting 10 (\d+) (\d+) 10$/m.exec(stderr) ?? []).map((n) => Number(n) / 1e9);
  const said = / in 10 blocks, .*\n {4}(lives: .*)\n {6}lasting\+0x/.exec(stdout)?.[1] ?? stdout;
  const shape =
    /^lives: 10 ended, the longest after ([\d.]+) s; kept by age: 10 under 8\.59 s; the last began [\d.]+ s before$/;
  const longest = Number(shape.exec(said)?.[1]);
  expect(longest, said + stderr).toBeGreaterThanOrEqual(least - 0.005);
  expect(longest, said + stderr).toBeLessThanOrEqual(most + 0.005);
  expect(stdout).toMatch(/^ {4}lives: 0 ended; kept by age: \d under \d/m);
});
