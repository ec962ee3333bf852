import { describe, expect, test } from 'vitest';
import lesson from '../../lessons/03-bpftrace-calls/steps.ts';
import { answered, judged, reckoned } from './judging.ts';

describe.each(['0.17.0', '0.23.2', '0.27.1'])('lesson 3 on output of bpftrace %s', (version) => {
  const file = (name: string) => `bpftrace/${version}/${name}.txt`;

  test.each(['mmap-calls', 'malloc-calls', 'who-calls'])('%s passes on the leaker', async (step) => {
    expect((await judged(lesson, step, file(step === 'who-calls' ? 'malloc-stacks' : step))).outcome.kind).toBe('pass');
  });

  test('each is wrong on what it teaches where the workload is another', async () => {
    expect((await judged(lesson, 'mmap-calls', file('mmap-calls'), { blockBytes: 524288 })).taught).toMatchObject({
      id: 'block-size-mmap',
      state: 'unmet',
    });
    expect((await judged(lesson, 'malloc-calls', file('malloc-calls'), { periodMs: 900 })).taught).toMatchObject({
      id: 'period',
      state: 'unmet',
    });
    expect(
      (await judged(lesson, 'who-calls', file('malloc-stacks'), { function: 'report_cache_thread' })).taught,
    ).toMatchObject({ id: 'call-site', state: 'unmet' });
  });

  test('the stack at malloc’s entry, which the starter takes, is named as just that', async () => {
    expect((await judged(lesson, 'who-calls', file('stack-entry'))).taught).toMatchObject({
      state: 'unmet',
      cause: 'entry-probe',
    });
  });

  test('a mapping of 1 MiB is 257 pages', async () => {
    expect(await reckoned(lesson, 'pages', file('mmap-calls'))).toMatchObject({
      kind: 'number',
      value: 257,
      tolerance: 0,
    });
    expect((await answered(lesson, 'pages', file('mmap-calls'), '256')).kind).toBe('wrong');
  });

  test('one MiB every 300 ms is 200 a minute', async () => {
    expect((await answered(lesson, 'per-minute', file('malloc-calls'), '200')).kind).toBe('pass');
    expect((await answered(lesson, 'per-minute', file('malloc-calls'), '7.5')).kind).toBe('wrong');
  });
});
