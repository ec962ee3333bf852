import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assertOwn, assertWritable, diskError, makeDirs } from '../runner/disk.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-disk-'));
  vi.stubEnv('XDG_STATE_HOME', join(dir, 'state'));
  vi.stubEnv('XDG_CACHE_HOME', join(dir, 'cache'));
  vi.stubEnv('TMPDIR', dir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

const failing = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
};

it('folders are made, and made again, and one that the kernel refuses is an error at once', () => {
  makeDirs(join(dir, 'a/b/c'));
  makeDirs(join(dir, 'a/b/c'));
  expect(failing(() => makeDirs('/proc/nope/below'))).toMatchObject({ code: 'ENOENT', path: '/proc/nope' });
  writeFileSync(join(dir, 'file'), '');
  expect(failing(() => makeDirs(join(dir, 'file/below')))).toMatchObject({
    code: expect.stringMatching(/EEXIST|ENOTDIR/),
  });
});

describe('where nothing can be written', () => {
  it.each(['XDG_STATE_HOME', 'XDG_CACHE_HOME', 'TMPDIR'])('%s is named', (variable) => {
    assertWritable();
    vi.stubEnv(variable, '/proc/nope');
    expect(failing(assertWritable)).toMatchObject({ errorName: 'session.disk', exit: 4, values: { variable } });
  });

  it('a folder for what is short-lived is never made', () => {
    vi.stubEnv('TMPDIR', join(dir, 'none'));
    expect(failing(assertWritable)).toMatchObject({ errorName: 'session.disk', values: { variable: 'TMPDIR' } });
  });

  it('an error says which place it was, and any other stays what it is', () => {
    const state = join(dir, 'state/ebpf-workshop');
    expect(diskError(failing(() => writeFileSync(join(state, 'x'), '')))).toMatchObject({
      errorName: 'session.disk',
      values: { dir: state, variable: 'XDG_STATE_HOME' },
    });
    expect(diskError(failing(() => writeFileSync('/proc/nope/x', '')))).toBeNull();
    expect(diskError(failing(() => writeSync(-1, 'x')))).toBeNull();
    expect(diskError(new Error('ENOSPC'))).toBeNull();
    expect(diskError('ENOSPC')).toBeNull();
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    expect(diskError(full)).toMatchObject({ errorName: 'session.disk', values: { variable: 'XDG_STATE_HOME' } });
  });
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  it('a folder below another user’s is refused, a link of theirs to one of ours too', () => {
    assertOwn();
    const theirs = join(dir, 'home');
    mkdirSync(join(theirs, '.local/state'), { recursive: true });
    chownSync(theirs, 1234, 1234);
    vi.stubEnv('XDG_STATE_HOME', join(theirs, '.local/state'));
    expect(failing(assertOwn)).toMatchObject({
      errorName: 'session.not-own',
      values: { at: theirs, uid: '1234', variable: 'XDG_STATE_HOME' },
    });
    const link = join(dir, 'link');
    mkdirSync(join(dir, 'ours'));
    symlinkSync(join(dir, 'ours'), link);
    vi.stubEnv('XDG_STATE_HOME', link);
    assertOwn();
    symlinkSync(join(dir, 'ours'), join(theirs, 'link'));
    vi.stubEnv('XDG_STATE_HOME', join(theirs, 'link'));
    expect(failing(assertOwn)).toMatchObject({ errorName: 'session.not-own', values: { at: theirs } });
  });
});
