import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { compiled, isAttached, isSnapshot, Run, type Snapshot, traced } from './tracing.ts';

type Unseen = { grown_bytes: number; explained_bytes: number; kept_back: boolean; heap: string | null };

const t = traced();

/** Traces a program from when it is ready until after it has kept what it keeps. */
async function grown(program: string, ...args: string[]): Promise<Snapshot & { unseen?: Unseen }> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.started.push(child);
  const said = (word: string) =>
    new Promise<void>((done) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => text.includes(word) && done());
    });
  await said('ready');
  const run = new Run([t.memleak, '-p', String(child.pid), '--json', '-i', '0.2']);
  await run.line(isAttached);
  const kept = said('kept');
  child.stdin.write('\n');
  await kept;
  const before = run.lines.filter(isSnapshot).length;
  await expect.poll(() => run.lines.filter(isSnapshot).length, { timeout: 20_000 }).toBeGreaterThan(before + 3);
  process.kill(run.process.pid as number, 'SIGTERM');
  expect(await run.ended).toBe(0);
  return run.last;
}

describe('what the list does not hold', () => {
  test('of an allocator under a prefix is said, with its name', async () => {
    const { unseen, sites } = await grown(compiled(t.dir, 'prefixed'));
    expect(sites).toEqual([]);
    expect(unseen).toMatchObject({ explained_bytes: 0, kept_back: false, heap: 'je_mallocx' });
    expect(unseen?.grown_bytes).toBeGreaterThan(20_000_000);
    expect(unseen?.grown_bytes).toBeLessThan(24_000_000);
  });
  test('of a heap of a language is said: Python’s, of small objects', async () => {
    const script =
      'import sys; print("ready", flush=True); sys.stdin.readline(); k = [i + 0.5 for i in range(1200000)]; print("kept", flush=True); import time; time.sleep(60)';
    const { unseen } = await grown('/usr/bin/python3', '-c', script);
    expect(unseen).toMatchObject({ heap: 'Python' });
    expect(unseen?.grown_bytes).toBeGreaterThan((unseen?.explained_bytes ?? 0) + 20_000_000);
  });
  test.each([[[]], [['before']]])(
    'is nothing where the two agree: a healthy program that warms up %j',
    async (args) => {
      expect((await grown(compiled(t.dir, 'warms-up'), ...args)).unseen).toBeUndefined();
    },
  );
});
