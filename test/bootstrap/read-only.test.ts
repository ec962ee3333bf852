import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Checkout, checkout, lock, run } from './checkout.ts';

const NOBODY = 65534;

/** What makes a start unable to write: root becomes nobody, everyone else loses the permission. */
function readOnly(at: Checkout): { preload?: string } {
  if (process.getuid?.() === 0)
    return { preload: `process.setgroups([]); process.setgid(${NOBODY}); process.setuid(${NOBODY});` };
  execFileSync('chmod', ['-R', 'a-w', at.root]);
  // Called before the one that removes the checkout: last in, first out.
  onTestFinished(() => void execFileSync('chmod', ['-R', 'u+w', at.root]));
  return {};
}

describe('a checkout that may not be written to', () => {
  it('works when everything is there', async () => {
    const at = checkout();
    await run(at, 'bin/workshop.mjs');
    expect(await run(at, 'bin/workshop.mjs', ['list'], readOnly(at))).toMatchObject({ code: 0, stderr: '' });
  });

  it('works without a stamp, as in an image without the devDependencies', async () => {
    const at = checkout();
    await run(at, 'bin/workshop.mjs');
    const { 'node_modules/tester': _, ...packages } = lock().packages;
    at.write('node_modules/.package-lock.json', JSON.stringify({ packages }));
    mkdirSync(at.file('node_modules/other-platform'));
    rmSync(at.file('node_modules/.workshop-stamp'));
    expect(await run(at, 'bin/workshop.mjs', ['list'], readOnly(at))).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['en', 'is not writable (EACCES)', 'Next  Clone it to a place you may write to'],
    ['ko', '쓸 수 없습니다 (EACCES)', '다음  쓸 수 있는 곳에 복제하거나'],
  ] as const)('says so when node modules are missing (%s)', async (lang, why, next) => {
    const at = checkout();
    const { code, stderr } = await run(at, 'bin/workshop.mjs', [], { lang, ...readOnly(at) });
    expect(code).toBe(4);
    for (const words of [at.root, why, next]) expect(stderr).toContain(words);
  });

  it.each([
    ['en', 'is not writable.', 'start there.'],
    ['ko', '쓸 수 없습니다.', '복제해서 시작하세요.'],
  ] as const)('says so when it must be built (%s)', async (lang, why, next) => {
    const at = checkout();
    await run(at, 'bin/workshop.mjs');
    rmSync(at.file('.bootstrap'), { recursive: true });
    at.write('lessons/new.md', '');
    const { code, stderr } = await run(at, 'bin/workshop.mjs', [], { lang, ...readOnly(at) });
    expect(code).toBe(4);
    for (const words of [why, next]) expect(stderr).toContain(words);
  });
});
