import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, realpathSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { carrying, end, innerPid, libcOf, owns } from '../../runner/environments/host/proc.ts';
import { alive, startTimeOf } from '../../runner/process.ts';
import { bin } from '../exec/fixtures.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** Starts a program and resolves to it with the first line it prints. */
async function start(
  argv: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ child: ChildProcess; pid: number; line: string }> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  started.push(child);
  const line = String(await once(child.stdout, 'data').then(([chunk]) => chunk)).trim();
  return { child, pid: child.pid as number, line };
}

/** No process: above the kernel's greatest pid. */
const NOBODY = 2 ** 22 + 1;

describe('the start time of a process', () => {
  it.each(['a) b (', ') Z 1 (', '((((((', 'x)\n) S 1'])('does not depend on its name: %j', async (name) => {
    const { child, pid } = await start([
      'sh',
      '-c',
      'echo ready; read -r _; printf %s "$1" >/proc/$$/comm; echo named; read -r _',
      'sh',
      name,
    ]);
    const before = startTimeOf(pid);
    child.stdin?.write('\n');
    await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
    expect(readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe(`${name}\n`);
    expect(startTimeOf(pid)).toBe(before);
    expect(before).toMatch(/^\d+$/);
  });

  it('stays through exec, and differs from an earlier process’s', async () => {
    const { child, pid } = await start(['sh', '-c', 'echo ready; read -r _; exec sh -c "echo again; read -r _"']);
    const before = startTimeOf(pid);
    child.stdin?.write('\n');
    await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
    expect(startTimeOf(pid)).toBe(before);
    expect(Number(before)).toBeGreaterThan(Number(startTimeOf(process.pid)));
  });

  it('is none for a process that is gone, or a zombie', async () => {
    expect(startTimeOf(NOBODY)).toBeNull();
    const { line } = await start(['sh', '-c', 'sleep 0.2 & echo $!; exec sleep 60']);
    const stat = () => readFileSync(`/proc/${line}/stat`, 'utf8');
    while (!/ Z /.test(stat())) await new Promise((r) => setTimeout(r, 10));
    expect(startTimeOf(Number(line))).toBeNull();
  });

  it('tells a process from a later one with its pid', () => {
    const startTime = startTimeOf(process.pid) as string;
    expect(alive({ pid: process.pid, startTime })).toBe(true);
    expect(alive({ pid: process.pid, startTime: String(Number(startTime) - 1) })).toBe(false);
  });
});

describe('of this very process', () => {
  it('libc is what the loader says', () => {
    const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: string[] };
    expect(libcOf(process.pid)).toBe(
      realpathSync(sharedObjects.find((path) => /\/(libc\.so|ld-musl)/.test(path)) as string),
    );
  });

  it('an address is owned from the first of a mapping to before its end', () => {
    const maps = readFileSync('/proc/self/maps', 'utf8')
      .trimEnd()
      .split('\n')
      .map(
        (l) =>
          l
            .split(' ')[0]
            ?.split('-')
            .map((a) => BigInt(`0x${a}`)) as [bigint, bigint],
      );
    const hex = (n: bigint) => `0x${n.toString(16)}`;
    const has = owns(process.pid) as (address: string) => boolean;
    const [from, to] = maps[0] as [bigint, bigint];
    expect(has(hex(from))).toBe(true);
    expect(has(hex(to - 1n))).toBe(true);
    expect(has(hex(from - 1n))).toBe(false);
    expect(has('0x0')).toBe(false);
    expect(has('0xffffffffffffffff')).toBe(false);
  });

  it('the inner pid is ours', () => {
    expect(innerPid(process.pid)).toBe(process.pid);
  });

  it('of nobody there is nothing to say', () => {
    expect(owns(NOBODY)).toBeNull();
    expect(libcOf(NOBODY)).toBeNull();
    expect(innerPid(NOBODY)).toBe(NOBODY);
  });
});

describe('ending', () => {
  const MARK = `WORKSHOP_LAB=test-${process.pid}`;
  const marked = (argv: string[]) => start(argv, { WORKSHOP_LAB: MARK.split('=')[1] });

  it('finds what carries a mark, whole and not in part', async () => {
    const { pid } = await marked([bin('until-interrupted')]);
    expect(carrying(MARK).map((p) => p.pid)).toContain(pid);
    expect(carrying(MARK.slice(0, -1))).toEqual([]);
  });

  it.each([
    ['asks with SIGTERM', [], 'SIGTERM'],
    ['insists with SIGKILL', ['TERM'], 'SIGKILL'],
  ])('%s', async (_, ignored, signal) => {
    const { child, pid } = await start([bin('stubborn'), 'INT', ...ignored]);
    const over = once(child, 'exit');
    expect(await end({ pid, startTime: startTimeOf(pid) as string })).toBe(true);
    expect((await over)[1]).toBe(signal);
  });

  it('leaves alone a process that merely has the pid', async () => {
    const { pid } = await start([bin('until-interrupted')]);
    expect(await end({ pid, startTime: '1' })).toBe(true);
    expect(startTimeOf(pid)).not.toBeNull();
  });
});
