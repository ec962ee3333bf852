import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { judged, until } from '../../bench/lib/shipped.ts';
import { SHIPPED, truthOf } from '../../runner/shipped/index.ts';

// What the tracer printed of programs that nobody here wrote, before and after their maintainers' fix.
const folder = join(import.meta.dirname, '../fixtures/real');
interface Label {
  leak: string;
  build: string;
  half: 'leak' | 'twin';
  ranMs: number;
  asked: { good: number; bad: number };
}
const labels = parse(readFileSync(join(folder, 'LABELS.yaml'), 'utf8')) as Record<string, Label>;
const textOf = (file: string) => gunzipSync(readFileSync(join(folder, file))).toString();
const recordings = Object.entries(labels).map(([file, label]) => {
  const leak = SHIPPED.find(({ name }) => name === label.leak);
  if (!leak) throw new Error(`${file}: no leak ${label.leak}`);
  return { file, label, leak, truth: truthOf(leak, label.half, { perSecond: 20, oneIn: 4 }) };
});
const those = (half: Label['half']) =>
  recordings.filter(({ label }) => label.half === half).map((r) => [r.file, r] as const);

it('each recording has its label, and each leak its twin', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.gz'));
  expect(Object.keys(labels).sort()).toEqual(files.sort());
  const named = (half: string) =>
    recordings.filter((r) => r.label.half === half).map((r) => `${r.label.leak} ${r.label.build}`);
  expect(named('leak').sort()).toEqual(named('twin').sort());
});

describe('a real leak', () => {
  it.each(those('leak'))(
    '%s is found, by the function that asks, with what it lost',
    async (file, { label, leak, truth }) => {
      const look = await judged(textOf(file), truth);
      expect([look.answer, look.named]).toEqual(['leak', 'yes']);
      const lost = label.asked.bad * leak.bytesPerBad;
      expect(look.bytes).toBeGreaterThan(0.9 * lost);
      expect(look.bytes).toBeLessThan(1.1 * lost);
    },
  );
});

describe('what its maintainers mended', () => {
  // A broker keeps a few bytes of its own now and then: that may be called growing, and what was mended may not.
  it.each(those('twin'))('%s is no leak, and nothing of its function’s grows', async (file, { truth }) => {
    const { answer, named } = await judged(textOf(file), truth);
    expect(answer).not.toBe('leak');
    if (answer !== 'none') expect(named).not.toBe('yes');
  });
});

describe('a transcript until some moment', () => {
  const lines = [
    '{"type":"start","tool":"memleak"}',
    '{"type":"site","site":1,"stack":[]}',
    '{"type":"snapshot","at_ms":1000.5,"sites":[]}',
    '{"type":"snapshot","at_ms":2000.1,"sites":[]}',
    '{"type":"end","at_ms":2000.2,"reason":"duration"}',
  ];
  it('has the lists that had been printed by then, and what belongs to them', () => {
    expect(until(lines.join('\n'), 2000).split('\n')).toEqual(lines.slice(0, 3));
    expect(until(lines.join('\n'), 3000).split('\n')).toEqual(lines);
    expect(until('', 3000)).toBe('');
  });
});
