import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTimeOf } from '../../runner/process.ts';
import { lock } from '../../runner/journal/lock.ts';
import { names, noDisk, put, state } from './state.ts';

const LOCK = 'session.lock';
/** Who has it, by pid, and since when they live. */
const held = () =>
  readdirSync(state(LOCK)).map((pid) => ({
    pid: Number(pid),
    startTime: readFileSync(state(join(LOCK, pid)), 'utf8'),
  }));
const mine = { pid: process.pid, startTime: startTimeOf(process.pid) };
const theirs = { pid: process.ppid, startTime: startTimeOf(process.ppid) };
const other = () => put(`${LOCK}/${theirs.pid}`, theirs.startTime ?? '');

describe('the lock', () => {
  it('is held until it is released, and leaves nothing', () => {
    const release = lock();
    expect(held()).toEqual([mine]);
    expect(names()).toEqual([LOCK]);
    release();
    expect(names()).toEqual([]);
    lock()();
    expect(names()).toEqual([]);
  });

  it('a second session is told who has it, and changes nothing', () => {
    other();
    expect(() => lock()).toThrow(
      expect.objectContaining({ errorName: 'session.locked', exit: 4, values: { pid: String(process.ppid) } }),
    );
    expect(held()).toEqual([theirs]);
    expect(names()).toEqual([LOCK]);
  });

  it('a second session of the same process is no exception', () => {
    const release = lock();
    expect(() => lock()).toThrow(expect.objectContaining({ errorName: 'session.locked' }));
    release();
    expect(names()).toEqual([]);
  });

  it.each([
    ['of a process that is gone', `${LOCK}/${2 ** 22 + 1}`, '1'],
    ['of a pid that another process has by now', `${LOCK}/${process.ppid}`, '1'],
    ['of our own pid, as an earlier process had it', `${LOCK}/${process.pid}`, '1'],
    ['without a start time', `${LOCK}/${process.ppid}`, ''],
    ['of nobody', `${LOCK}/nobody`, '1'],
    ['as an earlier version wrote it', LOCK, JSON.stringify(theirs)],
    ['of no bytes', LOCK, ''],
  ])('%s is taken over', (_, file, text) => {
    put(file, text);
    const release = lock();
    expect(held()).toEqual([mine]);
    release();
    expect(names()).toEqual([]);
  });

  it('while another takes it over is not ours', () => {
    put(`${LOCK}/${2 ** 22 + 1}`, '1');
    put(`${LOCK}.takeover/now`, '');
    expect(() => lock()).toThrow(expect.objectContaining({ errorName: 'session.locked', values: { pid: '?' } }));
    expect(existsSync(state(`${LOCK}.takeover`))).toBe(true);
  });

  it('is not released for whoever took it over', () => {
    const release = lock();
    other();
    rmSync(state(`${LOCK}/${process.pid}`));
    release();
    expect(held()).toEqual([theirs]);
  });

  it('on a disk that takes nothing is said plainly', () => {
    noDisk();
    expect(() => lock()).toThrow(expect.objectContaining({ errorName: 'session.disk' }));
  });
});
