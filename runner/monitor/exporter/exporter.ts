import { WorkshopError } from '../../errors.ts';
import type { Running } from '../../model/place.ts';
import { alive } from '../../process.ts';
import { cost } from './cost.ts';
import type { Digesting, Look, Seen } from './digest.ts';
import { registryOf, type Shown as Metrics, type Where } from './metrics.ts';
import { cgroupLimit, memoryOf, shown, startedAt, type Shown } from './proc.ts';
import type { Served } from './serve.ts';
import { isUpgrade, named, succession, type Wanted } from './target.ts';
import { pause, runs } from './tracer.ts';
import type { Series } from './totals.ts';

/** Between two looks at who is there, ms. */
const POLL_MS = 500;
/** A tracer whose process has gone tells its last list, and ends; so long we wait for it, ms. */
const FAREWELL_MS = 3000;
/** Of what the tracer says to people, so many lines are kept to tell why it can't. */
const SAID = 6;

export interface Settings extends Digesting {
  wanted: Wanted;
  where: Where;
  /** Bytes; undefined: its cgroup's. */
  limit: number | undefined;
  /** Between two lists, ms. */
  intervalMs: number;
}

/** What a person at the terminal may want to know. */
export type Happening =
  | { id: 'waiting' }
  | { id: 'attached' | 'gone'; pid: number; comm: string }
  | { id: 'tracer-ended'; seconds: number };

export interface Around {
  /** Starts the tracer on a process, elevated. */
  start(pid: number): Running;
  /** What the tracer prints comes to. */
  digest(bytes: AsyncIterable<Uint8Array>, how: Digesting): AsyncIterable<Seen>;
  tell(happening: Happening): void;
  signal: AbortSignal;
}

interface Watched {
  of: Shown;
  look: Look | null;
  attached: boolean;
  lookedAt: number | null;
  lists: number;
}

/**
 * Watches a process, and whoever comes in its place, until the signal; `served` tells of it at any time. Throws
 * `export.no-process`, `export.several`, and `export.cannot-trace` where the very first tracer does not get as far as its probes.
 */
