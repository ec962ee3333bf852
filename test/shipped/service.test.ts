import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { alive } from '../../runner/process.ts';
import { asking, isBad, program } from '../../runner/shipped/service.ts';
import { startTimeOf } from '../../runner/process.ts';

const LOAD = { perSecond: 200, oneIn: 4 };

describe('the load', () => {
  it('has three good requests before each bad one', () => {
    expect(Array.from({ length: 9 }, (_, n) => isBad(n, LOAD))).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0].map(Boolean));
  });
  it('keeps its pace and its share, and stops when it is told to', async () => {
    const asked = asking(LOAD, { good: async () => {}, bad: async () => {} });
    await wait(500);
    await asked.end();
    const { good, bad } = asked.counts();
    expect(good + bad).toBeGreaterThan(50);
    expect(good + bad).toBeLessThan(110);
    expect(Math.abs(good - 3 * bad)).toBeLessThanOrEqual(3);
    await wait(50);
    expect(asked.counts()).toEqual({ good, bad });
  });
  it('that fails tells whoever ends it', async () => {
    const asked = asking(LOAD, { good: async () => {}, bad: () => Promise.reject(new Error('it took it')) });
    await wait(100);
    expect(asked.counts().bad).toBe(0);
    await expect(asked.end()).rejects.toThrow('it took it');
  });
});

describe('a program', () => {
  it('is heard, has the pid of what was asked for, and is gone at the end', async () => {
    const running = await program(['sh', '-c', 'echo up; echo $$; exec sleep 60']);
    await running.said(/^up$/m);
    await running.said(new RegExp(`^${running.pid}$`, 'm'));
    const id = { pid: running.pid, startTime: startTimeOf(running.pid) ?? '' };
    expect([running.lives(), alive(id)]).toEqual([true, true]);
    await running.end();
    expect([running.lives(), alive(id)]).toEqual([false, false]);
  });
  it('that ends before it is ready is an error with what it said', async () => {
    const running = await program(['sh', '-c', 'echo cannot bind >&2; exit 1']);
    await expect(running.said(/ready/)).rejects.toMatchObject({
      errorName: 'lab.start-failed',
      values: { detail: 'cannot bind' },
    });
    await running.end();
  });
  it('that takes no notice of SIGTERM is ended all the same', async () => {
    const running = await program(['sh', '-c', 'trap "" TERM; echo up; while :; do sleep 0.1; done']);
    await running.said(/up/);
    await running.end();
    expect(running.lives()).toBe(false);
  }, 20_000);
});
