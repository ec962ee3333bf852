import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { lessonIds, loadLesson } from '../../runner/lesson/load.ts';
import { parsed } from './documents.ts';
import { terminal } from './terminal.ts';
import { eventually, type Sudo, type World, world } from './world.ts';

let w: World;
const as = (sudo: Sudo): World => {
  w = world(sudo);
  return w;
};
afterEach(() => w.end());

describe('as an ordinary user', () => {
  test('whose sudo asks nothing, the first command finds the leak', async () => {
    const { code, out, err } = await as('free').run([]);
    expect(err + out).toMatch(/Memory leak detected/);
    expect(code).toBe(0);
    expect(w.processes()).toEqual([]);
  });

  test('whose sudo asks nothing, every step of every lesson is verified, each control seen to be wrong', async () => {
    const { code, out, err } = await as('free').run(['verify', '--pace', 'fast', '--retry', '--json']);
    expect(code, err).toBe(0);
    const { summary, leftovers, steps } = parsed('verify', out);
    const written = (await Promise.all(lessonIds().map(loadLesson))).flatMap((lesson) =>
      lesson.steps.map((step) => `${lesson.id}/${step.id}`),
    );
    for (const lang of ['ko', 'en'])
      expect(steps.filter((s) => s.lang === lang).map((s) => `${s.lesson}/${s.step}`)).toEqual(written);
    expect(summary).toEqual({ passed: 2 * written.length, failed: 0, skipped: 0 });
    expect(
      steps.every((s) => s.control.outcome === 'wrong' && s.control.criterion !== null && s.control.events >= 3),
    ).toBe(true);
    expect(leftovers).toEqual([]);
    expect(w.processes()).toEqual([]);
  });

  test('whose sudo gives the command a terminal of its own (use_pty), the tour finds the leak', async () => {
    const { code, out, err } = await as('pty').run(['tour']);
    expect(code, out + err).toBe(0);
    expect(w.processes()).toEqual([]);
  });

  test('the runner is not root, and only the tracing command is', async () => {
    const tour = as('free').start(['tour']);
    await tour.until(/watching malloc and free/);
    const rows = w.processes().filter((p) => !/unshare|as-user/.test(p.argv));
    const uid = (pid: number) => /^Uid:\s+(\d+)/m.exec(readStatus(pid))?.[1];
    expect(rows.filter((p) => p.argv.startsWith('bpftrace')).map((p) => uid(p.pid))).toEqual(['0']);
    for (const p of rows.filter((p) => /bin\/workshop\.mjs|stealth-leaker$/.test(p.argv)))
      expect(uid(p.pid), p.argv).not.toBe('0');
    await tour.done;
  });

  test('whose sudo asks for a password is asked on the terminal, told why, and goes on', async () => {
    const t = terminal(as('password'), ['tour']);
    await t.sees(/Tracing needs root/);
    await t.sees(/password/i);
    t.type('secret\r');
    await t.sees(/Memory leak detected/);
    expect((await t.exit).exitCode).toBe(0);
    await eventually('nothing is left', () => w.processes().length === 0);
  });

  test('who types a wrong password is told that sudo refused, and nothing is left', async () => {
    const t = terminal(as('password'), ['tour']);
    for (let i = 0; i < 3; i++) {
      await t.sees(/password.*:/i);
      t.type('wrong\r');
    }
    await t.sees(/sudo refused/);
    expect((await t.exit).exitCode).toBe(4);
    await eventually('nothing is left', () => w.processes().length === 0);
  });

  test('whose sudo asks for a password, without a terminal, is told what to do', async () => {
    const { code, err } = await as('password').run([]);
    expect(err).toMatch(/sudo asks for a password, and there is no terminal/);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(4);
    expect(w.processes()).toEqual([]);
  });

  test('who may not use sudo is told so', async () => {
    const { code, err } = await as('refused').run([]);
    expect(err).toMatch(/sudo/);
    expect(code).toBe(4);
    expect(w.processes()).toEqual([]);
  });
});

const readStatus = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
};
