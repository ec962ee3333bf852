import { describe, expect, it } from 'vitest';
import { capture, handOver, spawn } from '../../runner/exec.ts';
import { innermostClaim } from '../../runner/interrupts.ts';
import { bin, textOf } from './fixtures.ts';

describe('argv', () => {
  it.each([
    '$(touch /tmp/owned)',
    '`id`',
    '; exit 9',
    '&& exit 9',
    '| cat',
    '> /dev/null',
    '*',
    '~',
    "'; exit 9; '",
    '"',
    '\\',
    '\n',
    '-e',
    '',
    '두 낱말',
    '\x1b[31m',
    '$HOME',
    '#',
  ])('%j arrives as it is', async (word) => {
    const running = spawn(['printf', '%s|', word, 'end']);
    expect(await textOf(running)).toBe(`${word}|end|`);
    expect((await running.ended).code).toBe(0);
  });

  it('with spaces in the name of a program starts that program', async () => {
    expect(await spawn(['true; echo owned']).ended).toMatchObject({ error: 'ENOENT' });
  });
});

describe('capture', () => {
  it('gives what was printed with how it ended', async () => {
    expect(await capture(['sh', '-c', 'echo "$WHO"; exit 4'], { env: { WHO: '학습자' } })).toEqual({
      text: '학습자\n',
      code: 4,
      signal: null,
      timedOut: false,
      error: null,
    });
  });
  it('keeps letters whole, wherever a chunk ends', async () => {
    expect(
      (await capture(['sh', '-c', 'printf "\\355"; sleep 0.1; printf "\\225"; sleep 0.1; printf "\\234"'])).text,
    ).toBe('한');
  });
  it('keeps about a megabyte of 100, and hears the program out', async () => {
    const { text, code } = await capture([bin('flood')]);
    expect(text.length).toBeGreaterThanOrEqual(1_000_000);
    expect(text.length).toBeLessThan(1_100_000);
    expect(code).toBe(0);
  });
  it('of a program that is not there is its error', async () => {
    expect(await capture([bin('nowhere')])).toMatchObject({ text: '', code: null, error: 'ENOENT' });
  });
});

describe('handOver', () => {
  it('resolves to the exit code, 127 where there is no such program', async () => {
    expect(await handOver(['sh', '-c', 'exit 7'])).toBe(7);
    expect(await handOver([bin('nowhere')])).toBe(127);
  });
  it('passes environment and folder on', async () => {
    expect(await handOver(['sh', '-c', '[ "$A" = b ] && [ "$PWD" = / ]'], { env: { A: 'b' }, cwd: '/' })).toBe(0);
  });
  it('takes Ctrl-C while it lasts', async () => {
    expect(innermostClaim()).toBeUndefined();
    const over = handOver(['sh', '-c', 'exit 0']);
    expect(innermostClaim()).toBeTypeOf('function');
    await over;
    expect(innermostClaim()).toBeUndefined();
  });
});
