import { afterAll, beforeAll, expect, test } from 'vitest';
import { terminal } from './terminal.ts';
import { type World, world } from './world.ts';

let w: World;
beforeAll(() => {
  w = world();
});
afterAll(() => w.end());

test('in English with ACCESSIBLE=1 the choices are numbered, the marks are words, and nothing moves', async () => {
  const t = terminal(w, ['run', '4', '--pace', 'fast'], { ACCESSIBLE: '1' });
  const choice = async (key: string) => {
    await t.sees(/Your choice \(1–\d+\):/);
    t.type(`${key}\r`);
  };
  await t.sees(/1\. begin \[n\]/);
  await choice('1');
  await t.sees(/1\. run \[r\]/);
  await choice('zzz');
  await t.sees(/“zzz” is none of them/);
  await choice('h');
  await t.sees(/Hint 1 of 3/);
  await choice('r');
  await t.sees(/Outstanding bytes under memory_leak_thread: \d+ bytes/);
  await t.sees(/Memory leak detected/);
  await t.sees(/\[PASS\] Blocks are kept that should have been given back/);
  await choice('n');
  await t.sees(/1\. answer \[a\]/);
  await choice('a');
  await t.sees(/Your answer:/);
  t.type('malloc\r');
  await t.sees(/\[FAIL\] Your answer, held against what this lab showed: you said malloc/);
  await choice('k');
  await t.sees(/by call site/i);
  await choice('q');
  await t.sees(/Your progress is saved/);
  expect((await t.exit).exitCode).toBe(0);
  // No colour, no cursor games, no marks that a screen reader stumbles over.
  expect(t.screen()).not.toMatch(/[✓✗◆◇│]/);
  expect(t.raw()).not.toContain('\x1b[');
  expect(w.processes()).toEqual([]);
});
