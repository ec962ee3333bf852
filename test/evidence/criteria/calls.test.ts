import { describe, expect, it } from 'vitest';
import {
  blockSize,
  enough,
  namesCallSite,
  onlyLarge,
  ownProcess,
  steadyPeriod,
} from '../../../runner/evidence/criteria/calls.ts';
import type { Evidence, Frame } from '../../../runner/evidence/model.ts';
import { read, recording, versions } from '../../tools/bpftrace/reading.ts';
import { holds } from '../../property.ts';
import { absurd } from '../absurd.ts';
import { leaker, twin } from '../programs.ts';
import {
  allocation,
  counter,
  facts,
  MIB,
  notice,
  PERIOD,
  PID,
  stackOf,
  subjects,
  traced,
  truth,
  unreadable,
} from '../simulate.ts';

const mmaps = (n: number, bytes = MIB + 4096): Evidence[] =>
  Array.from({ length: n }, () => ({ kind: 'syscall', name: 'mmap', atMs: null, pid: PID, bytes }));
const mallocs = (n: number, bytes = MIB): Evidence[] =>
  Array.from({ length: n }, () => allocation({ pid: PID, bytes }));
const withStack = (n: number, stack: Frame[] | null): Evidence[] =>
  Array.from({ length: n }, () => allocation({ pid: PID, bytes: MIB, stack }));
const frames = (...symbols: (string | null)[]): Frame[] =>
  symbols.map((symbol) => ({ symbol, offset: symbol === null ? null : 71 }));

const every = {
  ownProcess: ownProcess(),
  enoughMalloc: enough('malloc', 5),
  enoughMmap: enough('mmap', 5),
  sizeMalloc: blockSize('malloc'),
  sizeMmap: blockSize('mmap'),
  steadyPeriod: steadyPeriod(),
  onlyLarge: onlyLarge(),
  namesCallSite: namesCallSite(),
};

describe.each(Object.entries(every))('%s', (_, { judge, id, teaches }) => {
  it('has a permanent id and teaches nothing by itself', () => {
    expect(id).toMatch(/^[a-z-]+$/);
    expect(teaches).toBe(false);
  });
  it('wants more of nothing, and of what says nothing', () => {
    for (const evidence of [[], [notice('cut-off')], [{ kind: 'snapshot', atMs: 1, sites: [] } as Evidence]]) {
      const standing = judge(facts(evidence));
      expect(standing.state).toBe('more');
      expect(unreadable(standing)).toEqual([]);
    }
  });
  it(
    'bears absurd evidence',
    holds(absurd, (evidence) => {
      expect(unreadable(judge(facts(evidence)))).toEqual([]);
    }),
  );
  it(
    'is not wrong about a leaker that was stopped early',
    holds(leaker(), (blocks) => {
      const evidence = traced(blocks);
      for (let n = 0; n <= evidence.length; n++) expect(judge(facts(evidence.slice(0, n))).state).not.toBe('unmet');
    }),
  );
});

describe('own process', () => {
  const { judge } = ownProcess();
  const of = (...pids: number[]): Evidence[] => pids.map((pid) => allocation({ pid, bytes: 5 }));

  it('is the one of the lab, said by a call, a subject, a total or an account', () => {
    const said: Evidence[][] = [
      of(PID),
      [{ kind: 'subject', pid: PID }],
      [counter('calls', 3, 1, String(PID))],
      [{ kind: 'memory', pid: PID, atMs: null, rss: 1, vsz: 1, pss: null, anonymous: null, swap: null }],
    ];
    for (const evidence of said) expect(judge(facts(evidence))).toEqual({ state: 'met', seen: { seen: PID } });
  });
  it.each([
    ['wrong-pid', of(99, 99), { seen: 99, expected: PID, others: 1 }],
    ['inner-pid', of(subjects.innerPid), { seen: subjects.innerPid, expected: PID, others: 1 }],
    ['unfiltered', of(PID, 99, 98, PID), { seen: 99, expected: PID, others: 2 }],
    ['wrong-pid', [counter('requested', 3, 1, '99')], { seen: 99, expected: PID, others: 1 }],
    ['wrong-pid', [{ kind: 'subject', pid: 99 } as Evidence], { seen: 99, expected: PID, others: 1 }],
  ])('%s', (cause, evidence, seen) => {
    expect(judge(facts(evidence))).toEqual({ state: 'unmet', seen, cause });
  });
  it('a key is a pid only where our scripts make it one', () => {
    expect(judge(facts([counter('born_ms', 5, 1, '140000000000000'), counter('calls', 1, 1, '1,x')])).state).toBe(
      'more',
    );
  });
  it('has the node’s number where a tool looks from there', () => {
    const onNode = { ...subjects, nodePid: 4711 };
    expect(judge(facts(of(4711), { subjects: onNode })).state).toBe('met');
    expect(judge(facts(of(4711))).state).toBe('unmet');
    expect(judge(facts(of(4712), { subjects: onNode }))).toMatchObject({ state: 'unmet', cause: 'wrong-pid' });
  });
  it('may have the same pid inside and outside', () => {
    expect(judge(facts(of(PID), { subjects: { ...subjects, innerPid: PID } })).state).toBe('met');
  });

  const held = Array.from({ length: 14 }, (_, i) => allocation({ atMs: i * PERIOD, address: `0x${i}`, bytes: MIB }));
  const owning = (owns: ((address: string) => boolean) | null) =>
    judge(facts(held, { subjects: { ...subjects, owns } }));
  it('has the addresses: one of the last three will do', () => {
    const addresses = held.flatMap((e) => (e.kind === 'allocation' ? [e.address] : []));
    expect(owning((a) => a === addresses.at(-3)).state).toBe('met');
    expect(owning((a) => a === addresses.at(-4))).toMatchObject({
      state: 'unmet',
      cause: 'foreign-address',
      seen: { seen: addresses.at(-3), expected: PID },
    });
  });
  it('is taken at its word once it is gone', () => {
    expect(owning(null).state).toBe('met');
  });
  it('need not have what it gave back', () => {
    const evidence: Evidence[] = [
      allocation({ atMs: 1, address: '0xa', bytes: 5 }),
      { kind: 'free', atMs: 2, pid: null, address: '0xa' },
    ];
    expect(judge(facts(evidence, { subjects: { ...subjects, owns: () => false } })).state).toBe('met');
  });
});

