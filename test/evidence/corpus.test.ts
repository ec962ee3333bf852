/** Recordings of every program of the corpus: real ones, by several tools, each with its program's truth. */
import { statSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { courseOf, evidenceOf, precision, type Rule, sees, sumAt } from '../../bench/lib/looks.ts';
import { recordingsIn } from '../../bench/lib/recording.ts';

const folder = join(import.meta.dirname, '../fixtures/verdict');
const recordings = recordingsIn(folder);
const MIB = 1024 * 1024;

const by = (rule: Rule) => async (recording: (typeof recordings)[number]) =>
  courseOf(recording, await evidenceOf(recording), rule);

describe('recordings of the corpus', () => {
  it('are of every kind, and small', () => {
    expect(new Set(recordings.map((r) => r.truth.program)).size).toBeGreaterThanOrEqual(38);
    const bytes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    expect(bytes.reduce((a, b) => a + b)).toBeLessThan(3 * MIB);
  });

  it('what is outstanding at the end tells them apart by chance only', async () => {
    const all = await Promise.all(
      recordings.filter((r) => r.watching === 'sums' && sees(r)).map(by('outstanding at the end')),
    );
    expect(precision(sumAt(all, 60))).toBeLessThan(0.6);
  });
});
