import { ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { spawn } from '../../runner/exec.ts';
import { bin, reading, textOf } from './fixtures.ts';

afterEach(() => vi.restoreAllMocks());

describe('how a program ended', () => {
  it.each([
    ['its exit code', ['sh', '-c', 'exit 7'], { code: 7, signal: null, timedOut: false, error: null }],
    [
      'the signal that ended it',
      ['sh', '-c', 'kill -TERM $$'],
      { code: null, signal: 'SIGTERM', timedOut: false, error: null },
    ],
    ['that there is none', [bin('nowhere')], { code: null, signal: null, timedOut: false, error: 'ENOENT' }],
    ['that it is no program', [import.meta.filename], { code: null, signal: null, timedOut: false, error: 'EACCES' }],
    [
      'that its arguments are too long',
      ['true', 'x'.repeat(200_000)],
      { code: null, signal: null, timedOut: false, error: 'E2BIG' },
    ],
  ])('is %s', async (_, argv, ending) => {
    const running = spawn(argv);
    expect(await textOf(running)).toBe('');
    expect(await running.ended).toEqual(ending);
  });

  it('is ENOENT where the folder to run in is gone', async () => {
    expect(await spawn(['true'], { cwd: bin('nowhere') }).ended).toMatchObject({ code: null, error: 'ENOENT' });
  });

  it('is the time that was up, however it then ends', async () => {
    const running = spawn([bin('until-interrupted')], { timeoutMs: 300 });
    expect(await textOf(running)).toMatch(/detached\n$/);
    expect(await running.ended).toEqual({ code: 0, signal: null, timedOut: true, error: null });
  });
});

describe('stop', () => {
  it('asks with SIGINT, so that a tracer detaches and its last words are heard', async () => {
    const running = spawn([bin('until-interrupted')]);
    const { until, rest } = reading(running);
    await until(/ready/);
    await running.stop();
    expect(await rest).toBe('ready\ndetached\n');
    expect(await running.ended).toMatchObject({ code: 0, signal: null, timedOut: false });
  });

  it.each([
    ['SIGTERM', ['INT'], 'got INT\n'],
    ['SIGKILL', ['INT', 'TERM'], 'got INT\ngot TERM\n'],
  ])('insists with %s', async (signal, ignored, said) => {
    const running = spawn([bin('stubborn'), ...ignored]);
    const { until, rest } = reading(running);
    const ready = await until(/ready \d+\n/);
    await running.stop();
    expect(await running.ended).toMatchObject({ code: null, signal });
    expect((await rest).slice(ready.length)).toBe(said);
  });

  it('can be asked twice, and after the end', async () => {
    const running = spawn([bin('until-interrupted')]);
    await reading(running).until(/ready/);
    await Promise.all([running.stop(), running.stop()]);
    await running.stop();
    expect(await running.ended).toMatchObject({ code: 0 });
  });

  it('closes stdin for a program that takes no signal from us, and waits for its end', async () => {
    vi.spyOn(ChildProcess.prototype, 'kill').mockImplementation(function (this: ChildProcess) {
      this.emit('error', Object.assign(new Error('kill EPERM'), { code: 'EPERM' }));
      return false;
    });
    const running = spawn(['sh', '-c', 'echo ready; cat >/dev/null; echo detached; exit 3']);
    const { until, rest } = reading(running);
    await until(/ready/);
    await running.stop();
    expect(await running.ended).toEqual({ code: 3, signal: null, timedOut: false, error: null });
    expect(await rest).toBe('ready\ndetached\n');
  });
});

describe('an abort', () => {
  it('stops what runs', async () => {
    const abort = new AbortController();
    const running = spawn([bin('until-interrupted')], { signal: abort.signal });
    const { until, rest } = reading(running);
    await until(/ready/);
    abort.abort();
    expect(await running.ended).toMatchObject({ code: 0, signal: null, timedOut: false });
    expect(await rest).toMatch(/detached/);
  });

  it('that came before stops it at once', async () => {
    expect(await spawn(['sleep', '60'], { signal: AbortSignal.abort() }).ended).toMatchObject({
      code: null,
      signal: 'SIGINT',
    });
  });
});
