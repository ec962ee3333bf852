import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../runner/evidence/model.ts';
import { keepsItsPromises } from '../promises.ts';
import { at, fetch, labels, of, onNode, read, recording, site, stack } from './reading.ts';

/** Beside the recordings, one of every form, by hand. */
const BY_HAND: [string, Buffer][] = [
  [
    'timestamps, empty fetches, lost stacks and stderr',
    Buffer.from(
      [
        'WARN[0000] reading event: lost 3 samples\n',
        fetch(),
        fetch(site({ timestamp_raw: at(0) })),
        fetch(),
        fetch(site({ timestamp_raw: at(10) }), site({ timestamp_raw: at(10), stack_id: 4294967279 })),
        'Error: bye\n',
      ].join(''),
    ),
  ],
  [
    'two nodes',
    Buffer.from([fetch(onNode('a'), onNode('b')), fetch(onNode('a')), fetch(), fetch(), fetch(onNode('b'))].join('')),
  ],
  [
    'calls',
    Buffer.from(
      [1, 2, 3]
        .map(
          (n) =>
            `${JSON.stringify({ addr: 4096 * n, operation: n === 3 ? 'free' : 'malloc', proc: { pid: 7, mntns_id: 5 }, size: n, timestamp_raw: at(n), ustack: stack('f; ') })}\n`,
        )
        .join(''),
    ),
  ],
];

const isLast = (e: Evidence): boolean => e.kind === 'snapshot' && e.last === true;

describe('of the gadget', () => {
  keepsItsPromises({
    read,
    recordings: [...Object.keys(labels).map((path): [string, Buffer] => [path, recording(path)]), ...BY_HAND],
    places: 300,
    command: 'sudo ig run memleak -o json',
    ends: ['cut-off', 'unreadable', 'empty-stream'],
    // Nothing marks the end of a table: the last one may have lost rows.
    completed: (part) => part.filter((e) => !isLast(e)),
  });
});

describe('the end', () => {
  it('of a line that lacks only its newline is whole, and one that lacks more is cut off', async () => {
    const line = fetch(site());
    expect(of(await read(line.trimEnd()), 'snapshot')).toHaveLength(1);
    for (const lacks of [2, 3, 40])
      expect(await read(line.slice(0, -lacks))).toMatchObject([{ kind: 'notice', code: 'cut-off' }]);
    expect(await read(line, '[')).toMatchObject([
      { kind: 'subject' },
      { kind: 'snapshot' },
      { kind: 'counter' },
      { kind: 'counter' },
      { kind: 'counter' },
      { code: 'cut-off' },
    ]);
  });
  it('at a prompt cuts nothing off', async () => {
    expect(await read(fetch(site()), 'me@host:~# ')).toEqual(await read(fetch(site())));
  });
});
