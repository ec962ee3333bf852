import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { hostLabs } from '../../runner/environments/host/record.ts';
import { labsDir, removeRecord } from '../../runner/environments/lab-records.ts';

// Several runners on one state: real processes, each with the code of the product.
let code: string;
let state: string;
beforeAll(async () => {
  code = mkdtempSync(join(tmpdir(), 'workshop-runners-'));
  await build({
    stdin: {
      contents: "export * from './lab-records.ts'; export * from './host/record.ts';",
      resolveDir: join(import.meta.dirname, '../../runner/environments'),
    },
    outfile: join(code, 'records.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterAll(() => rmSync(code, { recursive: true, force: true }));
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'workshop-runners-'));
  vi.stubEnv('XDG_STATE_HOME', state);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true });
});

/** Runs statements in a process of their own, which is to end well; `said` resolves at its first line. */
function runner(statements: string) {
  const preamble = `import { hostLabs } from ${JSON.stringify(join(code, 'records.mjs'))};`;
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', `${preamble}\n${statements}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout?.on('data', (d) => (out += d));
  return {
    said: new Promise<void>((resolve) => child.stdout?.once('data', () => resolve())),
    ended: new Promise<{ code: number | null; out: string }>((resolve) =>
      child.once('close', (exit) => resolve({ code: exit, out })),
    ),
    kill: () => child.kill('SIGKILL'),
  };
}

const lab = (id: string): void =>
  hostLabs.create({
    version: 1,
    id,
    environment: 'host',
    workload: 'stealth-leaker',
    variant: 'leaker',
    pace: 'fast',
    lifetime: 'session',
    owner: { pid: process.pid, startTime: '1' },
    marker: `WORKSHOP_LAB=${id}`,
    startedAt: 1,
    target: null,
  });

it('lose no change that another makes at the same moment', async () => {
  lab('shared');
  const runners = [1, 2, 3].map(() =>
    runner(
      `for (let i = 0; i < 40; i++) hostLabs.update('shared', ({ startedAt }) => ({ startedAt: startedAt + 1 }));`,
    ),
  );
  for (const { ended } of runners) expect((await ended).code).toBe(0);
  expect(hostLabs.all()[0]?.startedAt).toBe(1 + 120);
});

it('never bring back what one of them removes', async () => {
  lab('going');
  const writers = [1, 2].map(() =>
    runner(`let changed = 0;
      while (hostLabs.update('going', ({ startedAt }) => ({ startedAt: startedAt + 1 }))) if (changed++ === 0) console.log('began');`),
  );
  await Promise.all(writers.map((w) => w.said));
  removeRecord('going');
  for (const { ended } of writers) expect((await ended).code).toBe(0);
  expect(readdirSync(labsDir())).toEqual([]);
});
