import { type CallSite, nodeOf } from './callsite.ts';

/** Within one fetch, call sites are read one right after another; fetches are further apart than this. */
const PAUSE_NS = 250e6;

/** After a late node its next line holds two fetches: of each node, the later one counts. */
export function newest(all: CallSite[]): CallSite[] {
  const byNode = new Map<string, number[]>();
  for (const s of all) {
    const times = byNode.get(nodeOf(s)) ?? [];
    if (s.timestamp_raw !== undefined) times.push(s.timestamp_raw);
    byNode.set(nodeOf(s), times);
  }
  const since = new Map<string, number>();
  for (const [node, times] of byNode) {
    times.sort((a, b) => b - a);
    const pause = times.findIndex((at, i) => at - (times[i + 1] ?? at) > PAUSE_NS);
    if (pause >= 0) since.set(node, times[pause] as number);
  }
  return all.filter((s) => (s.timestamp_raw ?? Number.POSITIVE_INFINITY) >= (since.get(nodeOf(s)) ?? 0));
}

/** Each fetch → ms, which never go back. An empty one bears no time: it came as long after the last as that after the one before. */
export function clock(): (all: CallSite[]) => number {
  let ordinal = -1;
  let first: number | null = null;
  let latest = 0;
  let step = 0;
  let last = 0;
  return (all) => {
    ordinal++;
    const now = all.reduce<number | null>(
      (most, { timestamp_raw: at }) => (at === undefined || (most !== null && most >= at) ? most : at),
      null,
    );
    if (now === null) {
      if (first !== null) last += step;
      else if (all.length > 0) last = ordinal;
      return first === null ? ordinal : last;
    }
    step = first === null ? 0 : Math.max(0, now - latest) / 1e6;
    first ??= now;
    latest = now;
    return (last = Math.max(last, (now - first) / 1e6));
  };
}
