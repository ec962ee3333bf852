import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { host } from '../../runner/environments/host/index.ts';
import type { Lab } from '../../runner/model/lab.ts';
import { elevated } from './roots.ts';
import { builtTracer } from './tracing.ts';
import { eventually, root, type World, world } from './world.ts';

/** The gadget's program under our own loader, which is what runs where Inspektor Gadget can't be had. */
let w: World;
let memleak: string;
beforeAll(() => {
  w = world();
  for (const name of ['XDG_STATE_HOME', 'XDG_CACHE_HOME']) process.env[name] = w.env[name];
  memleak = builtTracer(w);
}, 120_000);
afterAll(() => w.end());

async function inLab<T>(variant: string, work: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await host.up({ workload: 'stealth-leaker', variant, pace: 'fast', lifetime: 'session' });
  try {
    return await work(lab);
  } finally {
    await lab.down();
  }
}

interface Line {
  pid: number;
  comm: string;
  outstanding_bytes: number;
  outstanding_count: number;
  allocs: number;
  frees: number;
  lost: number;
  timestamp_raw: number;
  ustack: { symbols: string; addresses: string };
  [field: string]: unknown;
}

async function run(
  args: string[],
  program = memleak,
): Promise<{ fetches: Line[][]; code: number | null; err: string }> {
  const child = spawn(...elevated(program, ...args), { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return {
    fetches: out
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line[]),
    code,
    err,
  };
}

const ofLeaker = (pid: number, ...args: string[]) => ['-p', String(pid), '--gadget', '-i', '0.5', ...args];

describe("the gadget's program", () => {
  test('names the function and what it holds, more in each list; nothing is lost between two', () =>
    inLab('leaker', async (lab) => {
      const { fetches, code, err } = await run(ofLeaker(lab.target.pid, '-d', '3.2'));
      expect(code, err).toBe(0);
      expect(fetches.length).toBeGreaterThanOrEqual(6);
      const lines = fetches
        .filter((f) => f.length > 0)
        .map((f) => f.find((l) => l.ustack.symbols.startsWith('memory_leak_thread; ')) as Line);
      for (const line of lines)
        expect(line).toMatchObject({
          pid: lab.target.pid,
          comm: 'stealth-leaker',
          frees: 0,
          lost: 0,
          outstanding_bytes: line.outstanding_count * 1048576,
          outstanding_count: line.allocs,
        });
      const counts = lines.map((l) => l.outstanding_count);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
      expect(counts.at(-1)).toBeGreaterThanOrEqual(7);
      expect(Math.abs((lines.at(-1)?.timestamp_raw ?? 0) / 1e6 - Date.now())).toBeLessThan(30_000);
    }));
  test('sees a healthy twin give back', () =>
    inLab('twin', async (lab) => {
      const { fetches, code, err } = await run(ofLeaker(lab.target.pid, '-d', '4'));
      expect(code, err).toBe(0);
      const last = fetches.at(-1)?.[0];
      expect(last?.allocs).toBeGreaterThanOrEqual(9);
      expect(last?.outstanding_count).toBeLessThanOrEqual(4);
    }));
  test('by mount namespace, and with a filter for the size', () =>
    inLab('leaker', async (lab) => {
      const { fetches } = await run([
        '--mntns',
        String(lab.target.pid),
        '--gadget',
        '--min-size',
        '2M',
        '-i',
        '0.5',
        '-d',
        '1.5',
      ]);
      expect(fetches.length).toBeGreaterThanOrEqual(3);
      expect(fetches.flat().filter((l) => l.pid === lab.target.pid)).toEqual([]);
    }));
  test('changed and compiled again, it runs as it then is', () =>
    inLab('leaker', async (lab) => {
      const copy = join(w.dir, 'mine');
      execFileSync('cp', ['-r', join(root, 'bpf/memleak'), copy]);
      execFileSync('sed', [
        '-i',
        's/^\\t__u64 lost;/\\t__u64 lost;\\n\\t__u64 block_bytes;/; s/^\\tline.pid = /\\tline.block_bytes = line.outstanding_bytes \\/ line.outstanding_count;\\n\\tline.pid = /',
        join(copy, 'program.bpf.c'),
      ]);
      execFileSync('make', ['-s', '-C', copy, 'gadget', `BUILD=${copy}/out`]);
      const { fetches, err } = await run([
        '-p',
        String(lab.target.pid),
        `--gadget=${copy}/out/memleak.gadget.o`,
        '-i',
        '0.5',
        '-d',
        '2',
      ]);
      expect(fetches.at(-1)?.[0], err).toMatchObject({ block_bytes: 1048576 });
    }));
  test('a process that ends takes what it held with it', async () => {
    const program = join(w.dir, 'becomes');
    execFileSync('cc', [
      '-O1',
      '-g',
      '-fno-omit-frame-pointer',
      '-pthread',
      '-o',
      program,
      join(root, 'test/bpf/memleak/becomes.c'),
    ]);
    const child = spawn(program, { stdio: ['pipe', 'ignore', 'inherit'] });
    try {
      const tracing = run(['-p', String(child.pid), '--gadget', '-i', '0.1', '-d', '3']);
      // Its probes are there once it has printed a list, which here nobody waits for: half a second is plenty, and more does no harm.
      await new Promise((go) => setTimeout(go, 1500));
      child.stdin?.write('go\n');
      const { fetches, err } = await tracing;
      const counts = fetches.map(
        (f) => f.find((l) => l.ustack.symbols.startsWith('before_exec; '))?.outstanding_count ?? 0,
      );
      expect(Math.max(...counts), err).toBe(10);
      expect(counts.at(-1)).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
  describe('counts only once all of its probes are there', () => {
    const built = (name: string, ...change: string[]): string => {
      const copy = join(w.dir, name);
      execFileSync('cp', ['-r', join(root, 'bpf/memleak'), copy]);
      if (change.length > 0) execFileSync('sed', ['-i', ...change, join(copy, 'program.bpf.c')]);
      execFileSync('make', ['-s', '-C', copy, 'gadget', `BUILD=${copy}`]);
      return `--gadget=${copy}/memleak.gadget.o`;
    };
    /** What it shows of fifty blocks that are renewed all the time, or of a process that never frees. */
    const held = async (args: string[], ...how: string[]) => {
      const program = join(w.dir, 'holds');
      execFileSync('cc', [
        '-O1',
        '-g',
        '-fno-omit-frame-pointer',
        '-o',
        program,
        join(root, 'test/bpf/memleak/holds.c'),
      ]);
      const child = spawn(program, how, { stdio: 'ignore' });
      try {
        await eventually('it has its libc', () => /libc\.so/.test(readFileSync(`/proc/${child.pid}/maps`, 'utf8')));
        const { fetches, code, err } = await run(['-p', String(child.pid), ...args, '-i', '0.5', '-d', '4']);
        expect(code, err).toBe(0);
        return fetches.map((f) =>
          f.reduce((n, l) => ({ blocks: n.blocks + l.outstanding_count, frees: n.frees + l.frees }), {
            blocks: 0,
            frees: 0,
          }),
        );
      } finally {
        child.kill('SIGKILL');
      }
    };
    test.each(['free', 'malloc', 'realloc'])('with %s probed last', async (late) => {
      const lists = await held(['--gadget', '--late', late]);
      expect(Math.max(...lists.map((l) => l.blocks))).toBeLessThanOrEqual(50);
      expect(lists.at(-1)?.blocks).toBeGreaterThanOrEqual(45);
    });
    test('which is not so without that rule', async () => {
      const lists = await held([built('hasty', 's/^__u32 listed = 0;/__u32 listed = 1;/'), '--late', 'free']);
      expect(lists.at(-1)?.blocks).toBeGreaterThan(60);
    });
    test('and counts a process, too, that never frees', async () => {
      const lists = await held(['--gadget', '--late', 'free'], 'never');
      expect(lists.at(-1)?.frees).toBe(0);
      expect(lists.at(-1)?.blocks).toBeGreaterThan(1000);
      expect(lists.map((l) => l.blocks)).toEqual(lists.map((l) => l.blocks).toSorted((a, b) => a - b));
    });
  });
  test.each([
    ['two ways of telling it', ['-p', '1', '--gadget', '--progressive'], 2, /--gadget goes with/],
    ['an order for no gadget', ['-p', '1', '--late', 'free'], 2, /--late goes with --gadget/],
    [
      'an object that is not there',
      ['-p', String(process.pid), '--gadget=/nowhere.o'],
      4,
      /\/nowhere\.o: No such file/,
    ],
    ['an object that is none', ['-p', String(process.pid), '--gadget=/etc/passwd'], 4, /\/etc\/passwd: /],
  ])('%s: says so', async (_, args, code, says) => {
    const ended = await run(args);
    expect(ended.code).toBe(code);
    expect(ended.err).toMatch(says);
  });
});
