import { describe, expect, it } from 'vitest';
import { match } from '../../runner/evidence/match.ts';
import type { Evidence, Frame } from '../../runner/evidence/model.ts';
import { oneSite } from '../../runner/evidence/criteria/clinic.ts';
import { teaches } from '../../runner/evidence/criteria/define.ts';

const MIB = 1024 * 1024;
const truth = {
  workload: 'stealth-leaker',
  leaks: true,
  call: 'malloc',
  function: 'memory_leak_thread',
  blockBytes: MIB,
  periodMs: 300,
  capBytes: 1 << 30,
};
const subjects = { pid: 7, innerPid: 7, libc: '', owns: null };
const judged = (criterion: ReturnType<typeof oneSite>, evidence: Evidence[]) =>
  match([teaches(criterion)], { evidence, truth, subjects }).criteria[0];

const frame = (symbol: string | null): Frame => ({ symbol, offset: 9 });
const list = (...sites: [blocks: number, ...stack: (string | null)[]][]): Evidence => ({
  kind: 'snapshot',
  atMs: 3000,
  sites: sites.map(([blocks, ...stack]) => ({ blocks, bytes: blocks * MIB, stack: stack.map(frame) })),
});

describe('one call site', () => {
  it('holds all blocks', () =>
    expect(judged(oneSite('new_buffer'), [list([8, 'new_buffer'])])).toMatchObject({ state: 'met' }));
  it.each<[string, Evidence[], object]>([
    [
      'stacks that go wrong above the first frame',
      [list([4, 'new_buffer', null], [4, 'new_buffer', 'tick'])],
      { state: 'unmet', cause: 'scattered' },
    ],
    ['another function', [list([8, 'old_buffer'])], { state: 'unmet' }],
    ['too few blocks', [list([2, 'new_buffer'])], { state: 'more' }],
    ['nothing', [], { state: 'more' }],
  ])('does not: %s', (_, evidence, standing) =>
    expect(judged(oneSite('new_buffer'), evidence)).toMatchObject(standing),
  );
});
