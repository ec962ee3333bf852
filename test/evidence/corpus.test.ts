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
  sees,
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
  for (const recording of recordings.filter(sees)) {
    const of = courses.get(recording.watching) ?? [];
    courses.set(recording.watching, [...of, await by('this verdict')(recording)]);
  }
});
const of = (watching: Watching) => courses.get(watching) ?? [];
/** Who is healthy, and called a leak at some look. */
const accused = (watching: Watching): string[] =>
  of(watching).flatMap(({ recording: { truth }, wrongAt }) =>
    !leaks(truth) && wrongAt !== null ? [truth.program] : [],
  );

/** It keeps all that it takes for as long as anybody looks: only who looks into it sees that it points at it. */
const HOLDERS = ['cache-filling'];

describe('recordings of the corpus', () => {
  it('are of every kind, and small', () => {
    expect(new Set(recordings.map((r) => r.truth.program)).size).toBeGreaterThanOrEqual(38);
    const bytes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    expect(bytes.reduce((a, b) => a + b)).toBeLessThan(3 * MIB);
  });

  it('with a look into the process nobody healthy is accused at any look', () => {
    expect(accused('reachable')).toEqual([]);
  });

  it.each(['sums', 'bpftrace'] as const)(
    '%s: without it nobody is but who held all that it had, as a leak does',
    (watching) => {
      expect(of(watching).length).toBeGreaterThan(30);
      expect(accused(watching)).toEqual(HOLDERS);
    },
  );

  it.each([
    ['reachable', 20, 0.97, 0.95],
    ['reachable', 60, 0.97, 0.95],
    ['sums', 60, 0.94, 0.95],
    ['bpftrace', 60, 0.9, 0.85],
  ] as const)('%s: after %d s precision is %d and recall %d, or better', (watching, seconds, p, r) => {
    const sum = sumAt(of(watching), seconds);
    expect(precision(sum)).toBeGreaterThanOrEqual(p);
    expect(recall(sum)).toBeGreaterThanOrEqual(r);
  });

  it('what is outstanding at the end tells them apart by chance only', async () => {
    const all = await Promise.all(
      recordings.filter((r) => r.watching === 'sums' && sees(r)).map(by('outstanding at the end')),
    );
    expect(precision(sumAt(all, 60))).toBeLessThan(0.6);
  });
});
