import { ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { capture, spawn } from '../../runner/exec.ts';
import { bin, reading, textOf } from './fixtures.ts';

afterEach(() => vi.restoreAllMocks());

describe('input', () => {
  it.each(['', 'one line\n', 'no end', '$(id) \' " \\ 한글\0'])('%j is all that a program reads', async (input) => {
    expect(await capture(['cat'], { input })).toEqual({
      text: input,
      code: 0,
      signal: null,
      timedOut: false,
      error: null,
    });
  });
  it('of megabytes arrives whole', async () => {
    const running = spawn(['wc', '-c'], { input: 'x'.repeat(5_000_000) });
    expect((await textOf(running)).trim()).toBe('5000000');
  });
  it('that a program does not read is no fault', async () => {
    expect(await capture(['sh', '-c', 'exit 3'], { input: 'x'.repeat(5_000_000) })).toMatchObject({
      code: 3,
      error: null,
    });
  });
  it('for a program that is not there is no fault either', async () => {
    expect(await capture([bin('nowhere')], { input: 'x' })).toMatchObject({ code: null, error: 'ENOENT' });
  });
});

describe('stop, of a program that is told by its stdin', () => {
  /** Ends at the end of its input; says so when a signal comes first. */
  const listening = ['sh', '-c', 'trap "echo signalled" INT TERM; echo ready; cat >/dev/null; echo hung up; exit 3'];

  it('hangs up and lets it end by itself, with its last words', async () => {
    const kill = vi.spyOn(ChildProcess.prototype, 'kill');
    const running = spawn(listening, { hangUpMs: 30_000 });
    const { until, rest } = reading(running);
    await until(/ready/);
    await running.stop();
    expect(await rest).toBe('ready\nhung up\n');
    expect(await running.ended).toEqual({ code: 3, signal: null, timedOut: false, error: null });
    expect(kill).not.toHaveBeenCalled();
  });
  it('goes on to ask with SIGINT where that is not heard', async () => {
    const running = spawn([bin('until-interrupted')], { hangUpMs: 100 });
    const { until, rest } = reading(running);
    await until(/ready/);
    await running.stop();
    expect(await rest).toBe('ready\ndetached\n');
    expect(await running.ended).toMatchObject({ code: 0, signal: null });
  });
  it('is the same on an abort, and when the time is up', async () => {
    const abort = new AbortController();
    const running = spawn(listening, { hangUpMs: 30_000, signal: abort.signal });
    await reading(running).until(/ready/);
    abort.abort();
    expect(await running.ended).toEqual({ code: 3, signal: null, timedOut: false, error: null });
    const late = spawn(listening, { hangUpMs: 30_000, timeoutMs: 200 });
    expect(await textOf(late)).toMatch(/hung up\n$/);
    expect(await late.ended).toEqual({ code: 3, signal: null, timedOut: true, error: null });
  });
});
