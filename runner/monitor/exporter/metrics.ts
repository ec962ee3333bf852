import { Counter, Gauge, Registry } from 'prom-client';
import type { Answer } from '../../evidence/verdict.ts';
import { bounded } from './function-name.ts';
import type { Series } from './totals.ts';

/** Where the watched process is: empty outside Kubernetes. */
export interface Where {
  namespace: string;
  pod: string;
  container: string;
}

/** All that is told at one moment. Null and absent alike: there is no sample. Times in seconds, sizes in bytes. */
export interface Shown {
  where: Where;
  series: readonly Series[];
  comm: string | null;
  values: Partial<Record<TargetMetric, number | null>>;
}

type Type = 'gauge' | 'counter';
interface Metric {
  type: Type;
  help: string;
}

const VERDICTS: Record<Answer, number> = { none: 0, growing: 1, leak: 2 };

/** By function, with what each tells of a series. */
const BY_FUNCTION = {
  memleak_inuse_bytes: {
    type: 'gauge',
    help: 'Bytes allocated since the tracer attached and not freed, by function.',
    of: (s) => s.inuseBytes,
  },
  memleak_inuse_objects: {
    type: 'gauge',
    help: 'Blocks allocated since the tracer attached and not freed, by function.',
    of: (s) => s.inuseObjects,
  },
  memleak_alloc_bytes_total: {
    type: 'counter',
    help: 'Bytes allocated while the tracer was attached, by function.',
    of: (s) => s.allocBytes,
  },
  memleak_alloc_objects_total: {
    type: 'counter',
    help: 'Blocks allocated while the tracer was attached, by function.',
    of: (s) => s.allocObjects,
  },
  memleak_free_objects_total: {
    type: 'counter',
    help: 'Blocks freed that were allocated while the tracer was attached, by the function that allocated them.',
    of: (s) => s.freeObjects,
  },
  memleak_verdict: {
    type: 'gauge',
    help: 'What becomes of a function’s blocks: 0 no leak seen, 1 growing and unproven, 2 leak.',
    of: (s) => VERDICTS[s.answer],
  },
  memleak_retained_bytes_per_second: {
    type: 'gauge',
    help: 'Bytes a second that a function keeps, where it leaks or grows.',
    of: (s) => s.rate?.value ?? null,
  },
  memleak_retained_bytes_per_second_error: {
    type: 'gauge',
    help: 'Two standard errors of memleak_retained_bytes_per_second.',
    of: (s) => s.rate?.error ?? null,
  },
  memleak_survival_ratio: {
    type: 'gauge',
    help: 'Share of a function’s blocks that outlive every block that came back, 0 to 1.',
    of: (s) => s.share?.value ?? null,
  },
  memleak_survival_ratio_error: {
    type: 'gauge',
    help: 'Two standard errors of memleak_survival_ratio.',
    of: (s) => s.share?.error ?? null,
  },
} as const satisfies Record<string, Metric & { of(series: Series): number | null }>;

