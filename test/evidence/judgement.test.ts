import { describe, expect, it } from 'vitest';
import { judgement, withoutCutList } from '../../runner/evidence/judgement.ts';
import type { Evidence, Frame, Site, Snapshot } from '../../runner/evidence/model.ts';
import { callSite } from '../../runner/evidence/site.ts';
import { judge } from '../../runner/evidence/verdict.ts';

const stack = (...names: string[]): Frame[] => names.map((symbol) => ({ symbol, offset: null }));
const site = (name: string, blocks: number): Site => ({ stack: stack(name, 'main'), blocks, bytes: blocks * 100 });
const list = (atMs: number, sites: Site[], over: Partial<Snapshot> = {}): Snapshot => ({
  kind: 'snapshot',
  atMs,
  sites,
  ...over,
});
const growing = (looks: number, over: Partial<Snapshot> = {}) =>
  Array.from({ length: looks }, (_, i) => list(i * 4000, [site('cache', 5), site('lost', 3 * (i + 1))], over));
const alloc = (atMs: number | null, address: string, name: string): Evidence => ({
  kind: 'allocation',
  call: 'malloc',
  atMs,
  pid: 1,
  address,
  bytes: 100,
  stack: stack(name),
});
const free = (atMs: number | null, address: string): Evidence => ({ kind: 'free', atMs, pid: 1, address });
const answers = (evidence: Evidence[]) =>
  judgement(evidence).sites.map((s) => [callSite(s.stack), s.answer, s.blocks, s.bytes]);

describe('a judgement', () => {
  it('of many lists is the verdict’s, the site that leaks first, with what it holds at the end', () => {
    const { answer, basis, sites, verdict } = judgement(growing(12));
    expect([answer, basis, verdict?.answer]).toEqual(['leak', 'sums', 'leak']);
    expect(sites.map((s) => [callSite(s.stack), s.answer, s.blocks])).toEqual([
      ['lost', 'leak', 36],
      ['cache', 'none', 5],
    ]);
  });
  it('shows the one that leaks, and not the largest', () => {
    const evidence = growing(12).map((l) => ({ ...l, sites: [...l.sites, site('pool', 9000)] }));
    expect(callSite(judgement(evidence).sites[0]?.stack ?? [])).toBe('lost');
  });
  it('of one list is growth at most', () => {
    expect(judgement(growing(1))).toMatchObject({ answer: 'growing', basis: 'one-look', verdict: null });
  });
  it('of two or three tells what grew from what did not', () => {
    for (const looks of [2, 3])
      expect(answers(growing(looks)).map(([name, answer]) => [name, answer])).toEqual([
        ['lost', 'growing'],
        ['cache', 'none'],
      ]);
  });
  it('of sums that nobody vouches for proves nothing', () => {
    expect(judgement(growing(12, { unproven: true })).answer).toBe('growing');
    expect(judgement(growing(12, { untimed: true })).verdict).toBeNull();
  });
  it('of bytes without blocks goes by the bytes', () => {
    const lists = Array.from({ length: 9 }, (_, i) =>
      list(
        i * 1000,
        [
          { stack: stack('lost'), blocks: 0, bytes: 40_000 * (i + 1) },
          { stack: stack('parse'), blocks: 0, bytes: 250 + ((i * 37) % 60) },
        ],
        { unproven: true },
      ),
    );
    expect(answers(lists).map(([name, answer]) => [name, answer])).toEqual([
      ['lost', 'growing'],
      ['parse', 'none'],
    ]);
  });
  it('of calls whose frees are never shown proves nothing', () => {
    const calls = Array.from({ length: 20 }, (_, i) => alloc(i * 3000, `0x${i + 1}00`, 'lost'));
    expect(judgement(calls)).toMatchObject({ answer: 'growing', basis: 'blocks' });
    const freed = Array.from({ length: 20 }, (_, i) => [
      alloc(i * 3000, `0x${i + 1}`, 'ok'),
      free(i * 3000 + 5, `0x${i + 1}`),
    ]);
    expect(judgement([...calls, ...freed.flat()])).toMatchObject({ answer: 'leak', sites: [{ blocks: 20 }] });
  });
  it('without times goes by their order, and tells no age: it proves nothing', () => {
    const calls = Array.from({ length: 20 }, (_, i) => [
      alloc(null, `0x${i + 1}`, 'ok'),
      free(null, `0x${i + 1}`),
      alloc(null, `0x${i + 1}00`, 'lost'),
    ]).flat();
    const { answer, sites, verdict } = judgement(calls);
    expect([answer, callSite(sites[0]?.stack ?? []), sites[0]?.blocks, verdict]).toEqual(['growing', 'lost', 20, null]);
  });
  it('of requests alone is none, but names who asks', () => {
    const requests: Evidence[] = [{ kind: 'requests', stack: stack('asks'), blocks: 3, bytes: 30 }];
    expect(judgement(requests)).toMatchObject({
      answer: null,
      basis: 'requests',
      sites: [{ answer: null, blocks: 3 }],
    });
  });
  it('of nothing is none', () => {
    expect(judgement([])).toMatchObject({ answer: null, basis: 'nothing', sites: [] });
  });
  it('counts what a tool found by itself', () => {
    const found: Evidence = {
      kind: 'finding',
      atMs: 1,
      answer: 'leak',
      by: 'mmap',
      stack: stack('cache', 'main'),
      blocks: 5,
      bytes: 500,
      commonSize: 100,
      periodMs: null,
      probedMs: 0,
      hits: 0,
      costMs: null,
    };
    expect(judgement([...growing(2), found])).toMatchObject({ answer: 'leak' });
    expect(judgement([found]).sites).toMatchObject([{ answer: 'leak', blocks: 5 }]);
  });
  it('takes any verdict that gives the same form', () => {
    expect(judgement(growing(12), (e) => ({ ...judge(e), sites: [] })).answer).toBe('none');
  });
});

describe('the last list of a file', () => {
  const [first, second] = growing(2) as [Snapshot, Snapshot];
  const cut: Snapshot = { ...second, sites: second.sites.slice(0, 1), last: true };
  it('that lacks what the one before had is cut off, and left out', () => {
    expect(withoutCutList([first, cut], false)).toMatchObject([first, { kind: 'notice', code: 'cut-off' }]);
    expect(withoutCutList([first, { ...cut, last: undefined } as never], true)).toHaveLength(2);
  });
  it('is whole otherwise, and where it is the only one', () => {
    expect(withoutCutList([first, second], true)).toEqual([first, second]);
    expect(withoutCutList([cut], true)).toEqual([cut]);
  });
  it('without a site is only the head that Ctrl-C left', () => {
    const head: Snapshot = { ...second, sites: [], last: true };
    expect(withoutCutList([first, head], false)).toEqual([first]);
  });
});
