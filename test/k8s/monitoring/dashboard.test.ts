import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { dashboard, fileOf, LANGS, written } from '../../../scripts/dashboard.mjs';
import { exporter } from './exposition.ts';
import { monitoring } from './programs.ts';
import { prometheus, until } from './stack.ts';

const MIB = 1024 * 1024;
const root = join(monitoring, '../..');
const provisioned = (file: string) => parse(readFileSync(join(monitoring, 'grafana/provisioning', file), 'utf8'));

/** What we use of Grafana's classic dashboards, strictly. */
const source = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('prometheus') });
const whole = z.number().int().min(0);
const Panel = z.looseObject({
  id: whole.min(1),
  type: z.enum(['timeseries', 'state-timeline']),
  title: z.string().min(2),
  datasource: source,
  gridPos: z.strictObject({ x: whole, y: whole, w: whole.min(1).max(24), h: whole.min(3) }),
  targets: z
    .array(
      z.strictObject({
        expr: z.string(),
        refId: z.string(),
        legendFormat: z.string(),
        range: z.literal(true),
        instant: z.literal(false),
      }),
    )
    .min(1),
});
const Dashboard = z.looseObject({
  uid: z.string().regex(/^[a-z-]+$/),
  title: z.string(),
  schemaVersion: z.number().min(36),
  editable: z.literal(false),
  panels: z.array(Panel),
  annotations: z.strictObject({
    list: z.array(z.looseObject({ name: z.string(), expr: z.string(), datasource: source })),
  }),
  templating: z.strictObject({ list: z.array(z.looseObject({ name: z.string(), type: z.literal('query') })) }),
});
const read = (lang: (typeof LANGS)[number]) =>
  Dashboard.parse(JSON.parse(readFileSync(join(root, fileOf(lang)), 'utf8')));

describe.each(LANGS)('the dashboard in %s', (lang) => {
  it('is as scripts/dashboard.mjs writes it', () => {
    expect(readFileSync(join(root, fileOf(lang)), 'utf8')).toBe(written(lang));
  });
  it('is one that Grafana reads: panels apart from one another, each with its own id', () => {
    const { panels } = read(lang);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24);
  });
  it('shows the same as the other', () => {
    const queries = (of: (typeof LANGS)[number]) => read(of).panels.map((p) => p.targets.map(({ expr }) => expr));
    expect(queries(lang)).toEqual(queries(lang === 'en' ? 'ko' : 'en'));
    expect(new Set(read(lang).panels.map(({ title }) => title)).size).toBe(read(lang).panels.length);
  });
});

describe('provisioning', () => {
  it('names the source that the dashboards ask, and the interval of its scrapes', () => {
    const { datasources } = provisioned('datasources/prometheus.yml');
    const { global } = parse(readFileSync(join(monitoring, 'prometheus/prometheus.yml'), 'utf8'));
    expect(datasources).toHaveLength(1);
    expect(datasources[0]).toMatchObject({ uid: 'prometheus', type: 'prometheus' });
    expect(datasources[0].jsonData.timeInterval).toBe(global.scrape_interval);
  });
  it('finds dashboards in one folder, and keeps no change that was made on screen', () => {
    const { providers } = provisioned('dashboards/memleak.yml');
    expect(providers).toMatchObject([
      { type: 'file', allowUiUpdates: false, options: { path: '${MEMLEAK_DASHBOARDS}' } },
    ]);
  });
});

describe('on a Prometheus that scraped an exporter', () => {
  const ends: (() => Promise<unknown>)[] = [];
  let url = '';
  beforeAll(async () => {
    const served = [
      await exporter({
        namespace: 'shop',
        pod: 'leaker-1',
        container: 'leaker',
        resident: 40 * MIB,
        limit: 512 * MIB,
        sites: { 'app:leaks': { inuse: MIB, grows: 25_000, verdict: 2 } },
      }),
      // What leaks has no floor, and on a host nothing has a pod.
      await exporter({
        namespace: '',
        pod: '',
        container: '',
        resident: 40 * MIB,
        sites: { 'app:healthy': { inuse: MIB, grows: 0, verdict: 0 } },
      }),
    ];
    const watching = await prometheus(served.map(({ address }) => address));
    ends.push(() => watching.end(), ...served.map((s) => () => s.die()));
    url = watching.url;
    await until('an alert fires', async () => (await asked('ALERTS{alertstate="firing"}')).length > 0, { seconds: 60 });
  });
  afterAll(async () => {
    for (const end of ends) await end().catch(() => {});
  });

  /** A query as Grafana would send it for a panel of the last half minute, all pods chosen: the series with a number in them. */
  async function asked(expr: string): Promise<object[]> {
    const now = Date.now() / 1000;
    const query = expr.replaceAll('$__rate_interval', '10s').replace(/\$(namespace|pod)\b/g, '.*');
    const response = await fetch(`${url}/api/v1/query_range`, {
      method: 'POST',
      body: new URLSearchParams({ query, start: String(now - 30), end: String(now), step: '1' }),
    });
    const { status, data, error } = (await response.json()) as {
      status: string;
      error?: string;
      data: { result: { values: [number, string][] }[] };
    };
    if (status !== 'success') throw new Error(`${query}: ${error}`);
    return data.result.filter(({ values }) => values.some(([, value]) => Number.isFinite(Number(value))));
  }

  const queries = dashboard('en').panels?.flatMap((panel) =>
    'targets' in panel
      ? (panel.targets ?? []).map(
          (target) => [panel.title ?? '', (target as unknown as { expr: string }).expr] as const,
        )
      : [],
  );
  it('there is something to ask', () => expect(queries?.length).toBeGreaterThan(25));
  it.each(queries ?? [])('%s: %s returns data', async (_, expr) => {
    // Some are made a few seconds after the first alert.
    await until(expr, async () => (await asked(expr)).length > 0, { seconds: 20 });
  });
  it.each(dashboard('en').annotations?.list?.map(({ name, expr }) => [name ?? '', expr ?? '']) ?? [])(
    'the events of %s are asked without an error, and come where there are any',
    async (name, expr) => {
      const found = asked(expr);
      if (name === 'Restarts') await until(name, async () => (await asked(expr)).length > 0, { seconds: 30 });
      else expect(await found).toEqual([]);
    },
  );
  it('what nobody serves returns none, and what is no query is an error', async () => {
    expect(await asked('memleak_of_nobody{namespace=~"$namespace"}')).toEqual([]);
    await expect(asked('rate(memleak_inuse_bytes)')).rejects.toThrow(/rate|range vector/);
  });
  it('only what there is can be chosen', () => {
    const served = new Set(['namespace', 'pod']);
    for (const { name } of read('en').templating.list) expect(served.has(name)).toBe(true);
  });
});
