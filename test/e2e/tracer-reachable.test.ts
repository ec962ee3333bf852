// Lost or held, of the blocks that the tracer follows, in programs that go on running.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, test } from 'vitest';
import { compiled, isAttached, type Line, Run, type Snapshot, traced } from './tracing.ts';

interface Witness {
  type: 'reachable';
  site: number;
  asked: number;
  lost: number;
  held: number;
  unknown: number;
  by: { kind: string; symbol?: string; site?: number; tid?: number; module?: string | null; count: number }[];
}
const isWitness = (line: Line): boolean => (line as { type: string }).type === 'reachable';
/** Of 500 all but the youngest are old enough to be asked after. */
const MOST = 450;

const t = traced();

/** What a program has said until an empty line, once the tracer is there and it is told to go on; the last list, and what belongs to it. */
async function seen(
  argv: [string, ...string[]],
  ...options: string[]
): Promise<{ said: string[]; last: Snapshot; witnesses: Witness[]; pid: number }> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.started.push(child);
  const run = new Run([t.memleak, '-p', String(child.pid), '--reachable', '--json', '-i', '3600', ...options]);
  await run.line(isAttached as (line: Line) => line is Line);
  child.stdin.write('\n');
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (line === '') break;
    said.push(line);
  }
  // Old enough to be asked after, and not so old that it has stopped.
  await new Promise((done) => setTimeout(done, 200));
  process.kill(run.process.pid as number, 'SIGTERM');
  expect(await run.ended).toBe(0);
  const from = run.lines.findLastIndex((line, i) => isWitness(line) && !isWitness(run.lines[i - 1] as Line));
  expect(from).toBeGreaterThan(0);
  const witnesses = run.lines.filter(isWitness) as unknown as Witness[];
  child.kill('SIGKILL');
  return { said, last: run.last, witnesses, pid: child.pid as number };
}

describe('a program that holds blocks in every way', () => {
  let answers: Map<string, Witness[]>;
  let names: Map<number, string>;
  beforeAll(async () => {
    const { said, last, witnesses } = await seen([compiled(t.dir, 'points', '-pthread'), 'wait'], '--blocks');
    const byAddress = new Map(said.map((line) => [line.split(' ')[0], line.split(' ')[2] as string]));
    names = new Map(last.blocks?.map(({ address, site }) => [site, byAddress.get(address) ?? 'others']));
    answers = new Map();
    for (const witness of witnesses) {
      const name = names.get(witness.site) ?? 'others';
      answers.set(name, [...(answers.get(name) ?? []), witness]);
    }
  }, 60_000);
  const sum = (name: string, of: 'asked' | 'lost' | 'held') =>
    (answers.get(name) ?? []).reduce((n, answer) => n + answer[of], 0);
  const by = (name: string) => answers.get(name)?.flatMap((answer) => answer.by);

  test.each([
    ['table', 'table'],
    ['inside', 'inside'],
    ['tagged', 'tagged'],
    ['list', 'head'],
    ['outer', 'outers'],
  ])('%s: held by the global %s', (name, symbol) => {
    expect(sum(name, 'asked')).toBeGreaterThan(MOST);
    expect(by(name)).toEqual([
      { kind: 'symbol', symbol, offset: expect.any(Number), module: 'points', count: sum(name, 'asked') },
    ]);
  });
  test('by blocks of another call site, by a stack, by the kernel', () => {
    const all = (name: string) => sum(name, 'asked');
    for (const name of ['inner', 'stack', 'epoll']) expect(all(name)).toBeGreaterThan(MOST);
    expect(by('inner')?.map(({ kind, site, count }) => [kind, names.get(site ?? -1), count])).toEqual([
      ['site', 'outer', all('inner')],
    ]);
    expect(by('stack')).toEqual([{ kind: 'stack', tid: expect.any(Number), count: all('stack') }]);
    expect(by('epoll')).toEqual([{ kind: 'memory', module: '[kernel]', count: all('epoll') }]);
  });
  test.each(['lost', 'ring', 'owner', 'owned'])('%s: lost', (name) => {
    expect(sum(name, 'asked')).toBeGreaterThan(MOST);
    expect(sum(name, 'lost')).toBeGreaterThanOrEqual(sum(name, 'asked') - 2);
  });
  test('half of them', () => {
    expect(by('half')).toMatchObject([{ kind: 'symbol', symbol: 'halves', count: sum('half', 'held') }]);
    expect(Math.abs(sum('half', 'lost') - sum('half', 'held'))).toBeLessThanOrEqual(1);
    expect(sum('half', 'asked')).toBeGreaterThan(MOST);
  });
});

test('a service at work: one call site loses what it takes, and no other does', async () => {
  const { witnesses } = await seen([compiled(t.dir, 'churns')]);
  const [most, ...others] = witnesses.sort((a, b) => b.lost - a.lost);
  expect(most?.lost).toBeGreaterThan(100);
  // A word that was left in memory given back may still look like a pointer: then a lost block counts as held.
  expect((most?.lost ?? 0) / (most?.asked ?? 1)).toBeGreaterThan(0.9);
  for (const other of others) expect(other.lost, JSON.stringify(other)).toBe(0);
}, 60_000);

test('a big dict of Python’s: all of it is held', async () => {
  const script =
    'import sys, time\nsys.stdin.readline()\nd = {}\nfor i in range(20000):\n  d[i] = bytes(600 + i % 50)\n  if i % 10 == 0: time.sleep(0.001)\nprint("made\\n", flush=True)\ntime.sleep(60)';
  const { witnesses } = await seen(['/usr/bin/python3', '-c', script]);
  expect(witnesses.reduce((n, { held }) => n + held, 0)).toBeGreaterThan(15_000);
  expect(witnesses.filter(({ lost }) => lost > 0)).toEqual([]);
}, 60_000);
