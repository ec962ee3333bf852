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
  command: string;
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

describe('a real leak, with a look into the process', () => {
  const looked = recordings.filter(({ label }) => label.command.includes('--reachable'));
  const half = (name: Label['half']) =>
    looked.filter(({ label }) => label.half === name).map((r) => [r.file, r] as const);
  it.each(half('leak'))(
    '%s is found within 20 s, and its pace and share are what it truly lost',
    async (file, { label, leak, truth }) => {
      for (const seconds of [20, 60]) {
        const { answer, named, rate, share } = await judged(until(textOf(file), seconds * 1000), truth);
        expect([seconds, answer, named]).toEqual([seconds, 'leak', 'yes']);
        const lost = (label.asked.bad * leak.bytesPerBad * 1000) / label.ranMs;
        expect(Math.abs((rate?.value ?? 0) - lost)).toBeLessThanOrEqual(rate?.error ?? 0);
        expect(rate?.error).toBeLessThan(0.3 * lost);
        expect(Math.abs((share?.value ?? 0) - truth.share)).toBeLessThanOrEqual(share?.error ?? 0);
        expect(share?.error).toBeLessThan(0.06);
      }
    },
  );
  it.each(half('twin'))('%s is none, and what could hide is less than the leak was', async (file, { leak, label }) => {
    for (const seconds of [20, 60]) {
      const look = await judged(
        until(textOf(file), seconds * 1000),
        truthOf(leak, 'twin', { perSecond: 20, oneIn: 4 }),
      );
      expect([seconds, look.answer]).toEqual([seconds, 'none']);
      expect(look.floorBytesPerSecond).toBeGreaterThan(0);
      expect(look.floorBytesPerSecond).toBeLessThan((0.1 * label.asked.bad * leak.bytesPerBad * 1000) / label.ranMs);
    }
  });
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
