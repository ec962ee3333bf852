import { request } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { serve } from '../../../runner/monitor/exporter/serve.ts';

let close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of close) await end();
  close = [];
});

const served = (ok: boolean) => ({
  metrics: async () => ({ type: 'text/plain; version=0.0.4', text: 'a 1\n' }),
  health: () => ({ ok, waits_for: ok ? null : 'somebody' }),
});
async function up(ok = true) {
  const server = await serve(served(ok), { address: '127.0.0.1', port: 0 });
  close.push(server.close);
  return server.url;
}

it('serves metrics, and says in /healthz what it waits for', async () => {
  const url = await up(false);
  const metrics = await fetch(`${url}/metrics?x=1`);
  expect([metrics.status, metrics.headers.get('content-type'), await metrics.text()]).toEqual([
    200,
    'text/plain; version=0.0.4',
    'a 1\n',
  ]);
  const health = await fetch(`${url}/healthz`);
  expect([health.status, await health.json()]).toEqual([503, { ok: false, waits_for: 'somebody' }]);
});

it('serves nothing else, and takes nothing', async () => {
  const url = await up();
  expect((await fetch(`${url}/../etc/passwd`)).status).toBe(404);
  expect((await fetch(`${url}/metrics`, { method: 'POST', body: 'x' })).status).toBe(405);
});

it('says which port is taken, and which address is not ours', async () => {
  const port = Number(new URL(await up()).port);
  const taken = await serve(served(true), { address: '127.0.0.1', port }).catch((error) => error);
  expect([taken.errorName, taken.exit, taken.values.port]).toEqual(['export.no-address', 4, String(port)]);
  const nobody = await serve(served(true), { address: '192.0.2.1', port: 0 }).catch((error) => error);
  expect(nobody.errorName).toBe('export.no-address');
});

it('ends at once, whoever holds a connection open', async () => {
  const server = await serve(served(true), { address: '127.0.0.1', port: 0 });
  const open = request(`${server.url}/metrics`, { headers: { connection: 'keep-alive' } });
  open.on('error', () => {});
  open.flushHeaders();
  await new Promise((go) => setTimeout(go, 50));
  const since = Date.now();
  await server.close();
  expect(Date.now() - since).toBeLessThan(1000);
});
