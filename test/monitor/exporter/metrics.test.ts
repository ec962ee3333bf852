import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { METRICS, registryOf, type Shown } from '../../../runner/monitor/exporter/metrics.ts';
import { bounded } from '../../../runner/monitor/exporter/function-name.ts';
import type { Series } from '../../../runner/monitor/exporter/totals.ts';
import { root } from '../../../runner/paths.ts';
import { program } from '../../k8s/monitoring/programs.ts';

const series = (name: string, more: Partial<Series> = {}): Series => ({
  name,
  allocBytes: 3,
  allocObjects: 2,
  freeObjects: 1,
  inuseBytes: 2,
  inuseObjects: 1,
  answer: 'none',
  rate: null,
  share: null,
  ...more,
});
const shown = (all: Series[], values: Shown['values'] = {}): Shown => ({
  where: { namespace: '', pod: '', container: '' },
  series: all,
  comm: 'a"b\n',
  values: { memleak_target_up: 1, ...values },
});
const text = (now: Shown) => registryOf(() => now).metrics();

const HOSTILE = ['quote"s', 'back\\slash', 'new\nline', `${'z'.repeat(10_000)}`, '{a="b"} 1', '# HELP x', '한글'];

it('what leaks has its verdict, pace and error; what does not has no pace', async () => {
  const leaks = series('m:keep', { answer: 'leak', rate: { value: 25, error: 3 }, share: { value: 1, error: 0 } });
  const out = await text(shown([leaks, series('m:calm')]));
  expect(out).toMatch(/^memleak_verdict\{.*function="m:keep"\} 2$/m);
  expect(out).toMatch(/^memleak_retained_bytes_per_second\{.*function="m:keep"\} 25$/m);
  expect(out).toMatch(/^memleak_retained_bytes_per_second_error\{.*function="m:keep"\} 3$/m);
  expect(out).toMatch(/^memleak_verdict\{.*function="m:calm"\} 0$/m);
  expect(out).not.toMatch(/^memleak_retained_bytes_per_second\{.*function="m:calm"/m);
});

it('says nothing of what is not known, rather than 0', async () => {
  const out = await text(shown([], { process_resident_memory_bytes: null, memleak_limit_seconds: 0 }));
  expect(out).not.toMatch(/^process_resident_memory_bytes\{/m);
  expect(out).toMatch(/^memleak_limit_seconds\{.*\} 0$/m);
});

it('what went is gone, and counters are what they are at each scrape', async () => {
  let now = shown([series('m:a'), series('m:b')]);
  const registry = registryOf(() => now);
  await registry.metrics();
  now = shown([series('m:a', { allocBytes: 7 })]);
  const out = await registry.metrics();
  expect(out).not.toContain('m:b');
  expect(out).toMatch(/^memleak_alloc_bytes_total\{.*function="m:a"\} 7$/m);
});

it('each name stays one line and one label, whatever it is', async () => {
  const out = await text(shown(HOSTILE.map((name) => series(bounded(name)))));
  const samples = out.split('\n').filter((line) => line.startsWith('memleak_inuse_bytes{'));
  expect(samples).toHaveLength(HOSTILE.length);
  for (const line of samples)
    expect(line).toMatch(
      /^memleak_inuse_bytes\{namespace="",pod="",container="",function="(?:[^"\\\n]|\\["\\n])*"\} 2$/,
    );
});

it('promtool finds nothing to say of them; and would, of a counter without _total', async () => {
  const lint = (input: string) => spawnSync(program('promtool'), ['check', 'metrics'], { input, encoding: 'utf8' });
  const all = shown(HOSTILE.map((name) => series(bounded(name), { answer: 'growing', rate: { value: 1, error: 1 } })));
  const values = Object.fromEntries(METRICS.map((name) => [name, 1]));
  const done = lint(await text({ ...all, values }));
  expect([done.status, done.stdout, done.stderr]).toEqual([0, '', '']);
  const bad = lint('# HELP memleak_things Things.\n# TYPE memleak_things counter\nmemleak_things 1\n');
  expect(bad.status).not.toBe(0);
});

it('the README names none that is not there', () => {
  for (const file of ['README.md', 'README.ko.md']) {
    const named = readFileSync(join(root, file), 'utf8').match(/\bmemleak_\w+/g) ?? [];
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(METRICS).toContain(name);
  }
});
