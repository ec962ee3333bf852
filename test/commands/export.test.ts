// `workshop export` with a stand-in that plays a recording in the tracer's place: what becomes of it and of the process it watches.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually, root, type Started, type World, world } from '../e2e/world.ts';
import { user } from './machine.ts';

const RECORDING = join(root, 'test/fixtures/verdict/lives/lost-1-in-4.jsonl.gz');
const LEAKS = 'corp:render_page';

let w: World;
let children: ChildProcess[];
beforeEach(() => {
  w = world();
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await w.end();
});

/** A tracer that plays the recording, and then does as it is told. */
function standIn(then: string): Record<string, string> {
  const program = join(w.dir, 'stand-in');
  const script = [
    '#!/bin/bash',
    'case "$*" in *--version*) echo "memleak 0.1.0"; exit;; esac',
    'echo "$*" >>"$(dirname "$0")/asked"',
    then,
  ];
  writeFileSync(program, `${script.join('\n')}\n`);
  chmodSync(program, 0o755);
  return { ...user(0, w.dir), WORKSHOP_MEMLEAK: program };
}
const PLAY = `gunzip -c ${RECORDING}`;

/** A program that only sleeps, under a name of its own. */
async function sleeper(name: string): Promise<number> {
  copyFileSync('/bin/sleep', join(w.dir, name));
  const child = spawn(join(w.dir, name), ['300'], { stdio: 'ignore' });
  children.push(child);
  await eventually('it runs', () => readFileSync(`/proc/${child.pid}/comm`, 'utf8').trim() === name);
  return child.pid as number;
}

/** Each test has ports of its own, for a port that was just closed may still have its connections. */
let port = 24_650 + (process.pid % 200) * 20;
async function exporting(env: Record<string, string>, ...args: string[]) {
  port++;
  const started: Started = w.start(['export', '--port', String(port), '--age', '3', ...args], { env });
  await started.until(/Metrics are at/);
  const at = `http://127.0.0.1:${port}`;
  const get = async (path: string) => fetch(`${at}${path}`, { headers: { connection: 'close' } });
  const value = async (name: string, of = '') => {
    const lines = (await (await get('/metrics')).text()).split('\n');
    const line = lines.find((l) => l.startsWith(`${name}{`) && l.includes(of));
    return line === undefined ? null : Number(line.slice(line.lastIndexOf(' ')));
  };
  return { ...started, port, get, value };
}

const POLL = { timeout: 20_000, interval: 100 };

it('tells of each function, and starts the tracer as it was asked to', async () => {
  const pid = await sleeper('watched-a');
  const e = await exporting(standIn(`${PLAY}; sleep 60`), '--pid', String(pid), '--interval', '2');
  await expect.poll(() => e.value('memleak_verdict', LEAKS), POLL).toBe(2);
  expect(await e.value('memleak_attached')).toBe(1);
  expect(await e.value('memleak_target_restarts_total')).toBe(0);
  expect((await e.get('/healthz')).status).toBe(200);
  const asked = readFileSync(join(w.dir, 'asked'), 'utf8');
  expect(asked).toBe(`-p ${pid} --json --reachable -i 2 --age 3\n`);
  process.kill(e.pid, 'SIGINT');
  expect((await e.done).code).toBe(130);
  await eventually('the tracer ended with it', () => !w.processes().some(({ argv }) => argv.includes('stand-in -p')));
});

it('starts one that ends unasked again and again, says that it was blind, and no counter falls', async () => {
  const pid = await sleeper('watched-b');
  const e = await exporting(standIn(PLAY), '--pid', String(pid));
  await expect.poll(() => e.value('memleak_tracer_restarts_total'), POLL).toBe(2);
  const count = await e.value('memleak_alloc_objects_total', LEAKS);
  expect(await e.value('memleak_attached')).toBe(0);
  const health = await e.get('/healthz');
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({ status: 'attaching', waits_for: `the tracer on process ${pid}` });
  await expect.poll(() => e.value('memleak_tracer_restarts_total'), POLL).toBe(3);
  expect(await e.value('memleak_alloc_objects_total', LEAKS)).toBeGreaterThan(count ?? 0);
});

it('waits for the program to come again, says for whom, and begins anew', async () => {
  const first = await sleeper('watched-c');
  const e = await exporting(standIn(`${PLAY}; sleep 60`), '--name', 'watched-c');
  await expect.poll(() => e.value('memleak_inuse_bytes', LEAKS), POLL).toBeGreaterThan(0);
  process.kill(first, 'SIGKILL');
  await expect.poll(() => e.value('memleak_target_up'), POLL).toBe(0);
  expect(await e.value('memleak_inuse_bytes', LEAKS)).toBeNull();
  const waiting = await e.get('/healthz');
  expect(waiting.status).toBe(503);
  await expect
    .poll(async () => (await e.get('/healthz')).json(), POLL)
    .toMatchObject({ status: 'waiting', waits_for: 'a process named watched-c' });
  await sleeper('watched-c');
  await expect.poll(() => e.value('memleak_inuse_bytes', LEAKS), POLL).toBeGreaterThan(0);
  expect(await e.value('memleak_target_restarts_total')).toBe(1);
});

it('gives up where the very first tracer cannot, in the tracer’s words', async () => {
  const pid = await sleeper('watched-d');
  const why = 'memleak: process 7 has no malloc to trace';
  port++;
  const done = await w.run(['export', '--pid', String(pid), '--port', String(port)], {
    env: standIn(`echo "${why}" >&2; exit 4`),
  });
  expect(done.code).toBe(4);
  expect(done.err).toContain(`Process ${pid} cannot be traced`);
  expect(done.err).toContain(why);
});

it('two on one port: the second names it, and starts no tracer', async () => {
  const pid = await sleeper('watched-e');
  const env = standIn(`${PLAY}; sleep 60`);
  const e = await exporting(env, '--pid', String(pid));
  await expect.poll(() => e.value('memleak_attached'), POLL).toBe(1);
  const second = await w.run(['export', '--pid', String(pid), '--port', String(e.port)], { env });
  expect(second.code).toBe(4);
  expect(second.err).toContain(`Cannot listen on 127.0.0.1, port ${e.port}`);
  expect(readFileSync(join(w.dir, 'asked'), 'utf8').trimEnd().split('\n')).toHaveLength(1);
});

it.each([
  [['export'], 2, /One process is named/],
  [['export', '--pid', '1', '--name', 'x'], 2, /One process is named/],
  [['export', '--pid', '0'], 2, /no value for --pid/],
  [['export', '--pid', '1', '--port', '70000'], 2, /no value for --port/],
  [['export', '--pid', '4194303'], 4, /no process 4194303/],
])('%j ends with %i', async (args, code, says) => {
  port++;
  const done = await w.run([...args, ...(args.includes('--port') ? [] : ['--port', String(port)])], {
    env: standIn('sleep 60'),
  });
  expect(done.code).toBe(code);
  expect(done.err).toMatch(says);
});
