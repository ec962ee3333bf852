import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkout, run } from './checkout.ts';

const workshop = 'bin/workshop.mjs';

describe('dist/', () => {
  it('is built again when, and only when, a source has changed', async () => {
    const at = checkout();
    const builds = async () => {
      expect((await run(at, workshop)).code).toBe(0);
      return at.lines('build.log').length;
    };
    expect(await builds()).toBe(1);
    expect(await builds()).toBe(1);
    at.write('lessons/01-first/ko.md', '# 첫 수업\n');
    expect(await builds()).toBe(2);
    at.write('lessons/01-first/ko.md', '# 첫 수엄\n');
    expect(await builds()).toBe(3);
    renameSync(at.file('lessons/01-first'), at.file('lessons/02-first'));
    expect(await builds()).toBe(4);
    at.write('lessons/02-first/.ko.md.swp', 'an editor is open');
    at.write('test/some.test.ts', '');
    expect(await builds()).toBe(4);
  });

  it('stays built when the checkout is moved', async () => {
    const at = checkout();
    await run(at, workshop);
    const root = join(at.top, 'moved');
    renameSync(at.root, root);
    const { stdout } = await run({ ...at, root }, workshop);
    expect(JSON.parse(stdout)).toMatchObject({ root });
    renameSync(root, at.root);
    expect(at.lines('build.log')).toHaveLength(1);
  });

  it.each([
    ['en', 'The runner could not be built. The build from before is untouched.', 'Next  Correct the file'],
    ['ko', '실행기를 빌드하지 못했습니다. 전의 빌드는 그대로 있습니다.', '다음  위에 나온 파일'],
  ] as const)('survives a source that does not compile (%s)', async (lang, what, next) => {
    const at = checkout();
    await run(at, workshop);
    const before = at.read('dist/runner/main.mjs');
    at.write('runner/main.ts', 'BROKEN');
    const { code, stderr } = await run(at, workshop, [], { lang });
    expect(code).toBe(4);
    for (const words of [what, 'runner/main.ts:1:1: ERROR', next]) expect(stderr).toContain(words);
    expect(at.read('dist/runner/main.mjs')).toBe(before);
  });

  it('survives a build that is killed, and the next one clears up', async () => {
    const at = checkout();
    await run(at, workshop);
    const source = at.read('runner/main.ts') ?? '';
    at.write('runner/main.ts', `${source}// KILLED`);
    await run(at, workshop);
    expect(at.read('dist/runner/main.mjs')).toBe(source);
    expect(readdirSync(at.file('.bootstrap')).some((name) => name.startsWith('dist-'))).toBe(true);
    at.write('runner/main.ts', `${source}// better`);
    expect((await run(at, workshop)).code).toBe(0);
    expect(at.read('dist/runner/main.mjs')).toContain('// better');
    expect(readdirSync(at.file('.bootstrap'))).toEqual(['.gitignore']);
  });

  it('keeps the chunks that an open session may still load', async () => {
    const at = checkout();
    await run(at, workshop);
    const [earlier] = readdirSync(at.file('dist/chunks'));
    at.write('runner/main.ts', `${at.read('runner/main.ts')}// longer`);
    mkdirSync(at.file('runner/empty'));
    await run(at, workshop);
    expect(readdirSync(at.file('dist/chunks'))).toHaveLength(2);
    expect(readdirSync(at.file('dist/chunks'))).toContain(earlier);
  });
});
