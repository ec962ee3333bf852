// What an exporter serves of a service while something ordinary, or a leak, happens to it: the form is runner/monitor's, a sample
// each 15 s. Where nothing leaks, the verdict is allowed what it may at worst be: `growing` all the while that something grows, and
// now and then an accusation that is taken back within 90 s.

/** Seconds between two samples. */
export const EVERY = 15;
const MIB = 1024 * 1024;

interface Site {
  /** Bytes in use at second `t`; null: there is no series. */
  inuse(t: number): number | null;
  verdict(t: number): 0 | 1 | 2;
  /** Bytes a second that it keeps, as far as the verdict tells. */
  rate?: number;
}
interface Service {
  pod: string;
  /** Resident memory; null while there is no process. */
  resident(t: number): number | null;
  sites: Record<string, Site>;
  /** Whether the exporter answers; always, if not said. */
  up?(t: number): boolean;
  limit?: number;
  attached?(t: number): boolean;
}
export interface Story {
  /** How long it goes on, s. */
  lasts: number;
  services: Service[];
}

const between = (t: number, from: number, to: number): boolean => t >= from && t < to;
/** From 0 to 1 between two times. */
const ramp = (t: number, from: number, to: number): number => Math.min(1, Math.max(0, (t - from) / (to - from)));
const base = 40 * MIB;
const H = 3600;

/** A service whose resident memory follows what its one site has in use. */
function service(pod: string, site: Site & { name?: string }, more: Partial<Service> = {}): Service {
  const resident = (t: number) => {
    const inuse = site.inuse(t);
    return inuse === null ? null : base + inuse;
  };
  return { pod, resident, sites: { [site.name ?? 'app:cache_put']: site }, limit: 512 * MIB, ...more };
}

const RATE = 25_000;
export const LEAKS = 'stealth-leaker:memory_leak_thread';
const leaking = (more: Partial<Service> = {}, until = Number.POSITIVE_INFINITY): Service =>
  service(
    'leaker-1',
    {
      name: LEAKS,
      inuse: (t) => RATE * Math.min(t, until),
      verdict: (t) => (t < 60 ? 1 : 2),
      rate: RATE,
    },
    // 41 minutes at four minutes.
    { limit: base + RATE * (41 * 60 + 240), ...more },
  );

/** What an alert has to be about. */
export const leak: Story = { lasts: 1200, services: [leaking()] };
/** The exporter dies at ten minutes, while the leak goes on unseen. */
export const exporterDies: Story = { lasts: 1500, services: [leaking({ up: (t) => t < 600 })] };
/** The cap was reached at ten minutes; the verdict on the same blocks stays. */
export const leakEnded: Story = { lasts: 2 * H, services: [leaking({}, 600)] };
/** Allocated and never touched: far from any limit. */
export const untouched: Story = { lasts: 1800, services: [leaking({ resident: () => base })] };
/** The tracer lost its process. */
export const blind: Story = { lasts: 1200, services: [leaking({ attached: (t) => t < 300 }, 0)] };

