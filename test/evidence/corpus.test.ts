/** The verdict on recordings of every program of the corpus: real ones, by several tools, held against each program's truth. */
import { statSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Course,
  courseOf,
  evidenceOf,
  leaks,
  precision,
  recall,
  type Rule,
  sumAt,
} from '../../bench/lib/looks.ts';
import { recordingsIn, type Watching } from '../../bench/lib/recording.ts';

const folder = join(import.meta.dirname, '../fixtures/verdict');
const recordings = recordingsIn(folder);
const MIB = 1024 * 1024;

const courses = new Map<Watching, Course[]>();
const by = (rule: Rule) => async (recording: (typeof recordings)[number]) =>
  courseOf(recording, await evidenceOf(recording), rule);

beforeAll(async () => {
  for (const recording of recordings) {
    const of = courses.get(recording.watching) ?? [];
    courses.set(recording.watching, [...of, await by('this verdict')(recording)]);
  }
});
const of = (watching: Watching) => courses.get(watching) ?? [];
const named = (all: readonly Course[]) => all.map(({ recording: { truth } }) => `${truth.program} (${truth.seed})`);

describe('recordings of the corpus', () => {
  it('are of every kind, and small', () => {
    expect(new Set(recordings.map((r) => r.truth.program)).size).toBeGreaterThanOrEqual(38);
    const bytes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    expect(bytes.reduce((a, b) => a + b)).toBeLessThan(3 * MIB);
  });

  it.each(['sums', 'bpftrace'] as const)('%s: nobody healthy is accused at any look', (watching) => {
    const wrong = of(watching).filter((c) => !leaks(c.recording.truth) && c.wrongAt !== null);
    expect(of(watching).length).toBeGreaterThan(30);
    expect(named(wrong)).toEqual([]);
  });

  it.each([
    ['sums', 0.97, 0.95],
    ['bpftrace', 0.9, 0.85],
  ] as const)('%s: after a minute precision is %d and recall %d, or better', (watching, p, r) => {
    const sum = sumAt(of(watching), 60);
    expect(precision(sum)).toBeGreaterThanOrEqual(p);
    expect(recall(sum)).toBeGreaterThanOrEqual(r);
  });

  it('what is outstanding at the end tells them apart by chance only', async () => {
    const all = await Promise.all(recordings.filter((r) => r.watching === 'sums').map(by('outstanding at the end')));
    expect(precision(sumAt(all, 60))).toBeLessThan(0.6);
  });
});