describe('enough', () => {
  it.each(['malloc', 'mmap'] as const)('%s calls of its own kind, and how long the rest takes', (what) => {
    const { judge, id } = enough(what, 5);
    const [own, other] = what === 'malloc' ? [mallocs, mmaps] : [mmaps, mallocs];
    expect(id).toBe(`enough-${what}`);
    for (const n of [0, 1, 4])
      expect(judge(facts([...own(n), ...other(9)]))).toEqual({
        state: 'more',
        seen: { seen: n, atLeast: 5, moreMs: (5 - n) * PERIOD },
        cause: 'too-short',
      });
    for (const n of [5, 50]) expect(judge(facts(own(n)))).toEqual({ state: 'met', seen: { seen: n, atLeast: 5 } });
  });
  it('other system calls are none', () => {
    expect(
      enough('mmap', 1).judge(facts([{ kind: 'syscall', name: 'brk', atMs: null, pid: PID, bytes: 5 }])).state,
    ).toBe('more');
  });
});

describe('block size', () => {
  it.each([
    ['malloc', 'a block', mallocs(3), 'met', undefined],
    ['malloc', 'one block of another size', [...mallocs(3), ...mallocs(2, 9)], 'met', undefined],
    ['malloc', 'half blocks', mallocs(3, MIB / 2), 'unmet', undefined],
    ['malloc', 'double blocks', mallocs(3, 2 * MIB), 'unmet', undefined],
    ['malloc', 'a block and a page: the mmap inside libc', mallocs(3, MIB + 4096), 'unmet', 'through-mmap'],
    ['mmap', 'a block and a page', mmaps(3), 'met', undefined],
    ['mmap', 'a block without libc’s header', mmaps(3, MIB), 'unmet', undefined],
    ['mmap', 'half blocks', mmaps(3, MIB / 2 + 4096), 'unmet', undefined],
    ['malloc', 'calls that show no size', [allocation({ address: '0xa' })], 'more', undefined],
    ['malloc', 'mmaps alone', mmaps(3), 'more', undefined],
    ['mmap', 'mallocs alone', mallocs(3), 'more', undefined],
  ] as const)('%s, %s', (what, _, evidence, state, cause) => {
    const standing = blockSize(what).judge(facts([...evidence]));
    expect([standing.state, standing.cause]).toEqual([state, cause]);
  });
  it.each([1, 131_072, 1_048_560, 1_048_561, 3_000_000])(
    'mmap rounds %i bytes and a header of 16 up to pages',
    (blockBytes) => {
      const { seen } = blockSize('mmap').judge(facts(mmaps(3, 4096), { truth: { ...truth, blockBytes } }));
      const expected = seen['expected'] ?? seen['seen'];
      expect((expected as number) % 4096).toBe(0);
      expect((expected as number) - blockBytes - 16).toBeGreaterThanOrEqual(0);
      expect((expected as number) - blockBytes - 16).toBeLessThan(4096);
    },
  );
});

