import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { times } from '../../property.ts';
import { compiled } from './compiled.ts';

const PARTS = [
  ...['blocks', 'holders', 'kernel_held', 'look', 'memory', 'reach', 'threads'].map((part) => `reach/${part}.c`),
  ...['symbols', 'mappings', 'table', 'debug', 'perf_map', 'demangle', 'rust', 'rust_v0'].map(
    (part) => `symbols/${part}.c`,
  ),
  ...['files', 'proc_maps', 'clock', 'process', 'reason'].map((part) => `ground/${part}.c`),
  ...['-ldw', '-lelf', '-lz', '-ldl'],
];
const EACH = 500;

let dir: string;
let reach: string;
beforeAll(() => {
  ({ dir, program: reach } = compiled('reach.c', ...PARTS));
  for (const name of ['points', 'web', 'churns'])
    execFileSync('cc', [
      ...['-O1', '-g', '-fno-omit-frame-pointer', '-pthread', '-Wall', '-Wextra', '-Werror'],
      ...['-o', join(dir, name), join(import.meta.dirname, `${name}.c`)],
    ]);
}, 240_000);
const started = new Set<ChildProcess>();
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** Runs a program until the empty line; the lines before it. */
async function until(program: string, input = ''): Promise<{ child: ChildProcess; lines: string[] }> {
  const child = spawn(join(dir, program), { stdio: ['pipe', 'pipe', 'inherit'] });
  started.add(child);
  child.stdin.end(input);
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (line === '') break;
    lines.push(line);
  }
  return { child, lines };
}
const ended = (child: ChildProcess): void => {
  child.kill('SIGKILL');
  started.delete(child);
};

interface Answer {
  asked: number;
  lost: number;
  held: number;
  unknown: number;
  by: string[];
}
/** What it says of these blocks of a process, by call site. */
function asked(pid: number, blocks: string[], prefix: string[] = []): { sites: Map<number, Answer>; out: string } {
  const [program = reach, ...args] = [...prefix, reach, String(pid)];
  const out = execFileSync(program, args, { input: blocks.join('\n'), encoding: 'utf8' });
  const sites = new Map<number, Answer>();
  let last: Answer | undefined;
  for (const line of out.split('\n')) {
    const numbers = /^(\d+) (\d+) (\d+) (\d+) (\d+)$/.exec(line)?.slice(1).map(Number);
    if (numbers) {
      const [site = 0, asked = 0, lost = 0, held = 0, unknown = 0] = numbers;
      last = { asked, lost, held, unknown, by: [] };
      sites.set(site, last);
    } else if (line.startsWith('  ')) {
      last?.by.push(line.trim());
    }
  }
  return { sites, out };
}

describe('blocks of a program that holds them in every way', () => {
  const names: string[] = [];
  let answers: Map<number, Answer>;
  let pid = 0;
  const of = (name: string) => answers.get(names.indexOf(name));
  beforeAll(async () => {
    const { child, lines } = await until('points');
    pid = child.pid as number;
    const blocks = lines.map((line) => {
      const [address, bytes, name = ''] = line.split(' ');
      if (!names.includes(name)) names.push(name);
      return `${address} ${bytes} ${names.indexOf(name)} 1`;
    });
    answers = asked(pid, blocks).sites;
    ended(child);
  }, 60_000);

  const held = (by: string, count = EACH): Answer => ({ asked: count, lost: 0, held: count, unknown: 0, by: [by] });
  test.each([
    ['table', `symbol ${EACH} table+0 points`],
    ['inside', `symbol ${EACH} inside+0 points`],
    ['tagged', `symbol ${EACH} tagged+0 points`],
    ['list', `symbol ${EACH} head+0 points`],
    ['outer', `symbol ${EACH} outers+0 points`],
    ['unknown', `memory ${EACH} [heap]`],
    ['epoll', `kernel ${EACH} [kernel]`],
  ])('%s: held, and by whom', (name, by) => {
    expect(of(name)).toEqual(held(by));
  });
  test('by a block of another call site', () => {
    expect(of('inner')).toEqual(held(`site ${EACH} ${names.indexOf('outer')}`));
  });
  test('by the stack of one thread', () => {
    const answer = of('stack');
    expect(answer).toMatchObject({ asked: EACH, lost: 0, held: EACH });
    expect(answer?.by).toEqual([expect.stringMatching(new RegExp(`^stack ${EACH} \\d+$`))]);
    expect(answer?.by[0]).not.toContain(` ${pid}`);
  });
  test.each(['coroutine', 'thread'])('by a stack beside another, of coroutines: %s', (name) => {
    expect(of(name)).toMatchObject({ asked: EACH, lost: 0, held: EACH });
  });
  test('by a register alone, of a thread that waits', () => {
    expect(of('register')).toMatchObject({ asked: 2, held: 2, by: [expect.stringMatching(/^register 2 \d+$/)] });
  });
  test('by one that no call was given, which only the kernel’s own copy has: test/e2e/tracer-reachable.test.ts', () => {
    expect(of('saved')).toMatchObject({ asked: 3, lost: 3 });
  });

  // One or the other may have left a word somewhere.
  test.each(['lost', 'ring', 'owner', 'owned', 'ended', 'over'])('%s: lost', (name) => {
    const answer = of(name);
    expect(answer).toMatchObject({ asked: EACH, unknown: 0 });
    // What was just below a stack pointer may be in use.
    expect(answer?.lost).toBeGreaterThanOrEqual(EACH - (name === 'over' ? 16 : 2));
  });
  test('half and half are told apart', () => {
    expect(of('half')).toEqual({
      asked: EACH,
      lost: EACH / 2,
      held: EACH / 2,
      unknown: 0,
      by: [`symbol ${EACH / 2} halves+8 points`],
    });
  });
});

