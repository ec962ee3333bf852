import { afterAll, beforeAll, expect, test } from 'vitest';
import { parsed } from './documents.ts';
import { type World, world } from './world.ts';

let w: World;
beforeAll(() => {
  w = world();
});
afterAll(() => w.end());

test('without a terminal the first command finds the leak for real and exits 0', async () => {
  const { code, out, err } = await w.run([]);
  expect(err).not.toMatch(/Error|error:/);
  expect(out).toMatch(/"status":\s*"healthy"/);
  expect(out).toMatch(/Memory leak detected/);
  expect(out).toMatch(/Most common size\s+1048576 bytes/);
  expect(out).toMatch(/Stack\s+memory_leak_thread\+0x/);
  expect(out).toMatch(/npm run workshop\s*$/);
  expect(code).toBe(0);
  expect(w.processes()).toEqual([]);
});

test('in Korean the tour tells the same', async () => {
  const { code, out, err } = await w.run(['tour', '--lang', 'ko', '--json']);
  expect(code).toBe(0);
  // The document alone is on stdout, and the story beside it.
  expect(parsed('tour', out).verdict.answer).toBe('leak');
  expect(err).toMatch(/memory_leak_thread/);
  expect(err).not.toMatch(/Memory leak detected/);
  expect(w.processes()).toEqual([]);
});
