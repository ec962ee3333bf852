// The exporter on this kernel: a service that leaks, its healthy twin, and what may happen to any of the three processes.
import { execFileSync, spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { onPath } from '../../runner/paths.ts';
import { type ExportingWorld, exportingWorld } from './exporting.ts';
import { eventually } from './world.ts';

const SERVICE = 'svc-under-test';

let w: ExportingWorld;
beforeEach(() => {
  w = exportingWorld();
});
afterEach(() => w.end());
const service = (more?: Record<string, string>) => w.service(more);
const exporting = (...args: string[]) => w.exporting(...args);

/** The sample of a metric whose labels hold `of`; null for none. */
const valueIn = (text: string, name: string, of = ''): number | null => {
  const line = text.split('\n').find((l) => l.startsWith(`${name}{`) && l.includes(of));
  return line === undefined ? null : Number(line.slice(line.lastIndexOf(' ')));
};

const tracers = () =>
  w.processes().filter(({ argv }) => /memleak -p \d+ --json/.test(argv) && !/elevated\.sh/.test(argv));
const LEAKS = 'svc-under-test:memory_leak_thread';

test('names what leaks, with its pace and when the limit is reached; of the twin it never says so', async () => {
  const [leaks, twin] = [await service(), await service({ LEAK: 'off' })];
  const [bad, good] = [
    await exporting('--pid', String(leaks), '--limit', '1Gi'),
    await exporting('--pid', String(twin), '--limit', '1Gi'),
  ];
  const verdict = (text: string, of = '') => valueIn(text, 'memleak_verdict', of);
  const text = await bad.shows('a leak', (now) => verdict(now, LEAKS) === 2);
  // A block of 1 MiB five times a second.
  const rate = valueIn(text, 'memleak_retained_bytes_per_second', LEAKS) ?? 0;
  const error = valueIn(text, 'memleak_retained_bytes_per_second_error', LEAKS) ?? 0;
  expect(Math.abs(rate - 5 * 1048576)).toBeLessThan(Math.max(error, 0.3 * 5 * 1048576));
  const left = valueIn(text, 'memleak_limit_seconds') ?? 0;
  const resident = valueIn(text, 'process_resident_memory_bytes') ?? 0;
  expect(left).toBeCloseTo((2 ** 30 - resident) / rate, 0);
  expect(valueIn(text, 'memleak_inuse_bytes', LEAKS)).toBe(
    (valueIn(text, 'memleak_inuse_objects', LEAKS) ?? 0) * 1048576,
  );
  for (const name of ['memleak_tracer_cpu_seconds_total', 'memleak_exporter_cpu_seconds_total'])
    expect(valueIn(text, name), name).not.toBeNull();
  expect((await bad.health()).status).toBe(200);
  const promtool = onPath('promtool');
  if (promtool)
    expect(spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  const since = Date.now();
  let looks = 0;
  while (Date.now() - since < 12_000) {
    const calm = await good.scrape();
    expect(calm).not.toMatch(/^memleak_verdict\{.*\} 2$/m);
    looks = valueIn(calm, 'memleak_looks_total') ?? 0;
    await new Promise((go) => setTimeout(go, 400));
  }
  expect(looks).toBeGreaterThan(8);
  expect(valueIn(await good.scrape(), 'memleak_free_objects_total', LEAKS)).toBeGreaterThan(10);
});

test('finds the program again under another pid, and says when it is another version', async () => {
  const first = await service();
  const e = await exporting('--name', SERVICE);
  await e.shows('it attached', (text) => valueIn(text, 'memleak_inuse_bytes', LEAKS) !== null);
  process.kill(first, 'SIGKILL');
  await e.shows('it gone', (text) => valueIn(text, 'memleak_target_up') === 0);
  const away = await e.health();
  expect([away.status, away.body['status'], away.body['waits_for']]).toEqual([
    503,
    'waiting',
    `a process named ${SERVICE}`,
  ]);
  expect(await e.scrape()).not.toContain(LEAKS);
  const second = await service();
  const again = await e.shows('it again', (text) => (valueIn(text, 'memleak_inuse_bytes', LEAKS) ?? 0) > 0);
  expect(valueIn(again, 'memleak_target_restarts_total')).toBe(1);
  expect(valueIn(again, 'memleak_target_upgrades_total')).toBe(0);
  w.replaced();
  process.kill(second, 'SIGKILL');
  await e.shows('it gone', (text) => valueIn(text, 'memleak_target_up') === 0);
  await service();
  const newer = await e.shows('the new one', (text) => (valueIn(text, 'memleak_inuse_bytes', LEAKS) ?? 0) > 0);
  expect(valueIn(newer, 'memleak_target_restarts_total')).toBe(2);
  expect(valueIn(newer, 'memleak_target_upgrades_total')).toBe(1);
});

test('starts its tracer again, and says that it was blind', async () => {
  const e = await exporting('--pid', String(await service()));
  const before = await e.shows('blocks', (text) => (valueIn(text, 'memleak_alloc_objects_total', LEAKS) ?? 0) > 5);
  process.kill(tracers()[0]?.pid as number, 'SIGKILL');
  await e.shows(
    'that it is blind',
    (text) => valueIn(text, 'memleak_attached') === 0 && valueIn(text, 'memleak_target_up') === 1,
  );
  const after = await e.shows('that it is back', (text) => valueIn(text, 'memleak_attached') === 1);
  expect(valueIn(after, 'memleak_tracer_restarts_total')).toBe(1);
  const count = (text: string) => valueIn(text, 'memleak_alloc_objects_total', LEAKS) ?? 0;
  expect(count(after)).toBeGreaterThanOrEqual(count(before));
  await e.shows('more', (text) => count(text) > count(after));
});

test('ends with nothing left, whether it is asked to or killed', async () => {
  const pid = await service();
  const asked = await exporting('--pid', String(pid));
  await eventually('it traces', () => tracers().length === 1);
  process.kill(asked.pid, 'SIGTERM');
  expect((await asked.done).code).toBe(143);
  expect(tracers()).toEqual([]);
  const killed = await exporting('--pid', String(pid));
  await eventually('it traces', () => tracers().length === 1);
  process.kill(killed.pid, 'SIGKILL');
  await killed.done;
  await eventually('no tracer is left', () => tracers().length === 0);
});

test('two on one port: the second says so and traces nothing; nobody listens but on loopback', async () => {
  const pid = await service();
  const e = await exporting('--pid', String(pid));
  await eventually('it traces', () => tracers().length === 1);
  const second = await w.run(['export', '--pid', String(pid), '--port', String(e.port)]);
  expect(second.code).toBe(4);
  expect(second.err).toMatch(new RegExp(`Cannot listen on 127\\.0\\.0\\.1, port ${e.port}`));
  expect(tracers()).toHaveLength(1);
  const hex = e.port.toString(16).toUpperCase().padStart(4, '0');
  const listening = execFileSync('cat', ['/proc/net/tcp', '/proc/net/tcp6'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => new RegExp(`^\\s*\\d+: [0-9A-F]+:${hex} [0-9A-F]+:0000 0A`).test(line));
  expect(listening.map((line) => line.trim().split(/\s+/)[1])).toEqual([`0100007F:${hex}`]);
});

test('whom there is nobody of, or too many, it says at once', async () => {
  const [none, both] = [await w.run(['export', '--pid', '4194303']), await w.run(['export'])];
  expect([none.code, both.code]).toEqual([4, 2]);
  await service();
  await service();
  await eventually('both are there', () => w.processes().filter(({ argv }) => argv.endsWith(SERVICE)).length === 2);
  const several = await w.run(['export', '--name', SERVICE]);
  expect(several.code).toBe(2);
  expect(several.err).toContain('Several processes');
});
