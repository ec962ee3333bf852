import { describe, expect, it } from 'vitest';
import type { Lab, Pace } from '../../runner/environments/axis.ts';
import { factsOf } from '../../runner/lesson/facts.ts';
import { root } from '../../runner/paths.ts';

const lab = (pace: Pace, periodMs: number) =>
  ({
    spec: { workload: 'w', variant: 'leaker', pace, lifetime: 'session' },
    target: { pid: 12, libc: '/proc/12/root/libc.so.6', healthPort: 8080, metricsPort: 9090, logFile: '/tmp/log' },
    truth: { periodMs, blockBytes: 1048576 },
    place: { called: (program) => program },
  }) as Lab;

describe('factsOf', () => {
  it('is what the lab is', () => {
    expect(factsOf(lab('real', 8000))).toMatchObject({ pid: 12, libc: '/proc/12/root/libc.so.6', healthPort: 8080, metricsPort: 9090, logFile: '/tmp/log', periodMs: 8000, blockBytes: 1048576 });
  });
  it('ticks as the guide does, and every other block at a fast pace', () => {
    expect(factsOf(lab('real', 8000)).tickMs).toBe(10_000);
    expect(factsOf(lab('fast', 300)).tickMs).toBe(600);
  });
  it.each([
    ['real', 8000, 1, 15_000],
    ['real', 8000, 5, 45_000],
    ['real', 8000, 13, 115_000],
    ['fast', 300, 12, 3900],
    ['fast', 300, 13, 4500],
  ] as const)('at %s pace, a block every %i ms: %i blocks last %i ms, half a tick past the last one', (pace, periodMs, blocks, ms) => {
    const { lasting, tickMs } = factsOf(lab(pace, periodMs));
    expect(lasting(blocks)).toBe(ms);
    expect(lasting(blocks)).toBeGreaterThan(blocks * periodMs);
    expect(lasting(blocks) % tickMs).toBe(tickMs / 2);
  });
  it('sleeps with no more digits than it needs', () => {
    expect([1, 2.5].map(factsOf(lab('real', 8000)).sleep)).toEqual(['8', '20']);
    expect([1, 3, 0.1].map(factsOf(lab('fast', 300)).sleep)).toEqual(['0.3', '0.9', '0.03']);
  });
  it('takes scripts from bpf/, or where it is told', () => {
    expect(factsOf(lab('fast', 300)).script('a.bt')).toBe(`${root}/bpf/a.bt`);
    expect(factsOf(lab('fast', 300), (name) => `/mine/${name}`).script('a.bt')).toBe('/mine/a.bt');
  });
});
