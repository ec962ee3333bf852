// Lost or held, of the blocks that the tracer follows, in programs that go on running.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtTracer, compiled, isAttached, type Line, Run, type Snapshot } from './tracing.ts';
import { type World, world } from './world.ts';

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
const EACH = 500;

let w: World;
let memleak: string;
const started: ChildProcess[] = [];
beforeAll(() => {
  w = world();
  memleak = builtTracer(w);
}, 120_000);
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await w.end();
});

/** What a program has said until an empty line, once the tracer is there and it is told to go on; the last list, and what belongs to it. */
async function seen(
  argv: [string, ...string[]],
  ...options: string[]
): Promise<{ said: string[]; last: Snapshot; witnesses: Witness[]; pid: number }> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  started.push(child);
  const run = new Run([memleak, '-p', String(child.pid), '--reachable', '--json', '-i', '3600', ...options]);
  await run.line(isAttached as (line: Line) => line is Line);
  child.stdin.write('\n');
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (line === '') break;
    said.push(line);
  }
  // Old enough to be asked after.
  await new Promise((done) => setTimeout(done, 700));
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
    const { said, last, witnesses } = await seen([compiled(w.dir, 'points', '-pthread'), 'wait'], '--blocks');
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
    expect(sum(name, 'asked')).toBe(EACH);
    expect(by(name)).toEqual([{ kind: 'symbol', symbol, offset: 0, module: 'points', count: EACH }]);
  });
  test('by blocks of another call site, by a stack, by the kernel', () => {
    expect(by('inner')?.map(({ kind, site, count }) => [kind, names.get(site ?? -1), count])).toEqual([
      ['site', 'outer', EACH],
    ]);
    expect(by('stack')).toEqual([{ kind: 'stack', tid: expect.any(Number), count: EACH }]);
    expect(by('epoll')).toEqual([{ kind: 'memory', module: '[kernel]', count: EACH }]);
  });
  test('by registers that no call was given', () => {
    expect(answers.get('saved') ?? answers.get('register')).toMatchObject([
      { asked: 5, held: 5, by: [{ kind: 'register', count: 5 }] },
    ]);
  });
  test.each(['lost', 'ring', 'owner', 'owned', 'ended'])('%s: lost', (name) => {
    // Fewer than three at a call site are nobody's habit: the first of a ring has one of its own.
    expect(sum(name, 'asked')).toBeGreaterThanOrEqual(EACH - 1);
    expect(sum(name, 'lost')).toBeGreaterThanOrEqual(sum(name, 'asked') - 2);
  });
  test('half of them', () => {
    expect(answers.get('half')).toMatchObject([
      { asked: EACH, lost: EACH / 2, held: EACH / 2, by: [{ kind: 'symbol', symbol: 'halves', count: EACH / 2 }] },
    ]);
  });
});

test('a service at work: one call site loses what it takes, and no other does', async () => {
  const { witnesses } = await seen([compiled(w.dir, 'churns')]);
  const [most, ...others] = witnesses.sort((a, b) => b.lost - a.lost);
  expect(most?.lost).toBeGreaterThan(1000);
  expect((most?.lost ?? 0) / (most?.asked ?? 1)).toBeGreaterThan(0.97);
  for (const other of others) expect(other.lost, JSON.stringify(other)).toBe(0);
}, 60_000);

test('a big dict of Python’s: all of it is held', async () => {
  const script =
    'import sys, time\nsys.stdin.readline()\nd = {str(i): bytes(600 + i % 50) for i in range(20000)}\nprint("made\\n", flush=True)\ntime.sleep(60)';
  const { witnesses } = await seen(['/usr/bin/python3', '-c', script]);
  expect(witnesses.reduce((n, { held }) => n + held, 0)).toBeGreaterThanOrEqual(20_000);
  expect(witnesses.filter(({ lost }) => lost > 0)).toEqual([]);
}, 60_000);
