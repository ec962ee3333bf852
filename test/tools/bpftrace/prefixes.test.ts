import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../runner/evidence/model.ts';
import { labels, pieces, read, recording } from './reading.ts';

const paths = Object.keys(labels);
/** Notices that only the end of input can give. */
const withoutEnd = (evidence: Evidence[]) =>
  evidence.filter((e) => !(e.kind === 'notice' && (e.code === 'cut-off' || e.code === 'unreadable')));

describe.each(paths)('%s', (path) => {
  const bytes = recording(path);

  it('what a prefix says stays true', async () => {
    const whole = withoutEnd(await read(bytes));
    // At least a hundred places, in small recordings every 97th byte.
    const stride = Math.max(97, Math.floor(bytes.length / 100));
    for (let to = 0; to < bytes.length; to += stride) {
      const part = withoutEnd(await read(bytes.subarray(0, to)));
      const last = part.at(-1);
      // The one exception: nothing tells the first allocation of a script that prints stacks from one that has none.
      if (
        last?.kind === 'allocation' &&
        last.stack === null &&
        part.filter((e) => e.kind === 'allocation').length === 1
      )
        part.pop();
      expect(part).toEqual(whole.slice(0, part.length));
    }
  });

  it('where chunks end makes no difference', async () => {
    const whole = await read(bytes);
    for (const seed of [1, 2, 3]) expect(await read(...pieces(bytes, seed))).toEqual(whole);
    if (bytes.length < 10_000) expect(await read(...pieces(bytes, 1, 1))).toEqual(whole);
  });

  it('a terminal records the same', async () => {
    const whole = await read(bytes);
    const typed = `$ sudo bpftrace x.bt\r\n${bytes.toString().replaceAll('\n', '\r\n')}\x1b[?2004h$ `;
    expect(withoutEnd(await read(typed))).toEqual(withoutEnd(whole));
  });
});