/** By target. */
const BY_TARGET = {
  memleak_target_up: { type: 'gauge', help: 'Whether the watched process is there.' },
  memleak_attached: {
    type: 'gauge',
    help: 'Whether the tracer is attached to it and has been heard of lately.',
  },
  memleak_target_start_time_seconds: {
    type: 'gauge',
    help: 'When the watched process started, in seconds since the epoch.',
  },
  memleak_target_restarts_total: {
    type: 'counter',
    help: 'How often the watched program came again as another process.',
  },
  memleak_target_upgrades_total: { type: 'counter', help: 'How often it came again with another binary.' },
  process_resident_memory_bytes: { type: 'gauge', help: 'Resident memory of the watched process in bytes.' },
  process_virtual_memory_bytes: { type: 'gauge', help: 'Virtual memory of the watched process in bytes.' },
  process_proportional_memory_bytes: {
    type: 'gauge',
    help: 'Proportional set size (PSS) of the watched process in bytes.',
  },
  process_swap_memory_bytes: {
    type: 'gauge',
    help: 'Memory of the watched process that is swapped out, in bytes.',
  },
  memleak_limit_bytes: { type: 'gauge', help: 'The limit on the watched process’s memory in bytes.' },
  memleak_limit_seconds: {
    type: 'gauge',
    help: 'Seconds until the limit is reached at the pace of what leaks.',
  },
  memleak_floor_bytes_per_second: {
    type: 'gauge',
    help: 'A leak of up to so many bytes a second could hide from this.',
  },
  memleak_functions: { type: 'gauge', help: 'Functions that have allocated.' },
  memleak_functions_other: { type: 'gauge', help: 'Functions of which the series is `other`.' },
  memleak_looks_total: { type: 'counter', help: 'Lists of the tracer that were read.' },
  memleak_last_look_timestamp_seconds: {
    type: 'gauge',
    help: 'When the last list of the tracer was read, in seconds since the epoch.',
  },
  memleak_lost_objects_total: {
    type: 'counter',
    help: 'Blocks and frees that the tracer could not follow.',
  },
  memleak_exporter_cpu_seconds_total: {
    type: 'counter',
    help: 'CPU time of the exporter itself, in seconds.',
  },
  memleak_exporter_resident_memory_bytes: {
    type: 'gauge',
    help: 'Resident memory of the exporter itself, in bytes.',
  },
  memleak_tracer_cpu_seconds_total: {
    type: 'counter',
    help: 'CPU time of the tracer’s loader, in seconds.',
  },
  memleak_tracer_resident_memory_bytes: {
    type: 'gauge',
    help: 'Resident memory of the tracer’s loader, in bytes.',
  },
  memleak_tracer_bpf_seconds_total: {
    type: 'counter',
    help: 'Time in the tracer’s BPF programs, in seconds; only where kernel.bpf_stats_enabled is 1.',
  },
  memleak_tracer_restarts_total: {
    type: 'counter',
    help: 'How often the tracer ended unasked and was started again.',
  },
} as const satisfies Record<string, Metric>;

const INFO = {
  name: 'memleak_target_info',
  help: 'Always 1; comm is the watched program’s name.',
} as const;

export type TargetMetric = keyof typeof BY_TARGET;

const WHERE = ['namespace', 'pod', 'container'] as const;

/** Every metric there is: what a rule or a panel may ask for. */
export const METRICS: readonly string[] = [...Object.keys(BY_FUNCTION), ...Object.keys(BY_TARGET), INFO.name];

/** A registry that says what `shown` says at each scrape. */
export function registryOf(shown: () => Shown): Registry {
  const registry = new Registry();
  const add = (name: string, { type, help }: Metric, own: readonly string[], samples: (now: Shown) => Sample[]) => {
    const labelNames = [...WHERE, ...own];
    const fill = (metric: { reset(): void }, put: (labels: Record<string, string>, value: number) => void) => {
      metric.reset();
      const now = shown();
      for (const { labels, value } of samples(now))
        if (value !== null && Number.isFinite(value)) put({ ...now.where, ...labels }, value);
    };
    const common = { name, help, labelNames, registers: [registry] };
    if (type === 'gauge')
      new Gauge({
        ...common,
        collect() {
          fill(this, (labels, value) => this.set(labels, value));
        },
      });
    else
      new Counter({
        ...common,
        collect() {
          fill(this, (labels, value) => this.inc(labels, Math.max(0, value)));
        },
      });
  };
  for (const [name, metric] of Object.entries(BY_FUNCTION))
    add(name, metric, ['function'], ({ series }) =>
      series.map((s) => ({ labels: { function: s.name }, value: metric.of(s) })),
    );
  for (const [name, metric] of Object.entries(BY_TARGET))
    add(name, metric, [], ({ values }) => [{ labels: {}, value: values[name as TargetMetric] ?? null }]);
  add(INFO.name, { type: 'gauge', help: INFO.help }, ['comm'], ({ comm }) =>
    comm === null ? [] : [{ labels: { comm: bounded(comm) }, value: 1 }],
  );
  return registry;
}

interface Sample {
  labels: Record<string, string>;
  value: number | null;
}
