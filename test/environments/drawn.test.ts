import { afterEach, describe, expect, it, vi } from 'vitest';
import { aSeed, loadWorkload, seedOf, settingsOf, truthOf } from '../../runner/environments/workload.ts';

const workload = loadWorkload('stealth-leaker');
const keeps = (seed: number) => truthOf(workload, 'fast', 'drawn', seed).keeps;

afterEach(() => vi.unstubAllEnvs());

describe('a variant that is drawn', () => {
  it('is lost, held or healthy, by its seed, and each two seeds on it is of another class', () => {
    expect([0, 1, 2, 3, 4].map(keeps)).toEqual(['lost', 'held', 'healthy', 'lost', 'held']);
    for (let seed = 0; seed < 30; seed++) expect(keeps(seed + 2)).not.toBe(keeps(seed));
  });

  it('runs with the settings of what it is, in which nothing of the class is a name but LEAK', () => {
    const settings = (seed: number) => settingsOf(workload, 'drawn', 'fast', seed);
    expect(settings(3)).toMatchObject({ LEAK: 'on', LEAK_PERIOD_MS: '150', LEAK_SITE: 'report_cache_thread' });
    expect(settings(4)).toMatchObject({ LEAK: 'held', LEAK_PERIOD_MS: '150' });
    expect(settings(5)).toMatchObject({ LEAK: 'off', LEAK_PERIOD_MS: '150' });
  });

  it('draws how many blocks a full cache takes: each number from the first to the last, and no other', () => {
    const drawn = Array.from({ length: 300 }, (_, n) => settingsOf(workload, 'drawn', 'fast', n).LEAK_KEPT_PERIODS);
    expect(new Set(drawn.flatMap((n) => n ?? []))).toEqual(new Set(['8', '9', '10', '11', '12', '13', '14']));
  });

  it('gets a seed where nobody names one, and others get none', () => {
    expect(seedOf(workload, { variant: 'drawn', seed: 7 })).toBe(7);
    expect(seedOf(workload, { variant: 'drawn' })).toBeGreaterThanOrEqual(0);
    expect(seedOf(workload, { variant: 'twin', seed: 7 })).toBeUndefined();
    vi.stubEnv('WORKSHOP_SEED', '42');
    expect(aSeed()).toBe(42);
  });

  it('what is not drawn says nothing of what becomes of its blocks', () => {
    expect(truthOf(workload, 'fast', 'twin')).not.toHaveProperty('keeps');
    expect(truthOf(workload, 'fast')).not.toHaveProperty('keeps');
  });
});
