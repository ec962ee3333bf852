// What the tracer was asked to go by stands in its transcript, so that whoever reads it judges by the same.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../runner/evidence/verdict.ts';
import { root } from '../../../runner/paths.ts';
import { of, read } from './reading.ts';

const ATTACHED = 'memleak: attached to 7 (service): 13 functions of libc.so.6. Ctrl-C ends it.\n';
const begun = (options: string) => `${ATTACHED}memleak: begun 2026-11-28T05:28:00Z: ${options}\n`;
const start = (age: string) =>
  `{"type":"start","tool":"memleak","version":"0.1.0","schema":1,"kernel":"6.18.44","pid":7,"comm":"a","options":{"min_size":0,"max_size":null,"sample":0,"older_than_ms":0,${age}"interval_ms":1000,"progressive":false}}\n`;

describe('how old a block has to be to prove something', () => {
  it.each([
    ['text', begun('--age 30 --interval 5 --depth 64'), 30_000],
    ['text, more of it', begun('--age 0.5 --interval 1 --depth 1 --sample 4096 --reachable --progressive'), 500],
    ['JSON', start('"age_ms":8000,'), 8000],
  ])('is read from %s', async (_, transcript, neededMs) => {
    const found = await read(transcript);
    expect(of(found, 'asked')).toEqual([{ kind: 'asked', neededMs }]);
    expect(of(found, 'notice')).toEqual([]);
  });
  it.each([
    ['a version that did not say', ATTACHED],
    ['JSON of one', start('')],
    ['one that was not told', begun('--interval 5 --depth 64')],
    ['a line that is cut', begun('--age 30 --interval 5').replace(/5\n$/, '')],
    ['no number', begun('--age soon --interval 5')],
    ['less than nothing', begun('--age -3 --interval 5')],
    ['more digits than any', begun(`--age ${'9'.repeat(400)}`)],
    ['more options than any', begun(`--age 3${' --depth 1'.repeat(5000)}`)],
    ['a time that is none', begun('--age 3').replace('2026', '202')],
    ['JSON, below nothing', start('"age_ms":-1,')],
    ['JSON, beyond a year', start('"age_ms":1e300,')],
    ['JSON, a text', start('"age_ms":"8000",')],
  ])('is not known from %s, and whom it traced is', async (_, transcript) => {
    const found = await read(transcript);
    expect(of(found, 'asked')).toEqual([]);
    expect(of(found, 'subject')).toEqual([{ kind: 'subject', pid: 7 }]);
  });
});

// Recorded with --age 8, of programs at four times their pace.
describe('of what was recorded', () => {
  const dir = join(root, 'test/fixtures/verdict/lives');
  it('`judge` goes by it, unless it is told otherwise, and not by the default', async () => {
    const [answers, byDefault]: [string[], string[]] = [[], []];
    for (const name of readdirSync(dir)) {
      const text = gunzipSync(readFileSync(join(dir, name))).toString();
      const evidence = await read(text);
      const silent = await read(text.replace(/"age_ms":\d+,/, ''));
      expect(judge(evidence).answer, name).toBe(judge(silent, { neededMs: 8000 }).answer);
      answers.push(judge(evidence).answer);
      byDefault.push(judge(silent).answer);
    }
    expect(answers).toContain('leak');
    expect(answers).not.toEqual(byDefault);
  });
});
