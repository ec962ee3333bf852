import { describe, expect, test } from 'vitest';
import lesson from '../../lessons/06-bcc-memleak/steps.ts';
import { answered, judged, reckoned, truth } from './judging.ts';

describe.each(['0.26.0', '0.31.0', '0.37.0'])('lesson 6 on output of BCC %s', (version) => {
  const old = version === '0.26.0';
  const file = (name: string) => `bcc/${version}/${name}.txt`;

  test('one-process passes on the leaker, and is wrong on its healthy twin: blocks come back', async () => {
    expect((await judged(lesson, 'one-process', file('memleak-leaker'))).outcome.kind).toBe('pass');
    const twin = await judged(lesson, 'one-process', file('memleak-twin'));
    expect(twin.outcome.kind).toBe('wrong');
    expect(twin.taught).toMatchObject({ id: 'blocks-pile-up', state: 'unmet', cause: 'comes-back' });
  });

  test('so it does with options that change what is listed', async () => {
    for (const name of [
      'memleak-older',
      'memleak-exact-size',
      'memleak-max-size',
      'memleak-addresses',
      'memleak-leaker-threshold',
    ]) {
      expect((await judged(lesson, 'one-process', file(name))).outcome.kind, name).toBe('pass');
    }
    expect((await judged(lesson, 'one-process', file('memleak-older-twin'))).outcome.kind).toBe('wrong');
  });

  test('block-by-block passes with addresses that stay, and says which kind of list has none', async () => {
    expect((await judged(lesson, 'block-by-block', file('memleak-addresses'))).taught).toMatchObject({ state: 'met' });
    expect((await judged(lesson, 'block-by-block', file('memleak-leaker'))).taught).toMatchObject({
      id: 'addresses-stay',
      state: 'unmet',
      cause: 'no-addresses',
    });
  });

  test('blocks of another size are not the ones', async () => {
    expect((await judged(lesson, 'one-process', file('memleak-half-block'))).taught).toMatchObject({
      state: 'unmet',
      cause: 'other-size',
    });
  });

  test('one list is too short', async () => {
    expect((await judged(lesson, 'one-process', file('memleak-interrupted'))).outcome.kind).toBe('not yet');
  });

  test('where tracefs is not mounted, the complaints at the end make no list of the last one', async () => {
    const { outcome, taught } = await judged(lesson, 'one-process', file('memleak-no-tracefs'));
    expect([outcome.kind, taught?.seen]).toMatchObject(['not yet', { lists: 2 }]);
  });

  test('name-it passes below the threshold, and is wrong on another function', async () => {
    expect((await judged(lesson, 'name-it', file('memleak-leaker-threshold'))).outcome.kind).toBe('pass');
    expect((await judged(lesson, 'name-it', file('memleak-other-function-threshold'))).taught).toMatchObject({
      id: 'holder',
      state: 'unmet',
      seen: { seen: 'report_cache_thread' },
    });
  });

  test('above it, BCC before 0.31 has lost the caller, and says libc', async () => {
    const { outcome, taught } = await judged(lesson, 'name-it', file('memleak-leaker'));
    expect([outcome.kind, taught?.cause]).toEqual(old ? ['wrong', 'only-mmap'] : ['pass', undefined]);
  });

  test('how-many is a page for each block of the last list that another one followed', async () => {
    const right = await reckoned(lesson, 'how-many', file('memleak-leaker-threshold'));
    expect(right).toMatchObject({ kind: 'number', tolerance: 4 });
    const last = Number(right?.value);
    for (const said of [last, last - 4])
      expect((await answered(lesson, 'how-many', file('memleak-leaker-threshold'), `${said} KiB`)).kind).toBe('pass');
    for (const said of [2, 3, last * 2, 1048576])
      expect((await answered(lesson, 'how-many', file('memleak-leaker-threshold'), String(said))).kind).toBe('wrong');
    expect(
      (await answered(lesson, 'how-many', file('memleak-twin-threshold'), String(last))).criteria[0],
    ).toMatchObject({ state: 'unmet', cause: 'too-high' });
  });

  test.each(['', '$ ', 'open(/sys/kernel/tracing/uprobe_events): No such file or directory\n'])(
    'how-many does not depend on what stands at the end: %j',
    async (end) => {
      const { evidence, subjects } = await judged(lesson, 'name-it', file('memleak-leaker-threshold'), {}, end);
      const step = lesson.steps.find((s) => s.id === 'how-many');
      expect(step?.kind === 'question' && step.reckon(evidence, truth, subjects)).toEqual(
        await reckoned(lesson, 'how-many', file('memleak-leaker-threshold')),
      );
    },
  );

  test('whole-system shows the kernel’s stacks, and a process its own', async () => {
    expect((await judged(lesson, 'whole-system', file('memleak-system-s'))).outcome.kind).toBe('pass');
    expect((await judged(lesson, 'whole-system', file('memleak-system'))).outcome.kind).toBe('pass');
    expect((await judged(lesson, 'whole-system', file('memleak-leaker'))).taught).toMatchObject({
      id: 'kernel-stacks',
      state: 'unmet',
      cause: 'user-stacks',
    });
  });

  test.each([
    ['fail-dead-pid', 'wrong'],
    ['fail-no-object', 'wrong'],
    ['fail-bad-option', 'wrong'],
    ['fail-no-headers', 'blocked'],
    ['fail-build-only', 'blocked'],
    ['fail-no-python', 'blocked'],
    ['fail-not-root', 'blocked'],
    ['fail-system-no-tracefs', 'blocked'],
  ])('%s is %s', async (name, kind) => {
    expect((await judged(lesson, 'one-process', file(name))).outcome.kind).toBe(kind);
  });
});

describe.each(['0.31.0', '0.37.0'])('lesson 6 on output of libbpf-tools %s', (version) => {
  const file = (name: string) => `bcc/${version}/memleak-libbpf-${name}.txt`;
  test('its list says the same, where it says which process it is of', async () => {
    expect((await judged(lesson, 'one-process', file('leaker'))).taught).toMatchObject({ state: 'met' });
    expect((await judged(lesson, 'one-process', file('leaker'))).outcome.kind).toBe(
      version === '0.31.0' ? 'not yet' : 'pass',
    );
    expect((await judged(lesson, 'one-process', file('twin'))).taught).toMatchObject({
      state: 'unmet',
      cause: 'comes-back',
    });
    expect((await judged(lesson, 'whole-system', file('system'))).outcome.kind).toBe('pass');
  });
});

describe.each(['debian-12', 'debian-13'])('lesson 6 on output of %s', (set) => {
  test('two-pids: a process in a pid namespace of its own has two, any other one', async () => {
    expect((await judged(lesson, 'two-pids', `system/${set}/two-pids.txt`)).outcome.kind).toBe('pass');
    expect((await judged(lesson, 'two-pids', `system/${set}/two-pids-control.txt`)).taught).toMatchObject({
      state: 'unmet',
      cause: 'one-namespace',
    });
  });
});
