import { describe, expect, it } from 'vitest';
import { isSettled, outlives, settles } from '../../../runner/evidence/criteria/fate.ts';
import { match } from '../../../runner/evidence/match.ts';
import type { Criterion } from '../../../runner/evidence/match.ts';
import type { Evidence, Snapshot, Witness } from '../../../runner/evidence/model.ts';
import { truth } from '../../lessons/judging.ts';

const standing = (criterion: Criterion, evidence: Evidence[]) =>
  match([criterion], { evidence, truth, subjects: { pid: 7, innerPid: 7, libc: '', owns: null } }).criteria[0];
const stack = [{ symbol: 'report_cache_thread', offset: 1 }];

describe('settles', () => {
  const list = (atMs: number, blocks: number): Snapshot => ({
    kind: 'snapshot',
    atMs,
    sites: blocks > 0 ? [{ stack, blocks, bytes: blocks * truth.blockBytes }] : [],
  });
  /** A list each 600 ms, of a service that takes a block each 150 ms. */
  const run = (ms: number, held: (atMs: number) => number) =>
    Array.from({ length: Math.floor(ms / 600) }, (_, i) => list(600 * (i + 1), held(600 * (i + 1))));
  const grows = (atMs: number) => Math.floor(atMs / 150);
  const full = (atMs: number) => Math.min(14, grows(atMs));
  const witness = (lost: number, held: number): Witness => ({
    kind: 'witness',
    atMs: 4800,
    stack,
    asked: lost + held + 1,
    lost,
    held,
    unknown: 1,
    by: [],
  });

  it.each<[string, Evidence[], object]>([
    ['watched too briefly', run(3000, grows), { state: 'more', cause: 'too-short' }],
    ['too briefly, whatever was found', [...run(3000, grows), witness(9, 0)], { state: 'more' }],
    ['grows, and nobody has looked', run(4800, grows), { state: 'unmet', cause: 'no-witness' }],
    [
      'a look that found nothing out is none',
      [...run(4800, grows), witness(0, 0)],
      { state: 'unmet', cause: 'no-witness' },
    ],
    [
      'grows, and the tool may not look',
      [...run(4800, grows), { ...witness(0, 0), asked: 0, why: 'it takes CAP_SYS_PTRACE' }],
      { state: 'unmet', cause: 'cannot-look', seen: { why: 'it takes CAP_SYS_PTRACE' } },
    ],
    [
      'could not look at first, and then did',
      [...run(4800, grows), { ...witness(0, 0), why: 'the look was broken off' }, witness(20, 0)],
      { state: 'met' },
    ],
    ['lost', [...run(4800, grows), witness(20, 0)], { state: 'met', seen: { seen: 21 } }],
    ['held', [...run(4800, grows), witness(0, 20)], { state: 'met' }],
    ['the largest cache is full', run(4800, full), { state: 'met', seen: { blocks: 0 } }],
    ['nothing seen at all', [], { state: 'more' }],
  ])('%s', (_, evidence, expected) => {
    expect(standing(settles(), evidence)).toMatchObject(expected);
    expect(isSettled(evidence, truth)).toBe('state' in expected && expected.state === 'met');
  });
});

describe('outlives', () => {
  /** A block each 300 ms, of which some are given back after three periods. */
  const run = (blocks: number, back: (n: number) => boolean): Evidence[] =>
    Array.from({ length: blocks }, (_, n): Evidence[] => {
      const at = 300 * n;
      const address = `0x${(n + 1).toString(16)}000`;
      const born: Evidence = {
        kind: 'allocation',
        call: 'malloc',
        address,
        bytes: truth.blockBytes,
        atMs: at,
        stack,
        pid: 7,
      } as Evidence;
      const gone: Evidence = { kind: 'free', address, atMs: at + 900, pid: 7 } as Evidence;
      return back(n) && at + 900 < 300 * blocks ? [born, gone] : [born];
    }).flat();

  it.each<[string, Evidence[], object]>([
    ['one in four is lost', run(40, (n) => n % 4 !== 3), { state: 'met', seen: { percent: 24 } }],
    ['all are given back', run(40, () => true), { state: 'unmet', cause: 'comes-back' }],
    [
      'none is, so there is no life to be longer than',
      run(40, () => false),
      { state: 'unmet', cause: 'nothing-ended' },
    ],
    ['too few', run(8, () => true), { state: 'more', cause: 'too-short' }],
  ])('%s', (_, evidence, expected) => {
    expect(standing(outlives(), evidence)).toMatchObject(expected);
  });
});
