// All of it, and all of it real: services, our tracer and exporter, Prometheus, Alertmanager; only who gets the messages is ours.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dashboard } from '../../scripts/dashboard.mjs';
import { alertmanager, prometheus, until } from '../k8s/monitoring/stack.ts';
import { everything, have, type Team, team } from '../k8s/monitoring/team.ts';
import { type ExportingWorld, exportingWorld } from './exporting.ts';

let w: ExportingWorld;
let to: Team;
const ends: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  w = exportingWorld();
  to = await team();
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await to.close();
  await w.end();
});

/** A panel's query as Grafana sends it. */
const sent = (query: string) => query.replaceAll('$__rate_interval', '15s').replace(/\$(namespace|pod)\b/g, '.*');

test('within two minutes Slack, Teams and the mail name what leaks, with its pace; the healthy twin and the cache that fills are not named', async () => {
  const pids = [
    await w.service(),
    await w.service({ LEAK: 'off' }),
    // Grows for twelve seconds as the leak does, and then stands still.
    await w.service({ LEAK: 'off', LEAK_KEPT_PERIODS: '60', LEAK_SITE: 'report_cache_thread' }),
  ];
  const exporters = await Promise.all(pids.map((pid) => w.exporting('--pid', String(pid), '--limit', '2Gi')));
  const manager = await alertmanager('en', to.addresses);
  ends.push(() => manager.end());
  const watching = await prometheus(
    exporters.map(({ port }) => `127.0.0.1:${port}`),
    [manager.url.replace('http://', '')],
  );
  ends.unshift(() => watching.end());
  const [leaks, ...healthy] = exporters.map(({ port }) => `127.0.0.1:${port}`) as [string, string, string];

  await until('all three have it', () => have(to, 'memory_leak_thread'), {
    seconds: 120,
    seen: () => everything(to) + watching.said(),
  });
  const rate = /leak (\d+(?:\.\d+)?) MB\/s ± [\d.]+ in \S*memory_leak_thread\S*, limit in \d+ min/.exec(everything(to));
  // A block of 1 MiB five times a second.
  expect(Number(rate?.[1]), everything(to)).toBeGreaterThan(3.6);
  expect(Number(rate?.[1])).toBeLessThan(6.9);

  // The cache has filled by now, and they have had as long as the leak to be named.
  await new Promise((later) => setTimeout(later, 20_000));
  const ask = async (query: string) => {
    const answer = await fetch(`${watching.url}/api/v1/query?${new URLSearchParams({ query })}`);
    return (
      (await answer.json()) as { data: { result: { metric: Record<string, string>; value: [number, string] }[] } }
    ).data.result;
  };
  const alerting = await ask('ALERTS{alertstate="firing"}');
  expect([...new Set(alerting.map(({ metric }) => metric.instance))], JSON.stringify(alerting)).toEqual([leaks]);
  const cached = await ask('memleak_inuse_bytes{function=~".*report_cache_thread"}');
  expect(Number(cached[0]?.value[1])).toBeGreaterThan(40 * 1048576);
  for (const instance of healthy)
    expect(
      (await ask(`memleak_looks_total{instance="${instance}"}`)).map(({ value }) => Number(value[1]) > 10),
    ).toEqual([true]);
  expect(everything(to)).not.toMatch(/report_cache_thread|can't be scraped|not known/);

  // What people look at has data of the real exporter; what BPF costs, a kernel tells only when it was asked to count it.
  const counted = readFileSync('/proc/sys/kernel/bpf_stats_enabled', 'utf8').trim() === '1';
  const empty: string[] = [];
  for (const panel of dashboard('en').panels ?? [])
    for (const { expr } of ('targets' in panel ? (panel.targets ?? []) : []) as unknown as { expr: string }[])
      if ((await ask(sent(expr))).length === 0) empty.push(expr);
  expect(empty.filter((expr) => counted || !expr.includes('memleak_tracer_bpf_seconds_total'))).toEqual([]);
});
