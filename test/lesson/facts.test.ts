import { describe, expect, it } from 'vitest';
import type { Lab, Pace } from '../../runner/model/lab.ts';
import { factsOf, manualFacts } from '../../runner/lesson/facts.ts';
import { root } from '../../runner/paths.ts';
import { FakeLab, FakePod } from '../session/fakes.ts';

const lab = (pace: Pace, periodMs: number) =>
  ({
    spec: { workload: 'w', variant: 'leaker', pace, lifetime: 'session' },
    target: { pid: 12, libc: '/proc/12/root/libc.so.6', healthPort: 8080, metricsPort: 9090, logFile: '/tmp/log' },
    truth: { periodMs, blockBytes: 1048576 },
    runs: (tool) => tool,
  }) as Partial<Lab> as Lab;

describe('factsOf', () => {
  it('is what the lab is', () => {
    expect(factsOf(lab('real', 8000))).toMatchObject({
      pid: 12,
      libc: '/proc/12/root/libc.so.6',
      healthPort: 8080,
      metricsPort: 9090,
      logFile: '/tmp/log',
      periodMs: 8000,
      blockBytes: 1048576,
    });
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
  ] as const)(
    'at %s pace, a block every %i ms: %i blocks last %i ms, half a tick past the last one',
    (pace, periodMs, blocks, ms) => {
      const { lasting, tickMs } = factsOf(lab(pace, periodMs));
      expect(lasting(blocks)).toBe(ms);
      expect(lasting(blocks)).toBeGreaterThan(blocks * periodMs);
      expect(lasting(blocks) % tickMs).toBe(tickMs / 2);
    },
  );
  it('sleeps with no more digits than it needs', () => {
    expect([1, 2.5].map(factsOf(lab('real', 8000)).sleep)).toEqual(['8', '20']);
    expect([1, 3, 0.1].map(factsOf(lab('fast', 300)).sleep)).toEqual(['0.3', '0.9', '0.03']);
  });
  it('takes scripts from bpf/, or where it is told', () => {
    expect(factsOf(lab('fast', 300)).script('a.bt')).toBe(`${root}/bpf/a.bt`);
    expect(factsOf(lab('fast', 300), (name) => `/mine/${name}`).script('a.bt')).toBe('/mine/a.bt');
  });
});

describe('what is known of a lab', () => {
  it('in a cluster is where it is, and the toolbox’s own tool', () => {
    const pod = new FakePod();
    const facts = factsOf(pod);
    expect(facts).toMatchObject({
      pid: 1,
      kube: pod.kube,
      mallocstacks: '/workshop/bpf/mallocstacks',
      memleak: 'memleak',
    });
    expect(facts.typed(['x'], 'pod')).toEqual({
      argv: ['kubectl', '-n', 'of-a-learner', 'exec', 'leaker-5d-x2', '--', 'x'],
      elevated: false,
    });
  });
  it('on a host is nothing of that', () => {
    const facts = factsOf(new FakeLab());
    expect([facts.kube, facts.mallocstacks, facts.typed(['x'], 'node')]).toEqual([
      null,
      `${root}/bpf/mallocstacks`,
      { argv: ['x'], elevated: true },
    ]);
  });
});

describe('a manual, where there is no lab', () => {
  it.each(['kind', 'cluster'] as const)('for %s types commands for a pod', (environment) => {
    const { pid, kube, typed, mallocstacks } = manualFacts(environment);
    expect([String(pid), kube?.pod, mallocstacks]).toEqual(['1', 'POD', '/workshop/bpf/mallocstacks']);
    expect(typed(['bpftrace'], 'target').argv.join(' ')).toBe(
      'kubectl -n memleak-tools exec -i TOOLBOX -- in-pidns NODE-PID bpftrace',
    );
  });
  it('for a host types them as they are, elevated', () => {
    const { pid, kube, typed, script } = manualFacts('host', (name) => `/mine/${name}`);
    expect([String(pid), kube, typed(['bpftrace'], 'target'), script('a.bt')]).toEqual([
      'PID',
      null,
      { argv: ['bpftrace'], elevated: true },
      '/mine/a.bt',
    ]);
  });
  it('reckons as a lab at the real pace does', () => {
    const real = factsOf(lab('real', 8000));
    for (const environment of ['host', 'kind'] as const) {
      const manual = manualFacts(environment);
      for (const blocks of [1, 5, 13]) expect(manual.lasting(blocks)).toBe(real.lasting(blocks));
      expect([manual.sleep(2.5), manual.tickMs, manual.periodMs, manual.blockBytes]).toEqual([
        real.sleep(2.5),
        real.tickMs,
        real.periodMs,
        real.blockBytes,
      ]);
    }
  });
});