describe('a filter', () => {
  const { judge } = onlyLarge();
  it('lets through what is as large as the block, and larger', () => {
    expect(judge(facts([allocation({ bytes: MIB }), allocation({ bytes: 2 * MIB })]))).toEqual({
      state: 'met',
      seen: { seen: 2 },
    });
  });
  it.each([MIB - 1, 1_020_000, 16])('that lets %i bytes through is named by them', (bytes) => {
    expect(
      judge(facts([allocation({ bytes: MIB }), allocation({ bytes: bytes }), allocation({ bytes: MIB })])),
    ).toEqual({
      state: 'unmet',
      seen: { seen: bytes, expected: MIB },
    });
  });
});

describe('the period', () => {
  const { judge } = steadyPeriod();
  it.each([1, 0.85, 1.15])('%d times the pace is it', (factor) =>
    holds(leaker({ every: factor * PERIOD }), twin({ every: factor * PERIOD }), (leaking, healthy) => {
      expect(judge(facts(traced(leaking))).state).toBe('met');
      expect(judge(facts(traced(healthy))).state).toBe('met');
    })(),
  );
  it.each([3, 2, 0.5])('%d times is not', (factor) =>
    holds(leaker({ every: factor * PERIOD }), (blocks) => {
      const standing = judge(facts(traced(blocks)));
      expect(standing).toMatchObject({ state: 'unmet', seen: { expected: PERIOD } });
      expect(Math.abs((standing.seen['seen'] as number) / PERIOD - factor)).toBeLessThan(0.1 * factor);
    })(),
  );
  it(
    'takes three calls',
    holds(leaker(), (blocks) => {
      const calls = traced(blocks).filter((e) => e.kind === 'allocation');
      for (const n of [0, 1, 2])
        expect(judge(facts(calls.slice(0, n)))).toEqual({
          state: 'more',
          seen: { seen: n, atLeast: 3, moreMs: (3 - n) * PERIOD },
          cause: 'too-short',
        });
      expect(judge(facts(calls.slice(0, 3))).state).toBe('met');
    }),
  );
});

describe('the call site', () => {
  const { judge } = namesCallSite();
  it.each([
    ['the function', withStack(4, stackOf('memory_leak_thread')), 'met', undefined],
    [
      'the function under libc',
      withStack(4, frames('sysmalloc_mmap', '__libc_malloc', 'memory_leak_thread', 'start_thread')),
      'met',
      undefined,
    ],
    [
      'most of the time',
      [...withStack(3, stackOf('memory_leak_thread')), ...withStack(2, stackOf('other'))],
      'met',
      undefined,
    ],
    [
      'half of the time',
      [...withStack(2, stackOf('memory_leak_thread')), ...withStack(2, stackOf('other'))],
      'unmet',
      undefined,
    ],
    ['another function', withStack(4, stackOf('report_cache_thread')), 'unmet', undefined],
    ['malloc’s entry', withStack(4, frames('malloc', 'start_thread')), 'unmet', 'entry-probe'],
    ['malloc’s entry, the thread without a name', withStack(4, frames('malloc', null)), 'unmet', 'entry-probe'],
    [
      'a function just entered',
      withStack(4, [
        { symbol: 'malloc_hook', offset: 0 },
        { symbol: 'start_thread', offset: 773 },
      ]),
      'unmet',
      'entry-probe',
    ],
    ['addresses', withStack(4, frames(null, null)), 'unmet', 'no-symbols'],
    ['an address in a thread: a stripped program', withStack(4, frames(null, 'start_thread')), 'unmet', 'no-symbols'],
    ['empty stacks', withStack(4, []), 'unmet', 'no-symbols'],
    ['no stacks', withStack(4, null), 'unmet', 'no-stack'],
    ['no allocation', mmaps(4), 'more', undefined],
  ])('%s', (_, evidence, state, cause) => {
    const standing = judge(facts(evidence));
    expect([standing.state, standing.cause]).toEqual([state, cause]);
    expect(unreadable(standing)).toEqual([]);
  });
  it('says what it saw instead', () => {
    expect(judge(facts(withStack(3, stackOf('report_cache_thread')))).seen).toEqual({
      seen: 'report_cache_thread',
      expected: 'memory_leak_thread',
      named: 0,
      of: 3,
    });
    expect(judge(facts(withStack(3, frames('malloc', 'start_thread')))).seen['seen']).toBe('[unknown]');
  });
  it.each(versions)(
    'in a recording of bpftrace %s with the stack at the entry, the probe is the cause',
    async (version) => {
      expect(judge(facts(await read(recording(`${version}/stack-entry.txt`))))).toMatchObject({
        state: 'unmet',
        cause: 'entry-probe',
      });
    },
  );
});
