import type { Evidence, Frame } from '../../evidence/model.ts';
import { notice } from '../text/notice.ts';
import { own } from '../text/plain.ts';
import { evidenceOf, type Print } from './dump.ts';
import { normal } from './keys.ts';

/** Beyond this a print is not kept: nobody could read it, and it must not fill memory. */
const MAX_ENTRIES = 250_000;
const MAX_CHARS = 16_000_000;
const MAX_PRINTS = 5000;
const MAX_ODD = 20;

/**
 * Maps as somebody else's script prints them, without a line that says they are whole: a map that comes again begins the next
 * print, and the last one is what bpftrace prints as it ends. They are evidence once a prompt shows that it has.
 */
export interface Prints {
  number(map: string, key: string, value: number): void;
  stack(map: string, key: string, frames: Frame[]): void;
  /** Something else was under this name: a histogram, a text. */
  odd(map: string): void;
  /** Whatever comes next is another print of its map; `atMs` is the time that the script has printed last. */
  gap(atMs: number | null): void;
  /** Ours after all: a line said so. */
  drop(): void;
  /** The script has ended. */
  over(): Evidence[];
}

export function holdPrints(): Prints {
  let prints: Print[] = [];
  let names = new Set<string>();
  let odd = new Set<string>();
  /** Most prints have the keys of the one before: each is kept once. */
  let keys = new Map<string, string>();
  let chars = 0;
  let entries = 0;
  let printing: string | null = null;
  let now: number | null = null;

  const current = (map: string): Print => {
    const open = prints.at(-1);
    if (open && (printing === map || !names.has(map))) {
      printing = map;
      names.add(map);
      return open;
    }
    names = new Set([map]);
    printing = map;
    const next: Print = { atMs: now, numbers: new Map(), stacks: new Map() };
    if (prints.length < MAX_PRINTS) prints.push(next);
    return next;
  };
  /** The key as it is kept; null where there is no room for another one. */
  const kept = (printed: string): string | null => {
    const key = normal(printed);
    const known = keys.get(key);
    if (known !== undefined) return known;
    chars += key.length;
    if (chars > MAX_CHARS) return null;
    const one = own(key);
    keys.set(one, one);
    return one;
  };
  const put = <V>(of: Map<string, Map<string, V>>, map: string, printed: string, value: V) => {
    const key = entries++ < MAX_ENTRIES ? kept(printed) : null;
    if (key === null) return;
    const values = of.get(own(map)) ?? new Map<string, V>();
    of.set(own(map), values.set(key, value));
  };
  const drop = () => {
    prints = [];
    names = new Set();
    odd = new Set();
    keys = new Map();
    chars = entries = 0;
    printing = null;
  };

  return {
    number(map, key, value) {
      const open = prints.at(-1);
      // The same key again is the next print, with nothing between the two.
      if (printing === map && open?.numbers.get(map)?.has(normal(key))) printing = null;
      put(current(map).numbers, map, key, value);
    },
    stack(map, key, frames) {
      if (printing === map && prints.at(-1)?.stacks.get(map)?.has(normal(key))) printing = null;
      put(current(map).stacks, map, key, frames);
    },
    odd(map) {
      if (odd.size < MAX_ODD) odd.add(own(map));
    },
    gap(atMs) {
      printing = null;
      now = atMs;
    },
    drop,
    over() {
      const found = evidenceOf(prints);
      if (odd.size > 0) found.push(notice('unused', [...odd].map((map) => `@${map}`).join(', ')));
      drop();
      return found;
    },
  };
}
