import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Place } from '../../../runner/model/place.ts';
import { on } from '../grounds.ts';
import { bpftrace } from '../../../runner/tools/bpftrace/index.ts';

const place = (output: string, path: string | null = '/usr/bin/bpftrace'): Place & { asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    env: () => ({}),
    exec: () => ({
      output: Readable.from([output]),
      ended: Promise.resolve({ code: 0, signal: null, timedOut: false, error: null }),
      stop: async () => {},
    }),
    which: async (program) => {
      asked.push(program);
      return path;
    },
  };
};

describe('detect', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['bpftrace v0.17.0\n', '0.17.0'],
    ['bpftrace v0.23.2-dirty\n', '0.23.2-dirty'],
    ['v0.23.2-dirty', '0.23.2-dirty'],
    ['bpftrace 0.27.1\n', '0.27.1'],
    ['WARNING: 1.2.3 is no version\nbpftrace v0.21\n', '0.21'],
    ['no idea', null],
  ])('%j', async (text, version) => {
    expect(await bpftrace.detect(on(place(text)))).toEqual({ found: true, path: '/usr/bin/bpftrace', version });
  });
  it('says that it is missing', async () => {
    const found = await bpftrace.detect(on(place('', null)));
    expect(found).toMatchObject({ found: false, missing: 'bpftrace' });
  });
  it('looks for another binary when told to', async () => {
    vi.stubEnv('WORKSHOP_BPFTRACE', '/opt/bpftrace');
    const there = place('bpftrace v0.27.1');
    await bpftrace.detect(on(there));
    expect(there.asked).toEqual(['/opt/bpftrace']);
  });
});
