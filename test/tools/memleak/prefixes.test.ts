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
  return part.with(at, as as Evidence);
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
