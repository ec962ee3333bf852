import { describe, expect, it } from 'vitest';
import { match } from '../../runner/evidence/match.ts';
import type { Evidence } from '../../runner/evidence/model.ts';
import { tracerMeasured, tracersMemory } from '../../runner/evidence/criteria/clinic.ts';
import { unprobed } from '../../runner/evidence/criteria/found.ts';
import { teaches } from '../../runner/evidence/criteria/define.ts';
import { touchRate } from '../../runner/evidence/criteria/freeing.ts';
import { truth } from './judging.ts';

const MIB = 1024 * 1024;
const subjects = { pid: 7, innerPid: 7, libc: '', owns: null };
const judged = (criterion: ReturnType<typeof touchRate>, evidence: Evidence[]) =>
  match([teaches(criterion)], { evidence, truth, subjects }).criteria[0];

const touched = (...mib: number[]): Evidence[] =>
  mib.map((n, i) => ({ kind: 'counter', name: 'touched', key: '7', value: n * MIB, atMs: i * 600 }));
describe('touched memory', () => {
  it('rises by a block a period', () =>
    expect(judged(touchRate(), touched(0, 2, 4, 6))).toMatchObject({ state: 'met' }));
  it('at another pace is another service', () =>
    expect(judged(touchRate(), touched(0, 4, 8, 12))).toMatchObject({ state: 'unmet' }));
  it('of a moment says nothing yet', () => expect(judged(touchRate(), touched(0, 2))).toMatchObject({ state: 'more' }));
});

const row = (comm: string, rss: number): Evidence => ({
  kind: 'memory',
  pid: 1,
  atMs: null,
  rss,
  vsz: null,
  pss: null,
  anonymous: null,
  swap: null,
  comm,
});
const cpu: Evidence = { kind: 'counter', name: 'cpu_percent', key: 'stealth-leaker', value: 0.3, atMs: null };
describe('the tracer measured', () => {
  const service = Array.from({ length: 3 }, () => row('stealth-leaker', 5 * MIB));
  it('beside the service', () =>
    expect(judged(tracerMeasured('stealth-leaker'), [cpu, ...service, row('memleak', 12 * MIB)])).toMatchObject({
      state: 'met',
      seen: { name: 'memleak', rss: 12 * MIB },
    }));
  it('is not where only the service was looked at', () =>
    expect(judged(tracerMeasured('stealth-leaker'), [cpu, ...service])).toMatchObject({ state: 'unmet' }));
  it('is not yet where top is missing', () =>
    expect(judged(tracerMeasured('stealth-leaker'), [...service, row('memleak', 12 * MIB)])).toMatchObject({
      state: 'more',
    }));
  it('is the largest of several, such as sudo beside it', () =>
    expect(tracersMemory([row('sudo', MIB), row('memleak', 12 * MIB)], 'stealth-leaker')).toMatchObject({
      comm: 'memleak',
    }));
});

const finding = (more: object): Evidence => ({
  kind: 'finding',
  atMs: 3000,
  answer: 'leak',
  by: 'mmap',
  stack: [],
  blocks: 10,
  bytes: 10 * MIB,
  commonSize: MIB + 4096,
  periodMs: 300,
  probedMs: 0,
  hits: 0,
  costMs: null,
  ...more,
});
describe('found without a probe on malloc', () => {
  it('is by regions, and the bill says so', () =>
    expect(judged(unprobed(), [finding({})])).toMatchObject({ state: 'met' }));
  it.each([{ hits: 3, probedMs: 800 }, { probedMs: 800 }, { by: 'malloc' }])('is not: %j', (more) =>
    expect(judged(unprobed(), [finding(more)])).toMatchObject({ state: 'unmet' }),
  );
  it('is not yet where nothing was found', () => expect(judged(unprobed(), [])).toMatchObject({ state: 'more' }));
});
