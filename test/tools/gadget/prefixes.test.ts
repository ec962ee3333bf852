import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../runner/evidence/model.ts';
import { at, fetch, labels, of, onNode, pieces, read, recording, site, stack } from './reading.ts';

/** Notices that only the end of input can give. */
const withoutEnd = (evidence: Evidence[]) =>
  evidence.filter((e) => !(e.kind === 'notice' && ['cut-off', 'unreadable', 'empty-stream'].includes(e.code)));

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

describe.each([...Object.keys(labels).map((path): [string, Buffer] => [path, recording(path)]), ...BY_HAND])(
  '%s',
  (_, bytes) => {
    it('what a prefix says stays true', async () => {
      const whole = withoutEnd(await read(bytes, '$ '));
      const stride = Math.max(3, Math.floor(bytes.length / 300));
      for (let to = 0; to <= bytes.length; to += to > bytes.length - 60 ? 1 : stride) {
        const part = withoutEnd(await read(bytes.subarray(0, to)));
        expect(part).toEqual(whole.slice(0, part.length));
      }
    });

    it('where chunks end makes no difference', async () => {
      const whole = await read(bytes);
      for (const seed of [1, 2]) expect(await read(...pieces(bytes, seed))).toEqual(whole);
      expect(await read(...pieces(bytes, 1, 1))).toEqual(whole);
    });

    it('a terminal records the same', async () => {
      const whole = await read(bytes, '$ ');
      expect(
        await read(`$ sudo ig run memleak -o json\r\n${bytes.toString().replaceAll('\n', '\r\n')}\x1b[?2004h$ `),
      ).toEqual(whole);
      expect(
        await read(`\x1b[1m${bytes.toString().replaceAll('\n', '\x1b[0m\r\n\x1b[1m')}\x1b[0mlearner@host:~$ exit\r\n`),
      ).toEqual(whole);
    });
  },
);

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
