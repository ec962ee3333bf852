import { describe, expect, test } from 'vitest';
import lesson from '../../lessons/07-bcc-mallocstacks/steps.ts';
import { answered, judged, reckoned } from './judging.ts';

describe.each(['0.26.0', '0.31.0', '0.37.0'])('lesson 7 on output of mallocstacks on BCC %s', (version) => {
  const file = (name: string) => `bcc/${version}/${name}`;

  test.each([
    'mallocstacks-leaker.txt',
    'mallocstacks-leaker.json',
    'mallocstacks-interrupted.txt',
    'mallocstacks-target-dies.json',
  ])('both steps pass on %s', async (name) => {
    expect((await judged(lesson, 'by-stack', file(name))).outcome.kind).toBe('pass');
    expect((await judged(lesson, 'by-size', file(name))).outcome.kind).toBe('pass');
  });

  test('by-stack is wrong on another function', async () => {
    const { outcome, taught } = await judged(lesson, 'by-stack', file('mallocstacks-other-function.txt'));
    expect(outcome.kind).toBe('wrong');
    expect(taught).toMatchObject({ id: 'asks-from', state: 'unmet', seen: { seen: 'report_cache_thread' } });
  });

  test('by-size is wrong on larger blocks, which pass the filter as well', async () => {
    const { outcome, taught } = await judged(lesson, 'by-size', file('mallocstacks-double-block.txt'));
    expect(outcome.kind).toBe('wrong');
    expect(taught).toMatchObject({ id: 'asks-size', state: 'unmet', seen: { seen: 2097152, expected: 1048576 } });
  });

  test('requests alone: the healthy twin asks for the same', async () => {
    for (const step of ['by-stack', 'by-size'])
      expect((await judged(lesson, step, file('mallocstacks-twin.txt'))).outcome.kind).toBe('pass');
  });

  test.each(['txt', 'json'])(
    'what an hour would add is reckoned from what was asked for, and when: %s',
    async (form) => {
      // 1 MiB each 300 ms, at the pace that recordings were made at.
      expect(await reckoned(lesson, 'if-kept', file(`mallocstacks-leaker.${form}`))).toMatchObject({
        value: expect.closeTo(12_000, -3.2),
      });
      for (const answer of ['12000', '12,000 MiB', '11500'])
        expect((await answered(lesson, 'if-kept', file(`mallocstacks-leaker.${form}`), answer)).kind).toBe('pass');
      // What the checks above have printed, at the pace of the service's manual, and of twice the size.
      for (const answer of ['1', '16', '1024', '1048576', '450', '24000'])
        expect((await answered(lesson, 'if-kept', file(`mallocstacks-leaker.${form}`), answer)).kind).toBe('wrong');
      expect(await reckoned(lesson, 'if-kept', file(`mallocstacks-nothing.${form}`))).toBeNull();
    },
  );
  test('an hour of larger blocks is another number', async () => {
    expect(
      (await answered(lesson, 'if-kept', file('mallocstacks-double-block.txt'), '12000')).criteria[0],
    ).toMatchObject({ state: 'unmet', cause: 'too-low' });
  });

  test.each([
    ['mallocstacks-nothing.txt', 'not yet'],
    ['mallocstacks-nothing.json', 'not yet'],
    ['fail-mallocstacks-dead-pid.txt', 'wrong'],
    ['fail-mallocstacks-bad-option.txt', 'wrong'],
    ['fail-mallocstacks-not-root.txt', 'blocked'],
    ['fail-mallocstacks-no-python.txt', 'blocked'],
    ['fail-mallocstacks-no-headers.txt', 'blocked'],
  ])('%s is %s', async (name, kind) => {
    expect((await judged(lesson, 'by-stack', file(name))).outcome.kind).toBe(kind);
  });
});
