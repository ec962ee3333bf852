import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bySymbol, compiled, isAttached, type Line, Run, traced } from './tracing.ts';
import { root } from './world.ts';

const t = traced();

/** Started for the tests; what it prints first. */
async function saying(program: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<[number, string]> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  t.started.push(child);
  const said = await new Promise<string>((done) => child.stdout.setEncoding('utf8').once('data', done));
  return [child.pid as number, said.trim()];
}
const tracing = (pid: number, ...args: string[]) =>
  new Run([t.memleak, '-p', String(pid), '--json', '-i', '0.1', ...args]);
async function stopped(run: Run): Promise<void> {
  process.kill(run.process.pid as number, 'SIGTERM');
  expect(await run.ended).toBe(0);
}

describe('why a number is none that can be traced, as a sentence and as JSON', () => {
  const IN_PYTHON = {
    thread:
      'import threading,time; threading.Thread(target=time.sleep, args=(60,)).start(); print("ready", flush=True)',
    zombie: 'import os,time; p=os.fork(); p or os._exit(0); time.sleep(0.2); print(p, flush=True); time.sleep(60)',
  };
  test.each([
    ['a thread', 'thread-id', / is a thread of process \d+, .*: -p \d+$/],
    ['a zombie', 'zombie', /has ended, and is a zombie/],
    ['a thread of the kernel', 'kernel-thread', /^memleak: \d+ \(\S+\) is a thread of the kernel/],
    ['nobody', 'no-process', /there is no process 4194304 here/],
  ])('%s', async (_, reason, says) => {
    let pid = 4194304;
    if (reason === 'thread-id') {
      const [of] = await saying('/usr/bin/python3', ['-c', IN_PYTHON.thread]);
      pid = Math.max(...readdirSync(`/proc/${of}/task`).map(Number));
      expect(pid).not.toBe(of);
    }
    if (reason === 'zombie') pid = Number((await saying('/usr/bin/python3', ['-c', IN_PYTHON.zombie]))[1]);
    if (reason === 'kernel-thread') {
      const ofKernel = readdirSync('/proc').find(
        (name) =>
          /^\d+$/.test(name) &&
          / 0 0 -1 \d{7,} /.test(statOf(name)) &&
          readFileSync(`/proc/${name}/cmdline`, 'utf8') === '',
      );
      // A container may see none.
      if (ofKernel === undefined) return;
      pid = Number(ofKernel);
    }
    const run = tracing(pid);
    expect(await run.ended, run.err).toBe(4);
    expect(run.err.trim()).toMatch(says);
    expect(run.lines).toMatchObject([{ type: 'cannot', reason, why: run.err.trim().replace('memleak: ', '') }]);
  });
  const statOf = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8');
    } catch {
      return '';
    }
  };
});

describe('a program that has just begun', () => {
  test('and is stopped before it has mapped its libc, is waited for', async () => {
    const [, pid] = await saying(compiled(t.dir, 'begins-late'), ['1500', compiled(t.dir, 'asks')]);
    expect(readFileSync(`/proc/${pid}/maps`, 'utf8')).not.toMatch(/libc\.so/);
    const run = tracing(Number(pid));
    await run.line(bySymbol(run, 'asks'));
    await stopped(run);
    expect(run.err).toMatch(/is stopped, and its libraries are not mapped yet: waiting/);
  });
  test('is traced whenever one comes: twenty times of twenty', async () => {
    const program = compiled(t.dir, 'asks');
    for (let time = 0; time < 20; time++) {
      const child = spawn(program, { stdio: 'ignore' });
      t.started.push(child);
      const run = tracing(child.pid as number);
      await run.line(isAttached);
      await stopped(run);
      child.kill('SIGKILL');
    }
  });
});

