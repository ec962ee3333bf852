import { describe, expect, test } from 'vitest';
import lesson from '../../lessons/05-trend-and-ratio/steps.ts';
import { answered, judged } from './judging.ts';

describe.each(['0.17.0', '0.23.2', '0.27.1'])('lesson 5 on output of bpftrace %s', (version) => {
  const file = (name: string) => `bpftrace/${version}/${name}.txt`;

  test('ratio passes on the leaker, and is wrong on its healthy twin: blocks come back', async () => {
    expect((await judged(lesson, 'ratio', file('ratio-leaker'))).outcome.kind).toBe('pass');
    expect((await judged(lesson, 'ratio', file('ratio-twin'))).taught).toMatchObject({
      state: 'unmet',
      cause: 'comes-back',
    });
  });

  test('trend and filter see requests alone: another size is what they are wrong on', async () => {
    expect((await judged(lesson, 'trend', file('trend'))).outcome.kind).toBe('pass');
    expect((await judged(lesson, 'trend', file('trend'), { blockBytes: 524288 })).taught).toMatchObject({
      id: 'request-rate',
      state: 'unmet',
    });
    expect((await judged(lesson, 'over-1mib', file('over-1mib'))).outcome.kind).toBe('pass');
    expect((await judged(lesson, 'over-1mib', file('over-1mib'), { blockBytes: 2097152 })).taught).toMatchObject({
      id: 'only-large',
      state: 'unmet',
    });
  });

  test('at 1 MiB every 300 ms, 2 GiB are ten minutes', async () => {
    expect((await answered(lesson, 'when-cap', file('trend'), '10.2')).kind).toBe('pass');
    expect((await answered(lesson, 'when-cap', file('trend'), '273')).kind).toBe('wrong');
  });
});
