import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startTimeOf } from '../../runner/process.ts';
import { lock } from '../../runner/journal/lock.ts';
import { names, noDisk, put, state } from './state.ts';

const FILE = 'session.lock';
const held = () => JSON.parse(readFileSync(state(FILE), 'utf8')) as { pid: number; startTime: string };
const mine = { pid: process.pid, startTime: startTimeOf(process.pid) };
const other = (more: object = {}) =>
  put(FILE, JSON.stringify({ pid: process.ppid, startTime: startTimeOf(process.ppid), ...more }));

describe('the lock', () => {
  it('is held until it is released, and leaves nothing', () => {
    const release = lock();
    expect(held()).toEqual(mine);
    expect(names()).toEqual([FILE]);
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
    expect(held().pid).toBe(process.ppid);
    expect(names()).toEqual([FILE]);
  });

  it('a second session of the same process is no exception', () => {
    const release = lock();
    expect(() => lock()).toThrow(expect.objectContaining({ errorName: 'session.locked' }));
    release();
    expect(names()).toEqual([]);
  });

  it.each([
    ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, startTime: '1' })],
    ['of a pid that another process has by now', JSON.stringify({ pid: process.ppid, startTime: '1' })],
    ['of our own pid, as an earlier process had it', JSON.stringify({ pid: process.pid, startTime: '1' })],
    ['without a start time', JSON.stringify({ pid: process.ppid })],
    ['of no bytes', ''],
    ['cut off', '{"pid":1'],
    ['of something else', 'null'],
  ])('%s is taken over', (_, text) => {
    put(FILE, text);
    const release = lock();
    expect(held()).toEqual(mine);
    release();
    expect(names()).toEqual([]);
  });

  it('is not released for whoever took it over', () => {
    const release = lock();
    other();
    release();
    expect(held().pid).toBe(process.ppid);
  });

  it('on a disk that takes nothing is said plainly', () => {
    noDisk();
    expect(() => lock()).toThrow(expect.objectContaining({ errorName: 'session.disk' }));
  });
});
