import { describe, expect, it } from 'vitest';
import { lives } from '../../runner/evidence/lives.ts';
import type { Evidence } from '../../runner/evidence/model.ts';
import { holds } from '../property.ts';
import { absurd } from './absurd.ts';
import { anything, leaker, printed, together, twin } from './programs.ts';
import { allocation, type Block, counter, MIB, RUN, stackOf, traced } from './simulate.ts';

const born = (atMs: number | null, address: string | null, bytes: number | null = 5) =>
  allocation({ atMs, address, bytes, stack: stackOf('f') });
const freed = (atMs: number | null, address: string): Evidence => ({ kind: 'free', atMs, pid: null, address });
const spans = (evidence: Evidence[]) => lives(evidence).blocks.map((b) => [b.born, b.died]);

describe('a block', () => {
  it('lives from its allocation to its free', () => {
    expect(lives([born(3, '0xa'), freed(8, '0xa')])).toEqual({
      blocks: [{ site: 'f+71 ← start_thread+773', stack: stackOf('f'), bytes: 5, born: 3, died: 8 }],
      window: { start: 0, end: 8 },
      sampled: false,
    });
  });
  it('has no death while it is outstanding', () => {
    expect(spans([born(3, '0xa'), freed(8, '0xb')])).toEqual([[3, null]]);
  });
  it('ends where its address is handed out again, freed unseen', () => {
    expect(spans([born(1, '0xa'), born(4, '0xa'), freed(6, '0xa')])).toEqual([
      [1, 4],
      [4, 6],
    ]);
  });
  it('dies once: a second free of an address is of nothing known', () => {
    expect(spans([born(1, '0xa'), freed(2, '0xa'), freed(9, '0xa')])).toEqual([[1, 2]]);
  });
  it('keeps apart what shares an address one after the other', () => {
    expect(spans([born(1, '0xa'), freed(2, '0xa'), born(3, '0xa')])).toEqual([
      [1, 2],
      [3, null],
    ]);
  });
  it('takes any address', () => {
    expect(spans([born(1, '__proto__'), freed(2, '__proto__'), born(3, 'constructor')])).toEqual([
      [1, 2],
      [3, null],
    ]);
  });
  it.each([
    ['time', born(null, '0xa')],
    ['address', born(1, null)],
    ['size', born(1, '0xa', null)],
  ])('without %s is none', (_, evidence) => {
    expect(lives([evidence]).blocks).toEqual([]);
  });
  it('without a stack has a site of its own', () => {
    expect(lives([allocation({ atMs: 1, address: '0xa', bytes: 5 })]).blocks).toMatchObject([{ site: '?', stack: [] }]);
  });
});

describe('the window', () => {
  it('of nothing is nothing', () => {
    expect(lives([])).toEqual({ blocks: [], window: { start: 0, end: 0 }, sampled: false });
    expect(lives([{ kind: 'subject', pid: 1 }, freed(null, '0xa')]).window).toEqual({ start: 0, end: 0 });
  });
  it('begins with the trace, not with the first event, and ends with the last thing that has a time', () => {
    expect(lives([born(900, '0xa'), counter('calls', 3, 5000)]).window).toEqual({ start: 0, end: 5000 });
    expect(lives([born(900, '0xa'), { kind: 'snapshot', atMs: 6000, sites: [] }]).window).toEqual({
      start: 0,
      end: 6000,
    });
  });
});

describe('sums alone', () => {
  const list = (atMs: number, ...blocks: number[]): Evidence => ({
    kind: 'snapshot',
    atMs,
    sites: blocks.map((n) => ({
      stack: [{ symbol: null, offset: null, module: 'libc.so.6' }],
      blocks: n,
      bytes: n * MIB,
    })),
  });
  it('tell births and deaths by the list in which they show', () => {
    const { blocks, sampled } = lives([list(0, 1), list(1000, 3), list(2000, 2)]);
    expect([sampled, blocks.map((b) => [b.born, b.died])]).toEqual([
      true,
      [
        [0, 2000],
        [1000, null],
        [1000, null],
      ],
    ]);
  });
  it('of stacks that read the same are those of one site', () => {
    expect(lives([list(0, 1, 2), list(1000, 2, 3)]).blocks).toHaveLength(5);
  });
  it('of more blocks than anyone can tell apart end somewhere', () => {
    const sites = Array.from({ length: 100 }, (_, i) => ({ stack: stackOf(`f${i}`), blocks: 1e12, bytes: 1e15 }));
    expect(lives([{ kind: 'snapshot', atMs: 1, sites }]).blocks).toHaveLength(200_000);
  });
});

describe('whatever ran', () => {
  const ran = together(leaker(), twin({ site: 'cache', every: 70, bytes: MIB / 4 }), anything());
  const key = ({ born, bytes, died }: Pick<Block, 'born' | 'bytes' | 'died'>) => `${born} ${bytes} ${died}`;

  it(
    'every block is found again, with its time and size',
    holds(ran, (blocks) => {
      const seen = blocks.map((b) => (b.died !== null && b.died > RUN ? { ...b, died: null } : b));
      expect(lives(traced(blocks)).blocks.map(key).sort()).toEqual(seen.map(key).sort());
    }),
  );
  it(
    'the order in which its events were printed makes no difference',
    holds(ran.chain(printed), ([inOrder, inAnother]) => {
      expect(lives(inAnother)).toEqual(lives(inOrder));
    }),
  );
  it(
    'absurd evidence is borne',
    holds(absurd, (evidence) => {
      const { blocks, window } = lives(evidence);
      expect([window.start, window.end].every(Number.isFinite)).toBe(true);
      for (const b of blocks) expect(b.died === null || b.died >= b.born).toBe(true);
    }),
  );
});
