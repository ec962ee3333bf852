import { describe, expect, it } from 'vitest';
import { judge } from '../../../runner/evidence/verdict.ts';
import { witnessIn } from '../../../runner/tools/memleak/witness.ts';
import { load, of } from './reading.ts';

const last = async (file: string) => {
  const { evidence } = await load(`0.1.0-session/${file}`);
  return { witness: of(evidence, 'witness').at(-1), verdict: judge(evidence) };
};

describe('what a look into the process found, as people read it', () => {
  it('lost: all old blocks, and the verdict says so', async () => {
    const { witness, verdict } = await last('reachable-lost.txt');
    expect(witness).toMatchObject({ asked: 33, lost: 33, held: 0, unknown: 0, by: [], atMs: 5200 });
    expect(verdict.answer).toBe('leak');
    expect(verdict.sites[0]?.reasons.find(({ id }) => id === 'witness')).toMatchObject({
      holds: true,
      seen: 33,
      of: 33,
    });
  });

  it('held: by whom, and that is no leak yet', async () => {
    const { witness, verdict } = await last('reachable-held.txt');
    expect(witness).toMatchObject({ asked: 33, lost: 0, held: 33, unknown: 0 });
    expect(witness?.by).toEqual([
      { kind: 'symbol', count: 33, symbol: 'report_cache', offset: 0x28, module: 'stealth-leaker' },
    ]);
    expect(verdict.answer).toBe('growing');
  });

  it('a cache that is full has been asked after as it filled, and has nothing old in the end', async () => {
    expect((await last('reachable-full.txt')).verdict.answer).toBe('none');
  });

  it.each<[string, ReturnType<typeof witnessIn>]>([
    [
      'Of 1 old block 1 is lost: nothing in the process points at it; none is held.',
      { asked: 1, lost: 1, held: 0, unknown: 0, by: [] },
    ],
    [
      'Of 30 old blocks 2 are lost: nothing in the process points at them; 11 held by blocks of make, 9 held by the stack of thread 12, 3 held by the registers of thread 4, 2 held by memory that is no followed block (libx.so), of 3 it stays open: 4.0 MiB are swapped out, where nobody looked.',
      {
        asked: 30,
        lost: 2,
        held: 25,
        unknown: 3,
        by: [
          { kind: 'site', count: 11, stack: [{ symbol: 'make', offset: null }] },
          { kind: 'stack', count: 9, tid: 12 },
          { kind: 'register', count: 3, tid: 4 },
          { kind: 'memory', count: 2 },
        ],
      },
    ],
    [
      'Of 5 old blocks none is lost; 5 held by std::map<int, long>+0x10 of svc.',
      {
        asked: 5,
        lost: 0,
        held: 5,
        unknown: 0,
        by: [{ kind: 'symbol', count: 5, symbol: 'std::map<int, long>', offset: 16, module: 'svc' }],
      },
    ],
    ['Of 5 old blocks none is lost; 5 held by', null],
    ['Of 5 old blocks', null],
    ['Of 99999999999999999 old blocks none is lost; none is held.', null],
  ])('%s', (line, expected) => {
    expect(witnessIn(`      ${line}`)).toEqual(expected);
  });
});
