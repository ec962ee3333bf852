import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../runner/shipped/service.ts';
import { root, type Started, type World, world } from './world.ts';

const SERVICE = 'svc-under-test';
const PATIENCE_MS = 60_000;

export interface Exporter extends Started {
  port: number;
  scrape(): Promise<string>;
  health(): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Scrapes until it holds. */
  shows(what: string, holds: (text: string) => boolean): Promise<string>;
}

/** A world with services of its own, whose program is known by its name, and exporters on them. */
export interface ExportingWorld extends World {
  /** The program as it lies there from now on: another file under the same path. */
  replaced(): void;
  /** A service that asks for a block five times a second; its pid. */
  service(more?: Record<string, string>): Promise<number>;
  exporting(...args: string[]): Promise<Exporter>;
}

export function exportingWorld(): ExportingWorld {
  const w = world();
  execFileSync('make', ['-s', '-C', join(root, 'workloads/stealth-leaker'), `BUILD=${w.dir}/service`]);
  const replaced = () => {
    rmSync(join(w.dir, SERVICE), { force: true });
    copyFileSync(join(w.dir, 'service/stealth-leaker'), join(w.dir, SERVICE));
  };
  replaced();
  return {
    ...w,
    replaced,
    async service(more = {}) {
      const [http, metrics] = [await freePort(), await freePort()].map(String);
      const child = spawn(join(w.dir, SERVICE), {
        env: { ...w.env, LEAK_PERIOD_MS: '200', HTTP_PORT: http, METRICS_PORT: metrics, ...more },
        stdio: 'ignore',
      });
      return child.pid as number;
    },
    async exporting(...args) {
      const port = await freePort();
      const started = w.start(['export', '--port', String(port), '--interval', '1', '--age', '4', ...args]);
      const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
      const scrape = async () => (await get('/metrics')).text();
      await started.until(/Metrics are at/);
      return {
        ...started,
        port,
        scrape,
        async health() {
          const answer = await get('/healthz');
          return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
        },
        async shows(what, holds) {
          const until = Date.now() + PATIENCE_MS;
          for (;;) {
            const text = await scrape();
            if (holds(text)) return text;
            if (Date.now() > until) throw new Error(`never showed ${what}:\n${text}`);
            await new Promise((go) => setTimeout(go, 250));
          }
        },
      };
    },
  };
}
