import { describe } from 'vitest';
import { keepsItsPromises } from '../promises.ts';
import { labels, read, recording } from './reading.ts';

describe('of BCC', () => {
  keepsItsPromises({
    read,
    recordings: Object.keys(labels).map((path) => [path, recording(path)]),
    places: 200,
    command: 'sudo memleak-bpfcc -p 1',
  });
});
