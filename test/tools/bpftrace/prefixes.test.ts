import { describe } from 'vitest';
import { keepsItsPromises } from '../promises.ts';
import { labels, read, recording } from './reading.ts';

describe('of bpftrace', () => {
  keepsItsPromises({
    read,
    recordings: Object.keys(labels).map((path) => [path, recording(path)]),
    places: 100,
    command: 'sudo bpftrace x.bt',
    // Nothing tells the first allocation of a script that prints stacks from one that has none.
    completed(part) {
      const last = part.at(-1);
      const first = part.filter((e) => e.kind === 'allocation').length === 1;
      return first && last?.kind === 'allocation' && last.stack === null ? part.slice(0, -1) : part;
    },
  });
});
