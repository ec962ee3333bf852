import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { exclusively } from '../../runner/environments/exclusively.ts';
import { hostLabs } from '../../runner/environments/host/record.ts';
import { labsDir, removeRecord } from '../../runner/environments/lab-records.ts';

// Several runners on one state: real processes, each with the code of the product.
let code: string;
let state: string;
beforeAll(async () => {
  code = mkdtempSync(join(tmpdir(), 'workshop-runners-'));
  await build({
    stdin: {
      contents:
        "export * from './lab-records.ts'; export * from './host/record.ts'; export { exclusively } from './exclusively.ts';",
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
  const preamble = `import { exclusively, hostLabs } from ${JSON.stringify(join(code, 'records.mjs'))};`;
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
    mounts: [],
  });

it('lose no change that another makes at the same moment', async () => {
  lab('shared');
  const runners = [1, 2, 3].map((n) =>
    runner(`for (let i = 0; i < 40; i++)
      hostLabs.update('shared', ({ mounts }) => ({ mounts: [...mounts, '/${n}/' + i] }));`),
  );
  for (const { ended } of runners) expect((await ended).code).toBe(0);
  const mounts = hostLabs.all()[0]?.mounts ?? [];
  expect(mounts).toHaveLength(120);
  // Each one's own are in the order in which it made them.
  for (const n of [1, 2, 3])
    expect(mounts.filter((at) => at.startsWith(`/${n}/`))).toEqual(Array.from({ length: 40 }, (_, i) => `/${n}/${i}`));
});

it('never bring back what one of them removes', async () => {
  lab('going');
  const writers = [1, 2].map(() =>
    runner(`let changed = 0;
      while (hostLabs.update('going', ({ mounts }) => ({ mounts: [...mounts.slice(-5), '/' + changed] }))) if (changed++ === 0) console.log('began');`),
  );
  await Promise.all(writers.map((w) => w.said));
  removeRecord('going');
  for (const { ended } of writers) expect((await ended).code).toBe(0);
  expect(readdirSync(labsDir())).toEqual([]);
});

it('have what is exclusive one at a time, in one process or in several', async () => {
  const file = JSON.stringify(join(state, 'inside'));
  const enter = `import { closeSync, openSync, rmSync } from 'node:fs';
    await Promise.all(Array.from({ length: 10 }, () => exclusively('turn', async () => {
      closeSync(openSync(${file}, 'wx'));
      await new Promise((r) => setTimeout(r, Math.random() * 3));
      rmSync(${file});
    })));`;
  for (const { ended } of [runner(enter), runner(enter), runner(enter)]) expect((await ended).code).toBe(0);
});

it('get what is exclusive from one that is killed', async () => {
  const holder = runner(
    "await exclusively('turn', () => { console.log('held'); return new Promise(() => setInterval(() => {}, 1000)); });",
  );
  await holder.said;
  let entered = false;
  const waiting = exclusively('turn', async () => {
    entered = true;
  });
  await new Promise((r) => setTimeout(r, 50));
  expect(entered).toBe(false);
  // Another name is another turn.
  await exclusively('another', async () => {});
  holder.kill();
  await waiting;
  await expect(exclusively('turn', () => Promise.reject(new Error('fails')))).rejects.toThrow('fails');
  await exclusively('turn', async () => {});
});