describe('a service at work', () => {
  test('what it loses between blocks that come and go is lost, and what it moves all the time is held', async () => {
    const { child, lines } = await until('churns');
    // glibc's lists of free chunks point into the last bytes of every other block before one.
    const blocks = lines.map((line) =>
      line.replace(/ (lost|moves)$/, (_, name) => (name === 'lost' ? ' 1 1' : ' 2 1')),
    );
    const { sites } = asked(child.pid as number, blocks);
    ended(child);
    expect(sites.get(1)).toMatchObject({ asked: 2000, unknown: 0 });
    expect(sites.get(1)?.lost).toBeGreaterThan(1950);
    expect(sites.get(2)).toMatchObject({ asked: 500, lost: 0, held: 500 });
  }, 60_000);
});

describe('any web of blocks', () => {
  const COUNT = 40;
  const web = fc.record({
    edges: fc.uniqueArray(fc.tuple(fc.nat(COUNT - 1), fc.nat(COUNT - 1)), {
      maxLength: 60,
      selector: ([from, to]) => `${from} ${to}`,
    }),
    roots: fc.uniqueArray(fc.nat(COUNT - 1), { maxLength: 4 }),
    sites: fc.array(fc.nat(3), { minLength: COUNT, maxLength: COUNT }),
  });
  it(
    'is held as far as it hangs on a global, whatever points at what',
    times(25)(web, async ({ edges, roots, sites }) => {
      const places = new Map<number, number>();
      const few = edges.filter(([from]) => {
        places.set(from, (places.get(from) ?? 0) + 1);
        return (places.get(from) ?? 0) <= 16;
      });
      const told = [...roots.map((to) => [-1, to]), ...few].map((edge) => edge.join(' '));
      const { child, lines } = await until('web', `${COUNT}\n${told.join('\n')}\n`);
      const blocks = lines.map((line, i) => `${line} ${sites[i]} 1`);
      const seen = asked(child.pid as number, blocks).sites;
      ended(child);
      const reached = new Set(roots);
      for (const at of reached) for (const [from, to] of few) if (from === at) reached.add(to);
      for (const site of new Set(sites)) {
        const own = sites.flatMap((of, i) => (of === site ? [i] : []));
        expect(seen.get(site)).toMatchObject({
          asked: own.length,
          held: own.filter((i) => reached.has(i)).length,
          unknown: 0,
        });
      }
    }),
    120_000,
  );
});

describe('where it can’t look it says so', () => {
  const block = ['0x1000 64 1 1'];
  test('a process that is no more', () => {
    expect(asked(4194304, block).out).toMatch(/^why the process has ended$/m);
  });
  test('one that is somebody else’s', () => {
    const without = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-sys_ptrace', '--inh-caps=-all', '--'] : [];
    expect(asked(1, block, without).out).toMatch(/^why looking into the process takes CAP_SYS_PTRACE/m);
  });
  // As in a pod: its user is not the tool's, and some of /proc is its user's alone to read.
  test.runIf(process.getuid?.() === 0)('one of another user, without what root has besides', () => {
    const child = spawn('sleep', ['60'], { uid: 65534, gid: 65534 });
    started.add(child);
    const but = (...dropped: string[]) => ['setpriv', `--bounding-set=${dropped.map((c) => `-${c}`).join()}`, '--'];
    const pid = child.pid as number;
    expect(asked(pid, block, but('dac_override', 'dac_read_search')).out).toMatch(
      /^why looking into a process of another user takes CAP_DAC_READ_SEARCH besides CAP_SYS_PTRACE$/m,
    );
    // Newer kernels let PERFMON read mappings as well, which is part of SYS_ADMIN.
    expect(asked(pid, block, but('dac_override', 'dac_read_search', 'sys_ptrace', 'perfmon', 'sys_admin')).out).toMatch(
      /^why looking into the process takes CAP_SYS_PTRACE/m,
    );
    expect(asked(pid, ['0x6f5a3c210000 64 1 1'], but('dac_override')).sites.get(1)).toMatchObject({
      asked: 1,
      lost: 1,
    });
    ended(child);
  });
});
