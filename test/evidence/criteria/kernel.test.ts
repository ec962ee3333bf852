import { describe, expect, it } from 'vitest';
import { hasCapabilities, hasFeature, probedAt, probesLibc } from '../../../runner/evidence/criteria/kernel.ts';
import { holds } from '../../property.ts';
import { absurd } from '../absurd.ts';
import { claim, counter, facts, notice, subjects, unreadable } from '../simulate.ts';

const every = { hasFeature: hasFeature('btf'), hasCapabilities: hasCapabilities(), probesLibc: probesLibc() };

describe.each(Object.entries(every))('%s', (_, { judge, id }) => {
  it('has a permanent id', () => {
    expect(id).toMatch(/^[a-z-]+$/);
  });
  it('wants more of nothing, and of what says nothing', () => {
    for (const evidence of [[], [notice('tool-missing')], [claim('kernel', '6.18.44')]])
      expect(judge(facts(evidence)).state).toBe('more');
  });
  it(
    'bears absurd evidence',
    holds(absurd, (evidence) => {
      expect(unreadable(judge(facts(evidence)))).toEqual([]);
    }),
  );
});

describe('a feature', () => {
  const { judge } = hasFeature('btf');
  it('is there once the machine lists it', () => {
    expect(judge(facts([claim('kernel', '6.18.44'), claim('feature', 'btf'), claim('missing', 'uprobe')]))).toEqual({
      state: 'met',
      seen: { seen: 'btf' },
    });
  });
  it('is not there where it was looked for, or where another was found', () => {
    for (const evidence of [[claim('missing', 'btf')], [claim('feature', 'uprobe')]])
      expect(judge(facts(evidence))).toMatchObject({ state: 'unmet', seen: { expected: 'btf' } });
  });
  it('of another name is another', () => {
    expect(hasFeature('uprobe').id).not.toBe(hasFeature('btf').id);
  });
});

describe('capabilities', () => {
  const { judge } = hasCapabilities();
  const withBits = (...bits: number[]) =>
    judge(
      facts([
        claim('CapBnd', '000001ffffffffff'),
        claim(
          'CapEff',
          bits
            .reduce((n, bit) => n | (1n << BigInt(bit)), 0n)
            .toString(16)
            .padStart(16, '0'),
        ),
      ]),
    );

  it.each([
    ['all of root’s', '000001ffffffffff', 'CAP_SYS_ADMIN CAP_PERFMON CAP_BPF'],
    ['root’s, one dropped', '000001fffeffffff', 'CAP_SYS_ADMIN CAP_PERFMON CAP_BPF'],
    ['root’s before 5.8', '0000003fffffffff', 'CAP_SYS_ADMIN'],
  ])('%s are enough', (_, effective, seen) => {
    expect(judge(facts([claim('CapEff', effective)]))).toEqual({ state: 'met', seen: { seen } });
  });
  it('CAP_BPF and CAP_PERFMON are enough together, one alone is not', () => {
    expect(withBits(38, 39).state).toBe('met');
    for (const bit of [38, 39]) expect(withBits(bit).state).toBe('unmet');
  });
  it('none, or a container’s, are not enough: what could be had does not count', () => {
    expect(withBits()).toMatchObject({
      state: 'unmet',
      seen: { seen: 'CapEff 0000000000000000', expected: 'CAP_SYS_ADMIN CAP_PERFMON CAP_BPF' },
    });
    expect(judge(facts([claim('CapPrm', '000001ffffffffff'), claim('CapEff', '00000000a80425fb')])).state).toBe(
      'unmet',
    );
  });
  it('count as they are at last', () => {
    expect(judge(facts([claim('CapEff', '000001ffffffffff'), claim('CapEff', '0000000000000000')])).state).toBe(
      'unmet',
    );
    expect(judge(facts([claim('CapEff', '0000000000000000'), claim('CapEff', '000001ffffffffff')])).state).toBe('met');
  });
});

describe('probes', () => {
  const { judge } = probesLibc();
  const libc = subjects.libc;
  const program = `/proc/${subjects.pid}/exe`;
  it.each([
    ['by its path under /proc', [counter('uprobe', 624_096, null, libc)], 1],
    ['at the return', [counter('uretprobe', 624_096, null, libc)], 1],
    [
      'by the path that the target itself sees',
      [counter('uprobe', 624_096, null, '/usr/lib/x86_64-linux-gnu/libc.so.6')],
      1,
    ],
    [
      'beside those of others',
      [
        counter('uprobe', 8, null, '/usr/bin/bash'),
        counter('uprobe', 1, null, libc),
        counter('uretprobe', 1, null, libc),
      ],
      2,
    ],
  ])('on the libc, %s', (_, evidence, probes) => {
    expect(judge(facts(evidence))).toMatchObject({ state: 'met', seen: { probes } });
  });
  it.each([
    program,
    '/usr/lib/x86_64-linux-gnu/libc-2.so.6',
    'libc.so.6',
    '/proc/1/root/usr/lib/x86_64-linux-gnu/libc.so.6',
    '',
    '/',
  ])('on %j are on another file', (file) => {
    expect(judge(facts([counter('uprobe', 4624, null, file)]))).toEqual({
      state: 'unmet',
      seen: { seen: file, expected: libc },
      cause: 'other-file',
    });
  });
  it('are at an offset: that of the last on an entry of the libc', () => {
    expect(probedAt([], subjects)).toBeNull();
    expect(probedAt([counter('uretprobe', 5, null, libc), counter('uprobe', 5, null, program)], subjects)).toBeNull();
    expect(
      probedAt(
        [
          counter('uprobe', 4, null, libc),
          counter('uprobe', 5, null, libc),
          counter('uretprobe', 6, null, libc),
          counter('uprobe', 7, null, program),
        ],
        subjects,
      ),
    ).toBe(5);
  });
});
