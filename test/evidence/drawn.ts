/** Programs drawn from a seed, with the truth about each, as a tracer with bins and as a tracer of blocks see them. */
import type { Evidence, Frame, Lifetimes, Witness } from '../../runner/evidence/model.ts';
import { binOf, spanOf } from '../../runner/evidence/rule/bins.ts';
import { allocation } from './simulate.ts';

export interface Drawn {
  site: string;
  born: number;
  died: number | null;
  /** At a moment: a block that grows has more each time. */
  bytes: number | ((atMs: number) => number);
  /** No pointer to it is left. */
  lost?: true;
}

export interface DrawnProgram {
  kind: string;
  class: 'healthy' | 'lost' | 'held';
  blocks: Drawn[];
  /** Which site leaks, from when on, and what in a second. */
  leak?: { site: string; startsMs: number; bytesPerSecond: number };
}

/** As long as any of them is watched, ms. */
export const LONG = 200_000;

/** mulberry32: the same numbers from the same seed. */
export function random(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface Draw {
  between(low: number, high: number): number;
  /** As likely in each octave. */
  log(low: number, high: number): number;
  chance(share: number): boolean;
  /** Moments, as many a second on average. */
  arrivals(perSecond: number, from?: number, to?: number): number[];
  exponential(mean: number): number;
}

function drawing(next: () => number): Draw {
  const draw: Draw = {
    between: (low, high) => low + (high - low) * next(),
    log: (low, high) => low * (high / low) ** next(),
    chance: (share) => next() < share,
    exponential: (mean) => -mean * Math.log(1 - next()),
    arrivals(perSecond, from = 0, to = LONG) {
      const all: number[] = [];
      for (let at = from + draw.exponential(1000 / perSecond); at < to; at += draw.exponential(1000 / perSecond))
        all.push(at);
      return all;
    },
  };
  return draw;
}

type Kind = (draw: Draw) => Omit<DrawnProgram, 'kind'>;

const size = (draw: Draw) => Math.round(draw.log(32, 65_536));
const rate = (draw: Draw) => draw.log(2, 40);
/** A block of about a size: a quarter more or less. */
const about = (draw: Draw, bytes: number) => Math.max(8, Math.round(bytes * draw.between(0.75, 1.25)));
/** Requests beside it, each freed soon. */
const requests = (draw: Draw, site = 'on_request'): Drawn[] => {
  const bytes = size(draw);
  const mean = draw.log(1, 400);
  return draw
    .arrivals(rate(draw))
    .map((born) => ({ site, born, died: born + draw.exponential(mean), bytes: about(draw, bytes) }));
};
const startUp = (draw: Draw, site = 'load_tables'): Drawn[] => {
  const bytes = size(draw);
  return Array.from({ length: Math.round(draw.between(5, 80)) }, () => ({
    site,
    born: draw.between(0, 400),
    died: null,
    bytes: about(draw, bytes),
  }));
};
const healthy = (draw: Draw, blocks: Drawn[]) => ({
  class: 'healthy' as const,
  blocks: [...blocks, ...requests(draw), ...startUp(draw)],
});
const leaking = (draw: Draw, of: 'lost' | 'held', blocks: Drawn[], startsMs = 0) => {
  const leaked = blocks.filter((b) => b.died === null && b.site === 'leaky');
  const bytes = leaked.reduce((n, b) => n + (typeof b.bytes === 'number' ? b.bytes : b.bytes(LONG)), 0);
  return {
    class: of,
    blocks: [...blocks, ...requests(draw), ...startUp(draw)],
    leak: { site: 'leaky', startsMs, bytesPerSecond: (bytes * 1000) / (LONG - startsMs) },
  };
};
const lostAt = (draw: Draw, moments: number[], bytes: number): Drawn[] =>
  moments.map((born) => ({ site: 'leaky', born, died: null, bytes: about(draw, bytes), lost: true }));

export const HEALTHY: Record<string, Kind> = {
  requests: (draw) => healthy(draw, requests(draw, 'parse_body')),
  'a cache that fills and stays': (draw) => {
    const full = draw.between(3000, 40_000);
    const bytes = size(draw);
    return healthy(
      draw,
      draw
        .arrivals(rate(draw), 0, full)
        .map((born) => ({ site: 'cache_put', born, died: null, bytes: about(draw, bytes) })),
    );
  },
  'a cache that replaces the oldest': (draw) => {
    const keeps = draw.between(3000, 40_000);
    const bytes = size(draw);
    return healthy(
      draw,
      draw
        .arrivals(rate(draw))
        .map((born) => ({ site: 'cache_put', born, died: born + keeps, bytes: about(draw, bytes) })),
    );
  },
  'an LRU with churn': (draw) => {
    const keeps = draw.between(2000, 15_000);
    const bytes = size(draw);
    // Some entries are asked for again and again, fewer the more often.
    return healthy(
      draw,
      draw.arrivals(rate(draw)).map((born) => {
        let life = keeps;
        while (draw.chance(0.4) && life < 40_000) life += draw.between(0, keeps);
        return { site: 'lru_insert', born, died: born + life, bytes: about(draw, bytes) };
      }),
    );
  },
  'sessions of 45 s': (draw) => {
    const bytes = size(draw);
    const length = draw.between(40_000, 50_000);
    return healthy(
      draw,
      draw.arrivals(rate(draw)).map((born) => ({
        site: 'session_open',
        born,
        died: born + length * draw.between(0.95, 1.05),
        bytes: about(draw, bytes),
      })),
    );
  },
  'a load wave': (draw) => {
    const wave = draw.between(20_000, 60_000);
    const bytes = size(draw);
    const most = rate(draw) * 2;
    // Connections are opened as load rises, and closed as it falls, the last one first.
    const blocks = Array.from({ length: Math.ceil(LONG / wave) }, (_, i) =>
      draw.arrivals(most, i * wave, i * wave + wave * 0.48).map((born) => ({
        site: 'worker_new',
        born,
        died: i * wave + wave - (born - i * wave),
        bytes: about(draw, bytes),
      })),
    );
    return healthy(draw, blocks.flat());
  },
  'batches freed every 30 s': (draw) => batches(draw, 30_000),
  'batches freed every 50 s': (draw) => batches(draw, 50_000),
  'lives of 1 to 40 s': (draw) => {
    const bytes = size(draw);
    return healthy(
      draw,
      draw
        .arrivals(rate(draw))
        .map((born) => ({ site: 'job_new', born, died: born + draw.between(1000, 40_000), bytes: about(draw, bytes) })),
    );
  },
  'lives of any length': (draw) => {
    const bytes = size(draw);
    const middle = draw.log(50, 3000);
    return healthy(
      draw,
      draw.arrivals(rate(draw)).map((born) => {
        const normal = draw.between(-1, 1) + draw.between(-1, 1) + draw.between(-1, 1);
        return { site: 'job_new', born, died: born + middle * Math.exp(1.2 * normal), bytes: about(draw, bytes) };
      }),
    );
  },
  'lives with a long tail': (draw) => {
    const bytes = size(draw);
    const least = draw.log(5, 200);
    const exponent = draw.between(0.9, 2);
    return healthy(
      draw,
      draw.arrivals(rate(draw)).map((born) => ({
        site: 'job_new',
        born,
        died: born + least * draw.between(1e-6, 1) ** (-1 / exponent),
        bytes: about(draw, bytes),
      })),
    );
  },
  'an LRU of keys that are asked for unequally often': (draw) => {
    const bytes = size(draw);
    return healthy(
      draw,
      unequal(draw, Math.round(draw.between(20, 300))).map((of) => ({
        site: 'lru_insert',
        ...of,
        bytes: about(draw, bytes),
      })),
    );
  },
  'a warm-up after a deploy': (draw) => {
    const bytes = size(draw);
    const tau = draw.between(3000, 12_000);
    const blocks = draw.arrivals(rate(draw) * 3).filter((born) => draw.chance(Math.exp(-born / tau)));
    return healthy(
      draw,
      blocks.map((born) => ({ site: 'intern_string', born, died: null, bytes: about(draw, bytes) })),
    );
  },
  'a nightly job': (draw) => {
    const bytes = size(draw);
    const from = draw.between(5000, 100_000);
    const lasts = draw.between(5000, 28_000);
    return healthy(
      draw,
      draw.arrivals(rate(draw) * 2, from, from + lasts).map((born) => ({
        site: 'report_row',
        born,
        died: from + lasts + draw.between(0, 500),
        bytes: about(draw, bytes),
      })),
    );
  },
  'a bounded sawtooth': (draw) => {
    const every = draw.between(8000, 29_000);
    const bytes = size(draw);
    return healthy(
      draw,
      draw.arrivals(rate(draw)).map((born) => ({
        site: 'log_buffer',
        born,
        died: (Math.floor(born / every) + 1) * every,
        bytes: about(draw, bytes),
      })),
    );
  },
  'a buffer that doubles': (draw) => {
    const per = draw.log(1000, 50_000);
    const full = draw.between(5000, 60_000);
    return healthy(draw, [
      {
        site: 'buffer_grow',
        born: 100,
        died: null,
        bytes: (at) => 2 ** Math.ceil(Math.log2(1024 + (per * Math.min(at, full)) / 1000)),
      },
    ]);
  },
};

/** An LRU with so much room; of 3000 keys the first is asked for most. */
function unequal(draw: Draw, room: number): { born: number; died: number | null }[] {
  const lives: { born: number; died: number | null }[] = [];
  const kept = new Map<number, { born: number; died: number | null }>();
  for (const at of draw.arrivals(rate(draw) * 2)) {
    const key = Math.floor(3000 ** draw.between(0, 1));
    const entry = kept.get(key) ?? { born: at, died: null };
    if (!kept.delete(key)) lives.push(entry);
    kept.set(key, entry);
    if (kept.size <= room) continue;
    const [oldest, out] = [...kept][0] as [number, { died: number | null }];
    out.died = at;
    kept.delete(oldest);
  }
  return lives;
}

function batches(draw: Draw, every: number): Omit<DrawnProgram, 'kind'> {
  const bytes = size(draw);
  return healthy(
    draw,
    draw.arrivals(rate(draw)).map((born) => ({
      site: 'batch_add',
      born,
      died: (Math.floor(born / every) + 1) * every,
      bytes: about(draw, bytes),
    })),
  );
}

/** The same call site gives back most of them. */
function partial(draw: Draw, of: number): Omit<DrawnProgram, 'kind'> {
  const bytes = size(draw);
  const mean = draw.log(5, 1500);
  const blocks = draw
    .arrivals(Math.max(rate(draw), of / 2))
    .map(
      (born): Drawn =>
        draw.chance(1 / of)
          ? { site: 'leaky', born, died: null, bytes: about(draw, bytes), lost: true }
          : { site: 'leaky', born, died: born + draw.exponential(mean), bytes: about(draw, bytes) },
    );
  return leaking(draw, 'lost', blocks);
}

export const LEAKS: Record<string, Kind> = {
  steady: (draw) => leaking(draw, 'lost', lostAt(draw, draw.arrivals(rate(draw)), size(draw))),
  'slow, at a pace': (draw) => {
    const every = draw.between(500, 4000);
    return leaking(
      draw,
      'lost',
      lostAt(
        draw,
        Array.from({ length: Math.floor(LONG / every) }, (_, i) => (i + 0.5) * every),
        size(draw),
      ),
    );
  },
  'one in four': (draw) => partial(draw, 4),
  'one in ten': (draw) => partial(draw, 10),
  'mixed under one wrapper': (draw) => {
    const bytes = size(draw);
    const leaks = lostAt(draw, draw.arrivals(draw.log(0.7, 10)), bytes);
    const freed = draw
      .arrivals(rate(draw))
      .map((born): Drawn => ({ site: 'leaky', born, died: born + draw.between(10, 8000), bytes: about(draw, bytes) }));
    return leaking(draw, 'lost', [...leaks, ...freed, ...startUp(draw, 'leaky')]);
  },
  'late start': (draw) => {
    const start = draw.between(15_000, 40_000);
    const bytes = size(draw);
    const every = rate(draw);
    const freed = draw
      .arrivals(every)
      .map((born): Drawn => ({ site: 'leaky', born, died: born + draw.exponential(300), bytes: about(draw, bytes) }));
    return leaking(draw, 'lost', [...freed, ...lostAt(draw, draw.arrivals(every, start), bytes)], start);
  },
  bursts: (draw) => {
    const every = draw.between(3000, 12_000);
    const bytes = size(draw);
    const moments = Array.from({ length: Math.floor(LONG / every) }, (_, i) =>
      draw.arrivals(20, i * every + every / 2, i * every + every / 2 + 500),
    ).flat();
    return leaking(draw, 'lost', lostAt(draw, moments, bytes));
  },
  'a list that is never emptied': (draw) => {
    const bytes = size(draw);
    return leaking(
      draw,
      'held',
      draw.arrivals(rate(draw)).map((born) => ({ site: 'leaky', born, died: null, bytes: about(draw, bytes) })),
    );
  },
  'a block that grows': (draw) => {
    const per = draw.log(500, 50_000);
    return leaking(draw, 'held', [
      { site: 'leaky', born: 200, died: null, bytes: (at) => 1024 + Math.round((per * at) / 1000) },
    ]);
  },
};

export function draw(kind: string, seed: number): DrawnProgram {
  const of = HEALTHY[kind] ?? LEAKS[kind];
  if (!of) throw new Error(kind);
  return { kind, ...of(drawing(random(seed * 7919 + kind.length * 104_729))) };
}

export const drawnStack = (site: string): Frame[] => [
  { symbol: site, offset: 71, module: 'svc' },
  { symbol: 'main', offset: 9, module: 'svc' },
];
const sizeAt = ({ bytes }: Drawn, atMs: number): number => (typeof bytes === 'number' ? bytes : bytes(atMs));

/** What the tracer's bins tell at a moment. */
export function binned({ blocks }: DrawnProgram, atMs: number): Lifetimes[] {
  const bySite = new Map<string, Drawn[]>();
  for (const b of blocks)
    if (b.born <= atMs) {
      const of = bySite.get(b.site);
      if (of) of.push(b);
      else bySite.set(b.site, [b]);
    }
  return [...bySite].map(([site, of]) => {
    const ended = new Map<number, number>();
    const alive = new Map<number, { blocks: number; bytes: number }>();
    let [longest, last, allocated] = [0, 0, 0];
    for (const b of of) {
      allocated += sizeAt(b, b.born);
      last = Math.max(last, b.born);
      if (b.died !== null && b.died <= atMs) {
        const bin = binOf(b.died - b.born);
        ended.set(bin, (ended.get(bin) ?? 0) + 1);
        longest = Math.max(longest, b.died - b.born);
      } else {
        const bin = binOf(atMs - b.born);
        const sum = alive.get(bin) ?? { blocks: 0, bytes: 0 };
        alive.set(bin, { blocks: sum.blocks + 1, bytes: sum.bytes + sizeAt(b, atMs) });
      }
    }
    return {
      kind: 'lifetimes',
      atMs,
      stack: drawnStack(site),
      ended: [...ended].map(([bin, n]) => ({ ...spanOf(bin), blocks: n })),
      alive: [...alive].map(([bin, sum]) => ({ ...spanOf(bin), ...sum })),
      longestEndedMs: ended.size > 0 ? longest : null,
      lastBirthMs: last,
      allocs: of.length,
      allocatedBytes: allocated,
    };
  });
}

/** Looks of the tracer up to a moment, each of its sites by bins. */
export const looksAt = (program: DrawnProgram, atMs: number, every = 5000): Evidence[] => {
  const times: number[] = [];
  for (let at = every; at < atMs; at += every) times.push(at);
  return [...times, atMs].flatMap((at) => binned(program, at));
};

/** What a look into the process finds of a site's old blocks; of 500 that are lost, a stale word holds one. */
export function lookedInto(program: DrawnProgram, atMs: number, site: string, olderThanMs: number): Witness {
  const old = program.blocks
    .filter((b) => b.site === site && b.born <= atMs - olderThanMs && (b.died === null || b.died > atMs))
    .slice(0, 64);
  const next = random(atMs + old.length);
  const lost = old.filter((b) => b.lost && next() > 1 / 500).length;
  return {
    kind: 'witness',
    atMs,
    stack: drawnStack(site),
    asked: old.length,
    lost,
    held: old.length - lost,
    unknown: 0,
    by:
      old.length > lost
        ? [{ kind: 'symbol', symbol: 'table', offset: 16, module: 'svc', count: old.length - lost }]
        : [],
  };
}

/** The same, block by block, as bpftrace prints it. */
export function blockByBlock({ blocks }: DrawnProgram, atMs: number): Evidence[] {
  const evidence: { at: number; e: Evidence }[] = [];
  for (const [i, b] of blocks.entries()) {
    if (b.born > atMs) continue;
    const address = `0x${(0x7f0000000000 + i * 4096).toString(16)}`;
    evidence.push({
      at: b.born,
      e: allocation({ atMs: b.born, address, bytes: sizeAt(b, b.born), stack: drawnStack(b.site) }),
    });
    if (b.died !== null && b.died <= atMs)
      evidence.push({ at: b.died, e: { kind: 'free', atMs: b.died, pid: null, address } });
  }
  evidence.push({ at: atMs, e: { kind: 'snapshot', atMs, sites: [] } });
  return evidence.sort((a, b) => a.at - b.at).map(({ e }) => e);
}
