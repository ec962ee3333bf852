import { describe, expect, it } from 'vitest';
import { foundLeak } from '../../../runner/evidence/criteria/found.ts';
import { match } from '../../../runner/evidence/match.ts';
import type { Evidence, Finding, Truth } from '../../../runner/evidence/model.ts';

const MIB = 1048576;
const TRUTH: Truth = {
  workload: 'stealth-leaker',
  leaks: true,
  call: 'malloc',
  function: 'memory_leak_thread',
  blockBytes: MIB,
  periodMs: 8000,
  capBytes: 2 ** 31,
};
const stack = (...symbols: (string | null)[]) =>
  symbols.map((symbol) => ({ symbol, offset: symbol === null ? null : 1 }));
const finding = (more: Partial<Finding> = {}): Finding => ({
  kind: 'finding',
  atMs: 90_000,
  answer: 'leak',
  by: 'malloc',
  stack: stack('memory_leak_thread', 'start_thread'),
  blocks: 11,
  bytes: 11 * MIB,
  commonSize: MIB,
  periodMs: 8000,
  probedMs: 8000,
  hits: 1,
  costMs: 0.01,
  ...more,
});
const list = (atMs: number): Evidence => ({ kind: 'snapshot', atMs, sites: [] });
const standing = (...evidence: Evidence[]) =>
  match([foundLeak()], { evidence, truth: TRUTH, subjects: { pid: 7, innerPid: 7, libc: '', owns: null } }).criteria[0];

describe('found-leak', () => {
  it.each<[string, Partial<Finding>]>([
    ['by requests', {}],
    [
      'by regions, which are a page larger, and are named by who touches them',
      { by: 'mmap', commonSize: MIB + 4096, stack: stack('__memset_avx2_unaligned_erms', 'memory_leak_thread') },
    ],
    ['where libc has no names', { by: 'mmap', commonSize: MIB + 4096, stack: stack(null, 'memory_leak_thread', null) }],
  ])('holds: %s', (_, more) => {
    expect(standing(finding(more))).toMatchObject({ state: 'met', seen: { seen: 'memory_leak_thread', blocks: 11 } });
  });
  it.each<[string, Partial<Finding>]>([
    ['other-function', { stack: stack('report_cache_thread', 'start_thread') }],
    ['no-symbols', { stack: stack(null, null) }],
    ['other-leak', { commonSize: MIB / 2 }],
    ['nothing-found', { answer: 'none' }],
  ])('is wrong: %s', (cause, more) => {
    expect(standing(finding(more))).toMatchObject({ state: 'unmet', cause });
  });
  it('is unproven while it grows, and the last finding counts', () => {
    expect(standing(finding({ answer: 'growing' }))).toMatchObject({ state: 'more', cause: 'unproven' });
    expect(standing(finding({ answer: 'growing' }), finding())?.state).toBe('met');
  });
  it('takes time: nothing found yet is nothing yet, and nothing in twice the time is nothing', () => {
    expect(standing()).toMatchObject({ state: 'more', cause: 'too-short' });
    expect(standing(list(90_000))).toMatchObject({ state: 'more', seen: { watched: 90_000, moreMs: 8000 } });
    expect(standing(list(24 * 8000))).toMatchObject({ state: 'unmet', cause: 'nothing-found' });
  });
});
