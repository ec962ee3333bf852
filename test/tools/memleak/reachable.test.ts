import { describe, expect, it } from 'vitest';
import { judge } from '../../../runner/evidence/verdict.ts';
import { blindIn, witnessIn } from '../../../runner/tools/memleak/witness.ts';
import { load, of, read } from './reading.ts';

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

  // As a toolbox without DAC_READ_SEARCH said it of a pod.
  const REFUSED = [
    'memleak: attached to 1 (stealth-leaker): 29 functions of libc.so.6. Ctrl-C ends it.',
    '',
    '0.5 s: 4 blocks outstanding, 4194304 bytes (4.0 MiB)',
    '  whether old blocks are lost or held stays open: looking into the process takes CAP_SYS_PTRACE (run it with sudo).',
    '  4194304 bytes (4.0 MiB) in 4 blocks, most of them 1048576 bytes (1.0 MiB); 4 handed out, 0 given back',
    '    lives: 0 ended; kept by age: 1 under 134 ms, 3 under 537 ms; the last began 14.3 ms before',
    '      report_cache_thread+0x41 (stealth-leaker)',
    '      0x7f41bfe178bb (libc.so.6+0x928bb)',
    '',
    '',
  ].join('\n');
  it('could not look: why, and the list is whole all the same', async () => {
    const evidence = await read(REFUSED);
    expect(of(evidence, 'witness')).toEqual([
      expect.objectContaining({
        atMs: 500,
        asked: 0,
        why: 'looking into the process takes CAP_SYS_PTRACE (run it with sudo)',
      }),
    ]);
    expect(of(evidence, 'snapshot')).toMatchObject([{ atMs: 500, sites: [{ blocks: 4, bytes: 4194304 }] }]);
    expect(of(evidence, 'notice')).toEqual([]);
  });
  it.each([
    'whether old blocks are lost or held stays open: ',
    'whether old blocks are lost or held stays open: .',
    'whether old blocks are lost or held stays open: it takes',
    `whether old blocks are lost or held stays open: ${'x'.repeat(700)}.`,
    'of which old blocks are lost or held stays open: it takes root.',
  ])('%s: is no such line', (line) => {
    expect(blindIn(`  ${line}`)).toBeNull();
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
