import { isDeepStrictEqual } from 'node:util';
import { describe, expect } from 'vitest';
import type { Evidence } from '../../../runner/evidence/model.ts';
import { keepsItsPromises } from '../promises.ts';
import { labels, read, recording } from './reading.ts';

/** Nothing says where the very last stack ends: where input ended within it, the last snapshot's last stack lacks outer frames. */
const completed = (part: Evidence[], whole: Evidence[]) => {
  const at = part.findLastIndex((e) => e.kind === 'snapshot');
  const [shorter, as] = [part[at], whole[at]];
  const [one, other] =
    shorter?.kind === 'snapshot' && as?.kind === 'snapshot' ? [shorter.sites.at(-1), as.sites.at(-1)] : [];
  if (!one || !other || one.stack.length === 0 || one.stack.length >= other.stack.length) return part;
  expect(one.stack).toEqual(other.stack.slice(0, one.stack.length));
  // What is said of that call site's lives bears the same stack.
  const isOf = (e: Evidence | undefined) => e?.kind === 'lifetimes' && isDeepStrictEqual(e.stack, one.stack);
  const same = part.findLastIndex(isOf);
  const [its, all] = [part[same], whole[same]];
  const lives = its?.kind === 'lifetimes' && all?.kind === 'lifetimes' && same > at;
  if (lives) expect({ ...its, stack: all.stack }).toEqual(all);
  return lives ? part.with(at, as as Evidence).with(same, all) : part.with(at, as as Evidence);
};

describe('of our tracer', () => {
  keepsItsPromises({
    read,
    recordings: Object.keys(labels).map((path) => [path, recording(path)]),
    places: 150,
    command: 'sudo memleak -p 1',
    completed,
  });
});
