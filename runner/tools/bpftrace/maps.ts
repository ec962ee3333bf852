import type { Evidence, Site } from '../../evidence/model.ts';
import { siteOf } from '../../evidence/site.ts';
import { frames, isStack, normal, readable } from './keys.ts';
import { notice } from '../text/notice.ts';
import { own } from '../text/plain.ts';

/** Beyond this a map is no evidence: nobody could read it, and it must not fill memory. */
const MAX_ENTRIES = 250_000;
const MAX_CHARS = 16_000_000;

/** Maps as printed, held back until a snapshot line says that they are whole. */
export interface Maps {
  /** An entry as printed. Entries of one map in a row are one print of it, and the later print counts. */
  put(map: string, key: string, value: number): void;
  /** Whatever comes next is another print. */
  gap(): void;
  /** The snapshot line: what was printed since the last one. */
  settle(atMs: number): Iterable<Evidence>;
  /** Entries came, and no snapshot line ever did. */
  unsettled(): boolean;
  /** Whether a snapshot line came, ever. */
  settled(): boolean;
  /** The script has ended: what it printed was read otherwise. */
  over(): void;
  /** More was printed than is held; true once. */
  overflown(): boolean;
}

export function holdMaps(): Maps {
  let maps = new Map<string, Map<string, number>>();
  let entries = 0;
  let chars = 0;
  let printing: string | null = null;
  let overflow: 'no' | 'new' | 'told' = 'no';
  let [any, settled, hadSites, absurdTold] = [false, false, false, false];

  const fresh = (name: string) => {
    for (const key of maps.get(name)?.keys() ?? []) {
      entries--;
      chars -= key.length;
    }
    maps.set(name, new Map());
  };

  return {
    put(name, printed, value) {
      any = true;
      const key = own(normal(printed));
      if (isOutstanding(name) && isStack(key)) hadSites = true;
      if (printing !== name || maps.get(name)?.has(key)) fresh(name);
      printing = name;
      if (entries >= MAX_ENTRIES || chars >= MAX_CHARS) {
        if (overflow === 'no') overflow = 'new';
        return;
      }
      maps.get(name)?.set(key, value);
      entries++;
      chars += key.length;
    },
    gap() {
      printing = null;
    },
    *settle(atMs) {
      settled = true;
      printing = null;
      const whole = overflow === 'no';
      if (whole && hadSites) {
        const all = sites(maps.get('blocks'), maps.get('bytes'));
        const below = all.find((s) => s.blocks < 0 || s.bytes < 0);
        yield { kind: 'snapshot', atMs, sites: all.filter((s) => s.blocks >= 0 && s.bytes >= 0) };
        if (below && !absurdTold)
          yield notice('absurd', `${below.bytes} bytes in ${below.blocks} blocks at ${siteOf(below.stack)}`);
        absurdTold ||= below !== undefined;
      }
      for (const [name, map] of whole ? maps : []) {
        for (const [key, value] of map) {
          if (isOutstanding(name) && isStack(key)) continue;
          if (Number.isSafeInteger(value)) yield { kind: 'counter', name, key: readable(key), value, atMs };
        }
      }
      maps = new Map();
      entries = chars = 0;
      overflow = 'no';
    },
    unsettled: () => any && !settled,
    settled: () => settled,
    over() {
      if (settled) return;
      any = false;
      maps = new Map();
      entries = chars = 0;
      overflow = 'no';
    },
    overflown() {
      const now = overflow === 'new';
      if (now) overflow = 'told';
      return now;
    },
  };
}

const isOutstanding = (name: string) => name === 'blocks' || name === 'bytes';

/** Joins the two maps by stack: stacks that differ only in addresses nobody could name are one site. */
function sites(blocks: Map<string, number> = new Map(), bytes: Map<string, number> = new Map()): Site[] {
  const all = new Map<string, Site>();
  for (const [field, map] of [
    ['blocks', blocks],
    ['bytes', bytes],
  ] as const) {
    for (const [key, value] of map) {
      if (!isStack(key) || !Number.isSafeInteger(value)) continue;
      const stack = frames(key);
      const site = all.get(siteOf(stack)) ?? { stack, blocks: 0, bytes: 0 };
      site[field] += value;
      all.set(siteOf(stack), site);
    }
  }
  return [...all.values()].filter((s) => s.blocks !== 0 || s.bytes !== 0);
}
