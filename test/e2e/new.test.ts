import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parsed } from './documents.ts';
import { copyCheckout, root, type World, world } from './world.ts';

let w: World;
let copy: string;
beforeAll(() => {
  w = world();
  copy = copyCheckout(join(w.dir, 'copy'));
});
afterAll(() => w.end());

const workshop = (...args: string[]) => {
  const done = spawnSync(process.execPath, [join(copy, 'bin/workshop.mjs'), ...args], {
    env: w.env,
    cwd: copy,
    encoding: 'utf8',
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
};
const ID = '77-my-lesson';

test('a new lesson is in order for lint and for the house, in both languages', () => {
  const { code, out, err } = workshop('new', ID, '--json');
  expect(code, err).toBe(0);
  expect(parsed('new', out).lesson).toBe(ID);
  expect(workshop('lint')).toMatchObject({ code: 0, out: expect.stringContaining('in order, in both languages') });
  expect(workshop('list').out).toContain('77 My lesson');
  for (const tests of ['lessons', 'fixtures'])
    if (tests === 'fixtures') symlinkSync(join(root, 'test/fixtures'), join(copy, 'test/fixtures'));
  const judging = 'test/lessons/judging.ts';
  writeFileSync(join(copy, judging), readFileSync(join(root, judging)));
  const files = [`lessons/${ID}`, `test/lessons/${ID}.test.ts`];
  execFileSync('node_modules/.bin/biome', ['check', '--vcs-enabled=false', ...files], { cwd: copy, stdio: 'pipe' });
  execFileSync('node_modules/.bin/tsc', ['-p', '.', '--incremental', 'false'], { cwd: copy, stdio: 'pipe' });
});

test('its verification fails until it is written, and says what is not', () => {
  const { code, out, err } = workshop('verify', '77', '--pace', 'fast', '--json');
  expect(code).toBe(1);
  expect(parsed('verify', out).summary).toEqual({ passed: 0, failed: 2, skipped: 0 });
  expect(err).toContain('1 step, each judged in Korean and in English: 0 passed, 2 failed');
  expect(err).toContain('not yet: say it in the `expect` of this step');
});

test('written as CONTRIBUTING says, it passes', () => {
  const [, block = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')) ?? [];
  const steps = block.replaceAll(/^ {3}/gm, '').replace(/id: '\d\d-my-lesson'/, `id: '${ID}'`);
  expect(steps).toContain(ID);
  writeFileSync(join(copy, `lessons/${ID}/steps.ts`), steps);
  expect(workshop('lint')).toMatchObject({ code: 0 });
  const { code, err } = workshop('verify', '77', '--pace', 'fast');
  expect(code, err).toBe(0);
});
