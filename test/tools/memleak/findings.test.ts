import { describe, expect, it } from 'vitest';
import { of, read } from './reading.ts';

// As the tracer printed them, on Linux 6.1.
const NONE =
  '12.0 s: finding: no leak seen\n  a leak of up to 87353 bytes a second could hide from this\n  no probe was put on malloc\n\n';
const LEAK =
  "40.6 s: finding: memory leak\n  36003840 bytes (34.3 MiB) in 1 blocks kept, most of them of 36003840 bytes (34.3 MiB)\n  960081 ± 237563 bytes a second, by 25.0 ± 3.1 % of its blocks\n      grown+0x1f (leaks)\n      main+0xb5 (leaks)\n  probes were on malloc for 35840 ms and were hit 104 times: at this machine's price about 2.9 ms in all\n\n";
const AS_JSON = [
  '{"type":"start","tool":"memleak","version":"0.1.0","schema":1,"kernel":"6.1.0","pid":118,"comm":"leaks","options":{"min_size":0,"max_size":null,"sample":0,"older_than_ms":0,"interval_ms":60000,"progressive":true}}',
  '{"type":"finding","at_ms":6008.512,"answer":"none","floor_bytes_per_second":534934.628,"probed_ms":0.0,"hits":0,"cost_ms":null}',
];

const findings = async (text: string) => of(await read(text), 'finding');

describe('no leak seen', () => {
  it('is told with what could hide', async () => {
    expect(await findings(NONE)).toMatchObject([
      { answer: 'none', atMs: 12_000, stack: [], floorBytesPerSecond: 87_353, hits: 0 },
    ]);
    expect(await findings(AS_JSON.map((line) => `${line}\n`).join(''))).toMatchObject([
      { answer: 'none', atMs: 6008.512, stack: [], floorBytesPerSecond: 534_934.628, costMs: null },
    ]);
  });
  it('or without, where that is not known', async () => {
    const text = NONE.replace('a leak of up to 87353 bytes a second could', 'how large a leak could').replace(
      'from this',
      'from this is not known',
    );
    const json = AS_JSON.join('\n').replace('534934.628', 'null');
    for (const told of [text, `${json}\n`]) {
      const [finding] = await findings(told);
      expect(finding?.answer).toBe('none');
      expect(finding).not.toHaveProperty('floorBytesPerSecond');
    }
  });
  it('cut short is no finding', async () => {
    for (const end of [NONE.indexOf('\n') + 1, NONE.indexOf('could'), NONE.indexOf('no probe')])
      expect(await findings(NONE.slice(0, end)), NONE.slice(0, end)).toEqual([]);
    expect(await findings(`${AS_JSON.join('\n').slice(0, -12)}\n`)).toEqual([]);
  });
});

describe('a leak', () => {
  it('is told with what is kept in a second', async () => {
    expect(await findings(LEAK)).toMatchObject([
      {
        answer: 'leak',
        blocks: 1,
        rate: { bytesPerSecond: 960_081, error: 237_563 },
        stack: [{ symbol: 'grown' }, { symbol: 'main' }],
        hits: 104,
      },
    ]);
    expect(await findings(LEAK.replace(', by 25.0 ± 3.1 % of its blocks', ''))).toMatchObject([
      { rate: { bytesPerSecond: 960_081 } },
    ]);
  });
  it('where nobody knows that, without', async () => {
    const [finding] = await findings(LEAK.replace(/^.*a second.*\n/m, ''));
    expect(finding).toMatchObject({ answer: 'leak', stack: [{ symbol: 'grown' }, { symbol: 'main' }] });
    expect(finding).not.toHaveProperty('rate');
  });
});