/** One that this compiler makes and this kernel runs; null where it doesn't. */
function narrow(): string | null {
  const program = join(t.dir, 'narrow');
  const flags =
    '-m32 -static -nostdlib -ffreestanding -O1 -fno-omit-frame-pointer -fno-pic -no-pie -fno-stack-protector';
  const made = spawnSync('cc', [...flags.split(' '), '-o', program, join(root, 'test/bpf/memleak/narrow.c')]);
  return made.status === 0 && spawnSync(program, { timeout: 300 }).signal === 'SIGTERM' ? program : null;
}
test.runIf(arch() === 'x64')(
  'of a program of 32 bits it says so, and its mappings are counted by --progressive',
  async () => {
    const program = narrow();
    if (program === null) return;
    const child = spawn(program, { stdio: 'ignore' });
    t.started.push(child);
    const refused = tracing(child.pid as number);
    expect(await refused.ended).toBe(4);
    expect(refused.lines).toMatchObject([{ type: 'cannot', reason: '32-bit' }]);
    expect(refused.err).toMatch(/runs a program of 32 bits, whose malloc is not traced/);
    const run = tracing(child.pid as number, '--progressive', '-d', '6');
    expect(await run.ended).toBe(0);
    expect(run.last).toMatchObject({ growth: { munmaps: 0 } });
    const { mmaps, mapped_bytes } = (run.last as unknown as { growth: Record<'mmaps' | 'mapped_bytes', number> })
      .growth;
    expect(mmaps).toBeGreaterThan(9);
    expect(mapped_bytes).toBe(mmaps * 1048576);
    const finding = run.lines.find((l) => l.type === 'finding') as (Line & { site?: number }) | undefined;
    expect(finding).toMatchObject({ by: 'mmap', common_size: 1048576 });
    child.kill('SIGKILL');
  },
);

describe.runIf(process.getuid?.() === 0)('beside a tracer that gave a reference counter with its probe', () => {
  /** A process whose malloc somebody else holds with a counter at that place of a libc that is the test's own. */
  const held = async (counter: (libc: string) => string): Promise<{ pid: number; other: number }> => {
    const dir = join(t.dir, `held-${t.started.length}`);
    mkdirSync(dir);
    const program = compiled(t.dir, 'asks');
    const libc = /=> (\S+libc\.so\.6)/.exec(execFileSync('ldd', [program], { encoding: 'utf8' }))?.[1] ?? '';
    copyFileSync(libc, join(dir, 'libc.so.6'));
    const child = spawn(program, { stdio: 'ignore', env: { ...process.env, LD_LIBRARY_PATH: dir } });
    t.started.push(child);
    const at =
      / ([0-9a-f]+) \d+ FUNC .* malloc(?:@|$)/m.exec(symbols(libc))?.[1] ??
      / ([0-9a-f]{8,}) .* malloc@/.exec(symbols(libc))?.[1];
    await expect.poll(() => readFileSync(`/proc/${child.pid}/maps`, 'utf8'), { timeout: 5000 }).toMatch(dir);
    const args = [join(dir, 'libc.so.6'), `0x${at}`, String(child.pid), counter(libc)];
    const [other, said] = await saying(compiled(t.dir, 'holds-counted'), args);
    expect(said).toBe('held');
    return { pid: child.pid as number, other };
  };
  const symbols = (libc: string) =>
    execFileSync('readelf', ['-sW', '--dyn-syms', libc], { encoding: 'utf8', maxBuffer: 1 << 26 });

  test('where nothing is counted by that, it attaches with the same, and says that it does', async () => {
    const { pid } = await held(() => '6');
    const run = tracing(pid);
    await run.line(bySymbol(run, 'asks'));
    await stopped(run);
    expect(run.err).toMatch(
      /another tracer holds probes on .*libc\.so\.6 with a reference counter of its own: these go beside/,
    );
  });
  test('where the process would be written to, it refuses, and names who is to end first', async () => {
    const writable = (libc: string) =>
      /LOAD\s+0x([0-9a-f]+) .* RW /.exec(execFileSync('readelf', ['-lW', libc], { encoding: 'utf8' }))?.[1] ?? '';
    const { pid, other } = await held((libc) => String(Number.parseInt(writable(libc), 16) + 64));
    const run = tracing(pid);
    expect(await run.ended).toBe(4);
    expect(run.err).toMatch(
      // The one before may still be there, and says as little of itself.
      new RegExp(
        `another tracer holds one there with a reference counter of its own: (?:holds-counted \\(\\d+\\), )*holds-counted \\(${other}\\)`,
      ),
    );
    expect(run.lines.at(-1)).toMatchObject({ type: 'cannot', reason: 'other-tracer' });
  });
});