export function exporter(settings: Settings, { start, digest, tell, signal }: Around) {
  const { wanted } = settings;
  const come = succession(wanted);
  const price = cost();
  const said: string[] = [];
  let watched: Watched | null = null;
  let restarts = 0;
  let upgrades = 0;
  let tracerRestarts = 0;
  let everAttached = false;

  /** The one to begin with: a pid has to be there, a name may come. */
  async function first(): Promise<Shown | null> {
    if ('pid' in wanted) {
      const one = shown(wanted.pid);
      if (!one) throw new WorkshopError('export.no-process', { pid: String(wanted.pid) });
      return one;
    }
    const all = named(wanted.name);
    if (all.length > 1)
      throw new WorkshopError('export.several', { name: wanted.name, pids: all.map(({ pid }) => pid).join(', ') });
    return all[0] ?? until(() => named(wanted.name)[0] ?? null);
  }

  async function until(who: () => Shown | null): Promise<Shown | null> {
    tell({ id: 'waiting' });
    for (;;) {
      if (signal.aborted) return null;
      const one = who();
      if (one) return one;
      await pause(POLL_MS, signal);
    }
  }

  /** Until it is gone, or has become another program. */
  async function watch(of: Shown): Promise<void> {
    const on: Watched = { of, look: null, attached: false, lookedAt: null, lists: 0 };
    watched = on;
    const over = new AbortController();
    const end = () => over.abort();
    signal.addEventListener('abort', end, { once: true });
    let failed = false;
    let farewell: NodeJS.Timeout | undefined;
    const poll = setInterval(() => {
      if (isThere(of)) come.look(of);
      else farewell ??= setTimeout(end, FAREWELL_MS);
    }, POLL_MS);
    come.look(of);
    const happenings = {
      ended(againMs: number | null) {
        on.attached = false;
        if (againMs === null) return;
        failed = !everAttached;
        if (failed) return end();
        tracerRestarts++;
        tell({ id: 'tracer-ended', seconds: againMs / 1000 });
      },
      again: () => isThere(of),
    };
    try {
      const bytes = runs(() => start(of.pid), happenings, over.signal);
      for await (const seen of digest(bytes, settings)) {
        said.push(...seen.said);
        said.splice(0, said.length - SAID);
        if (seen.attached) {
          everAttached = on.attached = true;
          price.began(of.pid);
          tell({ id: 'attached', pid: of.pid, comm: of.comm });
        }
        if (!seen.look) continue;
        on.look = seen.look;
        on.lists++;
        on.lookedAt = Date.now();
      }
      if (failed) throw cannotTrace(of, said);
    } finally {
      clearInterval(poll);
      clearTimeout(farewell);
      signal.removeEventListener('abort', end);
      on.attached = false;
    }
  }

  async function run(): Promise<void> {
    let of = await first();
    while (of && !signal.aborted) {
      const gone: Shown = of;
      await watch(gone);
      if (signal.aborted) return;
      const same = shown(gone.pid);
      const became = same?.startTime === gone.startTime ? same : null;
      if (!became) tell({ id: 'gone', pid: gone.pid, comm: gone.comm });
      of = became ?? (await until(() => come.after(gone)));
      if (!of) return;
      if (!became) restarts++;
      if (isUpgrade(gone, of)) upgrades++;
    }
  }

  const isLive = (on: Watched): boolean =>
    on.attached && (on.lookedAt === null || Date.now() - on.lookedAt < 3 * settings.intervalMs + 30_000);

  /** All that is told at a scrape. */
  function tellAll(): Metrics {
    const on = watched && isThere(watched.of) ? watched : null;
    const memory = on && memoryOf(on.of.pid);
    const limit = on && (settings.limit ?? cgroupLimit(on.of.pid));
    const look = on?.look ?? null;
    const pace = look && paceOf(look.series);
    const { cpu, bpf, resident } = price.now();
    const { user, system } = process.cpuUsage();
    return {
      where: settings.where,
      series: look?.series ?? [],
      comm: on?.of.comm ?? null,
      values: {
        memleak_target_up: on ? 1 : 0,
        memleak_attached: on && isLive(on) ? 1 : 0,
        memleak_target_start_time_seconds: on && startedAt(on.of),
        memleak_target_restarts_total: restarts,
        memleak_target_upgrades_total: upgrades,
        process_resident_memory_bytes: memory?.resident ?? null,
        process_virtual_memory_bytes: memory?.virtual ?? null,
        process_proportional_memory_bytes: memory?.proportional ?? null,
        process_swap_memory_bytes: memory?.swap ?? null,
        memleak_limit_bytes: limit,
        memleak_limit_seconds: pace && limit && memory?.resident ? Math.max(0, (limit - memory.resident) / pace) : null,
        memleak_floor_bytes_per_second: look?.floor ?? null,
        memleak_functions: look?.functions.all ?? null,
        memleak_functions_other: look?.functions.other ?? null,
        memleak_looks_total: on?.lists ?? null,
        memleak_last_look_timestamp_seconds: on?.lookedAt ? on.lookedAt / 1000 : null,
        memleak_lost_objects_total: on && (look?.lost ?? 0),
        memleak_exporter_cpu_seconds_total: (user + system) / 1e6,
        memleak_exporter_resident_memory_bytes: process.memoryUsage.rss(),
        memleak_tracer_cpu_seconds_total: cpu,
        memleak_tracer_resident_memory_bytes: resident,
        memleak_tracer_bpf_seconds_total: bpf,
        memleak_tracer_restarts_total: tracerRestarts,
      },
    };
  }

  let now = tellAll();
  const registry = registryOf(() => now);
  const served: Served = {
    async metrics() {
      now = tellAll();
      return { type: registry.contentType, text: await registry.metrics() };
    },
    health() {
      const on = watched && isThere(watched.of) ? watched : null;
      const ok = on !== null && isLive(on);
      return {
        ok,
        status: ok ? 'attached' : on ? 'attaching' : 'waiting',
        waits_for: ok ? null : on ? `the tracer on process ${on.of.pid}` : whomOf(wanted),
        target: on && { pid: on.of.pid, comm: on.of.comm, program: on.of.exe },
        seconds_since_list: on?.lookedAt ? Math.round((Date.now() - on.lookedAt) / 1000) : null,
        target_restarts: restarts,
        target_upgrades: upgrades,
        tracer_restarts: tracerRestarts,
        tracer_said: ok ? [] : said,
      };
    },
  };
  return { run, served };
}

/** Whether it is still the process, and the program, that it was. */
function isThere(of: Shown): boolean {
  if (!alive(of)) return false;
  const now = shown(of.pid);
  return now !== null && !isUpgrade(of, now);
}

const whomOf = (wanted: Wanted): string =>
  'pid' in wanted ? `the program of process ${wanted.pid}` : `a process named ${wanted.name}`;

const cannotTrace = (of: Shown, said: readonly string[]) =>
  new WorkshopError('export.cannot-trace', { pid: String(of.pid), detail: said.join('\n') || '–' });

/** What is kept in a second by all that leak or, where none does, by all that grow; null where that is not known. */
function paceOf(series: readonly Series[]): number | null {
  for (const answer of ['leak', 'growing'] as const) {
    const pace = series.reduce((n, s) => n + (s.answer === answer ? (s.rate?.value ?? 0) : 0), 0);
    if (pace > 0) return pace;
  }
  return null;
}
