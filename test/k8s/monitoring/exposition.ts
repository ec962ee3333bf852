// What an exporter serves, in the text format of Prometheus, of services whose numbers a test sets.
import { createServer } from 'node:http';
import { closed, listening } from './receivers.ts';

export interface Site {
  /** Bytes in use at its start, and how many more each second. */
  inuse: number;
  grows: number;
  verdict: 0 | 1 | 2;
}
export interface Watched {
  namespace: string;
  pod: string;
  container: string;
  resident: number;
  limit?: number;
  sites: Record<string, Site>;
}

export interface Exporter {
  address: string;
  /** From now on it does not answer. */
  die(): Promise<void>;
}

export async function exporter(watched: Watched): Promise<Exporter> {
  const began = Date.now();
  const server = createServer((_, response) =>
    response
      .writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
      .end(exposition(watched, (Date.now() - began) / 1000)),
  );
  const port = await listening(server);
  return { address: `127.0.0.1:${port}`, die: () => closed(server) };
}

const labels = (of: object) =>
  Object.entries(of)
    .map(([name, value]) => `${name}="${String(value).replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`)
    .join(',');

/** Seconds `t` after it began; a thousand blocks are allocated each second, those of 1 KiB. */
export function exposition({ namespace, pod, container, resident, limit, sites }: Watched, t: number): string {
  const target = { namespace, pod, container };
  const all = Object.entries(sites);
  const pace = all.reduce((sum, [, { grows, verdict }]) => sum + (verdict === 2 ? grows : 0), 0);
  const now = Date.now() / 1000;
  const rss = resident + all.reduce((sum, [, site]) => sum + site.inuse + site.grows * t, 0);
  const gauges: [string, number | null][] = [
    ['memleak_target_up', 1],
    ['memleak_attached', 1],
    ['memleak_target_start_time_seconds', now - t],
    ['memleak_target_restarts_total', Math.floor(t / 10)],
    ['memleak_target_upgrades_total', 0],
    ['process_resident_memory_bytes', rss],
    ['process_virtual_memory_bytes', rss * 3],
    ['process_proportional_memory_bytes', rss * 0.9],
    ['process_swap_memory_bytes', 4096],
    ['memleak_limit_bytes', limit ?? null],
    ['memleak_limit_seconds', limit && pace > 0 ? Math.max(0, (limit - rss) / pace) : null],
    ['memleak_floor_bytes_per_second', pace > 0 ? null : 12],
    ['memleak_functions', all.length],
    ['memleak_functions_other', 0],
    ['memleak_looks_total', Math.floor(t)],
    ['memleak_last_look_timestamp_seconds', now],
    ['memleak_lost_objects_total', 0],
  ];
  const lines = gauges.flatMap(([name, value]) => (value === null ? [] : [`${name}{${labels(target)}} ${value}`]));
  lines.push(`memleak_target_info{${labels({ ...target, comm: 'app' })}} 1`);
  for (const [name, value] of [
    ['memleak_exporter_cpu_seconds_total', t / 100],
    ['memleak_exporter_resident_memory_bytes', 6e7],
    ['memleak_tracer_cpu_seconds_total', t / 50],
    ['memleak_tracer_resident_memory_bytes', 1e7],
    ['memleak_tracer_bpf_seconds_total', t / 500],
    ['memleak_tracer_restarts_total', 0],
  ])
    lines.push(`${name} ${value}`);
  for (const [name, { inuse, grows, verdict }] of all) {
    const of = labels({ ...target, function: name });
    const bytes = inuse + grows * t;
    lines.push(
      `memleak_inuse_bytes{${of}} ${bytes}`,
      `memleak_inuse_objects{${of}} ${Math.round(bytes / 1024)}`,
      `memleak_alloc_bytes_total{${of}} ${1_024_000 * t}`,
      `memleak_alloc_objects_total{${of}} ${1000 * t}`,
      `memleak_free_objects_total{${of}} ${Math.max(0, 1000 * t - (grows * t) / 1024)}`,
      `memleak_verdict{${of}} ${verdict}`,
    );
    if (verdict > 0)
      lines.push(
        `memleak_retained_bytes_per_second{${of}} ${grows}`,
        `memleak_retained_bytes_per_second_error{${of}} ${grows * 0.12}`,
        `memleak_survival_ratio{${of}} 0.25`,
        `memleak_survival_ratio_error{${of}} 0.02`,
      );
  }
  return `${lines.join('\n')}\n`;
}
