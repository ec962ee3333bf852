import { expect, it } from 'vitest';
import type { Evidence } from '../../../runner/evidence/model.ts';
import { readMemleak } from '../../../runner/tools/memleak/read.ts';
import { recorded, told } from '../../monitor/exporter/recorded.ts';

const NAME = 'verdict/lives/lost-1-in-4.jsonl.gz';

it.each([1 << 20, 4096, 7])('says what the reader of transcripts says, in pieces of %i bytes', async (size) => {
  const whole: Evidence[] = [];
  for await (const one of readMemleak([recorded(NAME)] as unknown as AsyncIterable<Uint8Array>)) whole.push(one);
  const followed = (await told(recorded(NAME), size)).flatMap(({ evidence }) => evidence);
  expect(followed).toEqual(whole);
});

it('tells all of a list at once', async () => {
  const lists = (await told(recorded(NAME))).filter(({ evidence }) => evidence.some((e) => e.kind === 'snapshot'));
  expect(lists.length).toBeGreaterThan(5);
  for (const { evidence } of lists) expect(evidence.some((e) => e.kind === 'lifetimes')).toBe(true);
});

it('a list of many megabytes is read, as that of thousands of call sites is', async () => {
  const site = JSON.stringify({
    site: 0,
    outstanding_bytes: 1,
    outstanding_count: 1,
    allocated_bytes: 1,
    allocs: 1,
    frees: 0,
    ended: [],
    alive: [[1, 1, 1]],
  });
  const lines = [
    '{"type":"start","tool":"memleak","pid":7,"comm":"x","options":{"progressive":false}}',
    '{"type":"site","site":0,"origin":"malloc","pid":7,"stack":[{"symbol":"f","offset":1,"module":"m"}]}',
    `{"type":"snapshot","at_ms":1,"sites":[${Array(20_000).fill(site).join()}],"sites_omitted":0,"lost":{"blocks":0,"sites":0,"stacks":0,"calls":0,"missed_frees":0}}`,
  ];
  const text = Buffer.from(`${lines.join('\n')}\n`);
  expect(text.length).toBeGreaterThan(2 * 1024 * 1024);
  const all = (await told(text, 65_536)).flatMap(({ evidence }) => evidence);
  expect(all.filter((e) => e.kind === 'lifetimes')).toHaveLength(20_000);
});

it('a line that its end has cut, noise and what is no JSON stop nothing', async () => {
  const good = recorded(NAME).toString();
  const noise = `{"type":"snapshot","at_ms":\nmemleak: there is no process 4711\n\u0000\u0001{"type":"site"\n`;
  const all = await told(Buffer.from(`${noise}${good}`));
  expect(all.flatMap(({ evidence }) => evidence).filter((e) => e.kind === 'lifetimes').length).toBeGreaterThan(10);
  expect(all.find(({ said }) => said?.startsWith('memleak: there is no process'))).toBeDefined();
});

it('says when the probes are in place', async () => {
  expect((await told(recorded(NAME))).filter(({ attached }) => attached)).toHaveLength(1);
});
