import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const repository = join(import.meta.dirname, '../..');

/** The real build of a runner in a few lines. */
async function built(files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'build 빌드 '));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  const sources = {
    'lessons/guide.yaml': '',
    'runner/lesson/index.ts': 'export const lesson = <T>(l: T): T => l;',
    ...files,
  };
  for (const [path, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const { build } = await import(pathToFileURL(join(repository, 'scripts/build.mjs')).href);
  const [rootBefore, dist] = [process.env.WORKSHOP_ROOT, join(root, 'dist')];
  await build(root, dist).finally(() => {
    if (rootBefore === undefined) delete process.env.WORKSHOP_ROOT;
    else process.env.WORKSHOP_ROOT = rootBefore;
  });
  return { dist, load: (path: string) => import(pathToFileURL(join(dist, path)).href) };
}

const lesson = "import { lesson } from '../../runner/lesson/index.ts'; export default lesson({ id: '01-a' });";

it('bundles the runner, its CommonJS dependencies and the steps of lessons', async () => {
  const main =
    "import writeFileAtomic from 'write-file-atomic'; import '../lessons/01-a/steps.ts'; export const main = async () => typeof writeFileAtomic;";
  const { dist, load } = await built({ 'runner/main.ts': main, 'lessons/01-a/steps.ts': lesson });
  expect(await (await load('runner/main.mjs')).main()).toBe('function');
  expect((await load('lessons/01-a/steps.mjs')).default).toEqual({ id: '01-a' });
  expect(readdirSync(join(dist, 'chunks')).length).toBeGreaterThan(0);
  expect(existsSync(join(dist, 'catalog.json'))).toBe(false);
});

it('has the runner write its catalogue', async () => {
  const catalog =
    "import { writeFileSync } from 'node:fs'; export const writeCatalog = async (dist: string) => writeFileSync(dist + '/catalog.json', String(process.env.WORKSHOP_DIST === dist));";
  const { dist } = await built({ 'runner/main.ts': 'export const main = 1;', 'runner/lesson/catalog.ts': catalog });
  expect(readFileSync(join(dist, 'catalog.json'), 'utf8')).toBe('true');
  expect(process.env.WORKSHOP_DIST).toBeUndefined();
});

it('leaves a lesson that cannot be read to the runner, which says where it is wrong', async () => {
  const catalog = "export const writeCatalog = async () => { throw new Error('lessons/01-a/ko.md:3'); };";
  const { dist } = await built({ 'runner/main.ts': 'export const main = 1;', 'runner/lesson/catalog.ts': catalog });
  expect(existsSync(join(dist, 'runner/main.mjs'))).toBe(true);
});

it('names file and line of what does not compile', async () => {
  await expect(built({ 'runner/main.ts': 'export const main = ;' })).rejects.toThrow(/runner\/main\.ts:1:20: ERROR/);
});