/** Each of these is somebody's false alarm. */
export const silent: Record<string, Story> = {
  'the healthy twin': {
    lasts: H,
    services: [
      service('twin', {
        name: LEAKS,
        inuse: (t) => Math.min(t, 60) * RATE + (t % 60 < 30 ? 0 : MIB),
        verdict: (t) => (t < 90 ? 1 : 0),
        rate: RATE,
      }),
    ],
  },
  'a cache that fills': {
    lasts: 3 * H,
    services: [
      service('cache', {
        inuse: (t) => 400 * MIB * ramp(t, 120, 1.5 * H),
        // Held by the cache, which no tool can tell from a forgotten list before it is full.
        verdict: (t) => (between(t, 1800, 1890) ? 2 : t < 1.5 * H + 60 ? 1 : 0),
        rate: 75_000,
      }),
    ],
  },
  'a deploy': {
    lasts: 2 * H,
    services: [
      service('app-7d4b', { inuse: (t) => (t < H ? 100 * MIB : null), verdict: () => 0 }, { up: (t) => t < H + 60 }),
      service(
        'app-9c1e',
        {
          inuse: (t) => (t < H ? null : 130 * MIB * ramp(t, H, H + 600)),
          verdict: (t) => (between(t, H + 120, H + 210) ? 2 : t < H + 700 ? 1 : 0),
          rate: 220_000,
        },
        { up: (t) => t >= H + 90 },
      ),
    ],
  },
  'a restart': {
    lasts: 2 * H,
    services: [
      service('app', {
        inuse: (t) => 120 * MIB * (t < H ? 1 : ramp(t, H, H + 900)),
        verdict: (t) => (between(t, H + 700, H + 790) ? 2 : between(t, H, H + 960) ? 1 : 0),
        rate: 140_000,
      }),
    ],
  },
  'a nightly job': {
    lasts: 3 * H,
    services: [
      service('batch', {
        name: 'job:read_all',
        inuse: (t) => 20 * MIB + (between(t, H, H + 1200) ? 300 * MIB * ramp(t, H, H + 1200) : 0),
        verdict: (t) => (between(t, H + 600, H + 690) ? 2 : between(t, H, H + 1200) ? 1 : 0),
        rate: 260_000,
      }),
    ],
  },
  'a scale-out': {
    lasts: 2 * H,
    services: [0, 1, 2, 3, 4].map((i) => {
      const at = i === 0 ? 0 : H + i * 30;
      return service(
        `web-${i}`,
        {
          inuse: (t) => (t < at ? null : 90 * MIB * ramp(t, at, at + 600)),
          verdict: (t) => (t < at + 660 ? 1 : 0),
          rate: 157_000,
        },
        { up: (t) => t >= at + 45 },
      );
    }),
  },
  'a bounded sawtooth': {
    lasts: 3 * H,
    services: [
      service('buffer', {
        name: 'app:append',
        inuse: (t) => 200 * MIB * ((t % 1500) / 1500),
        verdict: (t) => (between(t % 1500, 1200, 1290) ? 2 : t % 1500 > 120 ? 1 : 0),
        rate: 140_000,
      }),
    ],
  },
};

/** A story as promtool's `input_series`. */
export function series({ lasts, services }: Story): { series: string; values: string }[] {
  const times = Array.from({ length: lasts / EVERY + 1 }, (_, i) => i * EVERY);
  return services.flatMap((one) => {
    const up = one.up ?? (() => true);
    const target = `job="memleak",instance="${one.pod}:9465"`;
    const labels = `${target},namespace="shop",pod="${one.pod}",container="app"`;
    const row = (name: string, value: (t: number) => number | null, of = labels, always = false) => ({
      series: `${name}{${of}}`,
      // What is no longer served is stale at once, as in a scrape; promtool has a word for it.
      values: times
        .map((t) => (always || up(t) ? value(t) : null))
        .map((v, i, all) => (v === null ? (i > 0 && all[i - 1] !== null ? 'stale' : '_') : String(Math.round(v))))
        .join(' '),
    });
    const there = (t: number) => one.resident(t) !== null;
    const leaks = Object.values(one.sites).find((site) => site.rate);
    return [
      // A pod that is gone is no target.
      row('up', (t) => (up(t) ? 1 : there(t) ? 0 : null), target, true),
      row('memleak_target_up', (t) => (there(t) ? 1 : 0)),
      row('memleak_attached', (t) => ((one.attached?.(t) ?? true) ? 1 : 0)),
      row('process_resident_memory_bytes', one.resident),
      row('memleak_limit_bytes', () => one.limit ?? null),
      row('memleak_limit_seconds', (t) => {
        const site = leaks && leaks.verdict(t) > 0 ? leaks : null;
        const now = one.resident(t);
        return site?.rate && now !== null && one.limit ? Math.max(0, (one.limit - now) / site.rate) : null;
      }),
      ...Object.entries(one.sites).flatMap(([name, site]) => {
        const of = `${labels},function="${name}"`;
        const told = (t: number) => site.inuse(t) !== null && site.verdict(t) > 0;
        return [
          row('memleak_inuse_bytes', site.inuse, of),
          row('memleak_verdict', (t) => (site.inuse(t) === null ? null : site.verdict(t)), of),
          row('memleak_retained_bytes_per_second', (t) => (told(t) ? (site.rate ?? null) : null), of),
          row('memleak_retained_bytes_per_second_error', (t) => (told(t) ? (site.rate ?? 0) * 0.12 : null), of),
        ];
      }),
    ];
  });
}
