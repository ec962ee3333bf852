import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WorkshopError } from '../../errors.ts';

/** What is served, made anew for each request. */
export interface Served {
  metrics(): Promise<{ type: string; text: string }>;
  /** `ok`: whether the process is being watched. */
  health(): { ok: boolean; [field: string]: unknown };
}

/** Listens on one address, and no other; throws `export.no-address` where it can't. Resolves to where it is reached. */
export async function serve(
  served: Served,
  { address, port }: { address: string; port: number },
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, (request, response) => {
    const send = (status: number, type: string, text: string) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'text/plain', 'GET only\n');
    const path = (request.url ?? '').split('?')[0];
    if (path === '/healthz') {
      const health = served.health();
      return send(health.ok ? 200 : 503, 'application/json', `${JSON.stringify(health)}\n`);
    }
    if (path !== '/metrics') return send(404, 'text/plain', '/metrics or /healthz\n');
    served.metrics().then(
      ({ type, text }) => send(200, type, text),
      (error: Error) => send(500, 'text/plain', `${error.message}\n`),
    );
  });
  await listening(server, address, port);
  const at = server.address() as AddressInfo;
  return {
    url: `http://${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const listening = (server: Server, address: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new WorkshopError('export.no-address', { address, port: String(port), detail: error.message })),
    );
    server.listen({ host: address, port }, resolve);
  });
