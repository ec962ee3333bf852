import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { memleak as schema } from '../../schemas/memleak.ts';
import { elevated } from './roots.ts';
import { builtTracer } from './tracing.ts';
import { root, type World, world } from './world.ts';

let w: World;
let memleak: string;
beforeAll(() => {
  w = world();
  memleak = builtTracer(w);
}, 120_000);
afterAll(() => w.end());

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A program of test/bpf/memleak, compiled. */
function compiled(source: string, ...args: string[]): string {
  const program = join(w.dir, `${source.replace(/\W/g, '-')}-${args.length}`);
  const compiler = source.endsWith('.cc') ? 'c++' : 'cc';
  const from = join(root, 'test/bpf/memleak', source);
  execFileSync(compiler, ['-D_GNU_SOURCE', '-O1', '-g', '-fno-omit-frame-pointer', '-o', program, from, ...args]);
  return program;
}

type Line = ReturnType<typeof schema.parse>;
interface Site {
  stack: string[];
  module: string | null;
  count: number;
  bytes: number;
}

/** What the tracer says of a program that allocates once it is told to, from before that to its "done", or for so long. */
async function traced(argv: string[], args: string[], { env = {}, go = 'go' } = {}) {
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, { stdio: 'pipe', env: { ...process.env, ...env } });
  children.push(child);
  await new Promise((done) => setTimeout(done, 300));
  const [command, words] = elevated(memleak, '-p', String(child.pid), '--json', '-i', '1000', ...args);
  const tracer = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(tracer);
  let err = '';
  tracer.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdout.setEncoding('utf8').on('data', () => tracer.kill('SIGINT'));
  const lines: Line[] = [];
  for await (const text of createInterface({ input: tracer.stdout })) {
    const line = schema.parse(JSON.parse(text));
    lines.push(line);
    if (line.type === 'attached') child.stdin.write(`${go}\n`);
  }
  const last = lines.findLast((line) => line.type === 'snapshot');
  const sites = (last?.sites ?? [])
    .filter(({ outstanding_count }) => outstanding_count > 0)
    .map(({ site, outstanding_count, outstanding_bytes }): Site => {
      const of = lines.find((line) => line.type === 'site' && line.site === site);
      const stack = of?.type === 'site' ? of.stack : [];
      return {
        stack: stack.map(({ symbol }) => symbol ?? '?'),
        module: stack[0]?.module ?? null,
        count: outstanding_count,
        bytes: outstanding_bytes,
      };
    });
  const findings = lines.filter((line) => line.type === 'finding');
  const stackOf = (site: number) => {
    const of = lines.find((line) => line.type === 'site' && line.site === site);
    return of?.type === 'site' ? of.stack : [];
  };
  return { lines, sites, findings, stackOf, lost: last?.lost, err };
}
const ALL = { blocks: 0, sites: 0, stacks: 0, calls: 0, missed_frees: 0 };

/** A library as the dynamic linker finds it; undefined: it doesn't. */
const libraryOf = (name: string): string | undefined =>
  execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' })
    .split('\n')
    .find((line) => line.trim().startsWith(`${name} `))
    ?.split(' => ')[1];

const MODES = ['session', 'multi', 'perf'];
const ALLOCATORS = ['libjemalloc.so.2', 'libtcmalloc_minimal.so.4', 'libmimalloc.so.2'].filter(libraryOf);

describe("an allocator's own new", () => {
  test.each(ALLOCATORS.flatMap((library) => MODES.map((mode) => [library, mode])))(
    'of %s is followed like its malloc, attached by %s',
    async (library = '', mode = '') => {
      // mimalloc, which is C, ends a program whose new can't be served.
      const program = [compiled('own-new.cc', '-std=c++17'), ...(library.includes('mimalloc') ? ['never'] : [])];
      const { sites, lost, err } = await traced(program, ['--attach', mode], {
        env: { LD_PRELOAD: libraryOf(library) ?? '' },
      });
      if (/this kernel has no such way/.test(err)) return;
      expect(lost).toEqual(ALL);
      expect(sites.map(({ stack, count, bytes }) => [stack[0], count, bytes]).sort()).toEqual([
        ['keeps_aligned()', 5, 1280],
        ['keeps_array()', 5, 3885],
        ['keeps_malloc()', 5, 2775],
        ['keeps_new()', 5, 1000],
        ['keeps_nothrow()', 5, 1665],
      ]);
      expect(err).toBe('');
    },
  );
  test('is no business of a program in C', async () => {
    const library = ALLOCATORS[0] && libraryOf(ALLOCATORS[0]);
    const { err } = await traced([compiled('copies.c')], [], { env: library ? { LD_PRELOAD: library } : {} });
    expect(err).toBe('');
  });
});

test('who called strdup, asprintf and getline is named, not the inside of libc', async () => {
  const { sites } = await traced([compiled('copies.c')], []);
  const callers = sites.filter(({ count }) => count === 10);
  expect(callers.map(({ stack, module }) => [stack[1], stack[2], module]).sort()).toEqual([
    ['keeps_asprintf', 'main', 'libc.so.6'],
    ['keeps_line', 'main', 'libc.so.6'],
    ['keeps_strdup', 'main', 'libc.so.6'],
  ]);
});

test('words that are no code end a stack: one call site stays one', async () => {
  const { sites, lost } = await traced([compiled('frameless.c', '-fomit-frame-pointer')], []);
  const kept = sites.filter(({ bytes }) => bytes > 4096);
  expect(kept).toEqual([expect.objectContaining({ count: 20_000, bytes: 2_000_000 })]);
  expect(kept[0]?.stack).toEqual(['keeps']);
  expect(lost).toEqual(ALL);
});

test('of a program that another has become, and that ended soon, there are names', async () => {
  const { sites } = await traced(['sh', '-c', 'read go; exec "$0"', compiled('quick.c')], []);
  expect(sites).toMatchObject([{ count: 10, bytes: 10_000, module: 'quick-c-0' }]);
  expect(sites[0]?.stack.slice(0, 2)).toEqual(['keeps', 'main']);
});

describe('progressive', () => {
  test.each([[['-static', '-s']], [['-static', '-s', '-no-pie']]])(
    'growth by brk in a program without symbols is a finding, named by page faults (%s)',
    async (flags) => {
      const { findings, stackOf } = await traced([compiled('grows.c', ...flags)], ['--progressive', '-d', '16']);
      expect(findings).toMatchObject([{ answer: 'growing', by: 'page-faults', hits: 0 }]);
      const [found] = findings;
      const [frame] = stackOf(found && 'site' in found ? found.site : 0);
      expect(frame).toMatchObject({ symbol: null, module: expect.stringMatching(/^grows-c/) });
      expect(frame?.build_id).toMatch(/^[0-9a-f]{40}$/);
    },
  );
  test('and of a run that is too short to say more, it is told at the end', async () => {
    const { findings } = await traced([compiled('grows.c', '-static', '-s')], ['--progressive', '-d', '6']);
    expect(findings).toMatchObject([{ answer: 'growing', by: 'page-faults' }]);
  });
  test('a cache that fills, and then is full, is no leak', async () => {
    const { findings, lines } = await traced([compiled('fills.c')], ['--progressive', '-d', '20']);
    expect(lines.at(-1)).toMatchObject({ type: 'end', reason: 'duration' });
    expect(findings.filter(({ answer }) => answer === 'leak')).toEqual([]);
  });
});
