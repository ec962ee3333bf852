import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import type { Running } from '../../../runner/model/place.ts';
import { runs } from '../../../runner/monitor/exporter/tracer.ts';

/** A tracer that says something and ends. */
function saying(text: string): Running {
  const output = new PassThrough();
  output.end(text);
  return {
    output,
    ended: Promise.resolve({ code: 0, signal: null, timedOut: false, error: null }),
    stop: async () => {},
  };
}

async function heard(all: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of all) text += Buffer.from(chunk).toString();
  return text;
}

it('goes on where one ended unasked, and never joins the line that was cut with the next', async () => {
  const ended: (number | null)[] = [];
  let left = 3;
  const all = runs(
    () => saying(`half${left}`),
    { ended: (againMs) => ended.push(againMs), again: () => --left > 0 },
    new AbortController().signal,
  );
  // `again` is asked after each run, while it waits, and once more before the next.
  expect(await heard(all)).toBe('half3\n');
  expect(ended).toEqual([1000, null]);
});

it('waits twice as long each time', async () => {
  const waits: (number | null)[] = [];
  const signal = new AbortController();
  let runsSoFar = 0;
  const all = runs(
    () => {
      runsSoFar++;
      return saying('x');
    },
    { ended: (ms) => waits.push(ms), again: () => runsSoFar < 3 },
    signal.signal,
  );
  expect(await heard(all)).toBe('x\nx\nx');
  expect(waits).toEqual([1000, 2000, null]);
}, 10_000);

it('starts none once nobody wants it', async () => {
  const over = new AbortController();
  over.abort();
  const all = runs(
    () => {
      throw new Error('started');
    },
    { ended: () => {}, again: () => true },
    over.signal,
  );
  expect(await heard(all)).toBe('');
});
