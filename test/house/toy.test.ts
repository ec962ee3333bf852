import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { check } from '../../schemas/check.ts';

const root = join(import.meta.dirname, '../..');
const toys = join(import.meta.dirname, 'toy');
const copy = mkdtempSync(join(tmpdir(), 'workshop-toy-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const run = promisify(execFile);
const git = (...args: string[]) => execFileSync('git', args, { cwd: copy, encoding: 'utf8' });
const env = {
  ...process.env,
  VITEST: undefined,
  WORKSHOP_ROOT: copy,
  XDG_STATE_HOME: join(copy, '.state'),
  XDG_CACHE_HOME: join(copy, '.cache'),
};
const workshop = async (...args: string[]) =>
  (await run(process.execPath, ['start.mjs', ...args], { cwd: copy, env, maxBuffer: 1e8 })).stdout;

function put(toy: string, to: string): void {
  mkdirSync(dirname(join(copy, to)), { recursive: true });
  cpSync(join(toys, toy), join(copy, to));
}

/** A folder, and a line: the module, and its name where the others are. */
function register(index: string, line: [before: string, line: string], imported?: string): void {
  const file = join(copy, index);
  const text = readFileSync(file, 'utf8');
  const [before, added] = line;
  expect(text).toContain(before);
  writeFileSync(file, `${imported ?? ''}${text.replace(before, added)}`);
}

beforeAll(async () => {
  const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of tracked.split('\0').filter(Boolean)) {
    if (file.startsWith('test/') || !existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  git('init', '-q');
  git('add', '--all');

  put('tool.ts.txt', 'runner/tools/toy/index.ts');
  register(
    'runner/tools/index.ts',
    ['gadget, together };', 'gadget, together, toy };'],
    "import { toy } from './toy/index.ts';\n",
  );
  put('environment.ts.txt', 'runner/environments/toy/index.ts');
  register('runner/environments/index.ts', [
    '  cluster: {',
    "  toy: { site: 'machine', readsAs: 'host', load: async () => (await import('./toy/index.ts')).toy },\n  cluster: {",
  ]);
  put('steps.ts.txt', 'lessons/98-toy/steps.ts');
  for (const lang of ['ko.md', 'en.md']) put(lang, `lessons/98-toy/${lang}`);

  // As the launcher does, but for installing what is there.
  const { build } = (await import(pathToFileURL(join(copy, 'scripts/build.mjs')).href)) as {
    build(root: string, dist: string): Promise<void>;
  };
  await build(copy, join(copy, 'dist'));
  delete process.env.WORKSHOP_ROOT;
  writeFileSync(
    join(copy, 'start.mjs'),
    "import { main } from './dist/runner/main.mjs';\nawait main(process.argv.slice(2));\n",
  );
}, 240_000);

test('a tool is a folder and a line, and so is an environment: types, walls and formatter are content', async () => {
  const bin = (name: string) => join(root, 'node_modules/.bin', name);
  writeFileSync(
    join(copy, '.toy.json'),
    JSON.stringify({
      extends: './tsconfig.json',
      compilerOptions: { incremental: false },
      include: ['runner', 'lessons', 'schemas'],
    }),
  );
  const walls = ['--config', '.dependency-cruiser.mjs', '--output-type', 'err', 'runner', 'lessons', 'schemas'];
  const said = await Promise.allSettled([
    run(bin('tsc'), ['--noEmit', '-p', '.toy.json'], { cwd: copy }),
    run(bin('depcruise'), walls, { cwd: copy }),
    run(bin('biome'), ['check', 'runner/tools', 'runner/environments', 'lessons/98-toy'], { cwd: copy }),
  ]);
  expect(
    said.flatMap((s) => (s.status === 'rejected' ? [String((s.reason as { stdout?: string }).stdout)] : [])),
  ).toEqual([]);
}, 120_000);

test('its lesson is linted in each environment, and judged by the tool in the environment', async () => {
  expect(await workshop('lint', '--accept')).not.toContain('mistake');
  writeFileSync(join(copy, 'recorded.txt'), 'beat 1048576\nbeat 1048576\nbeat 1048576\n');
  const asked = ['check', '98/beat', '--env', 'toy', '--json', '--file', 'recorded.txt'];
  // The schema of this checkout knows no toy; all else must be as it says.
  const document = check.extend({ env: z.literal('toy') }).parse(JSON.parse(await workshop(...asked)));
  expect(document).toMatchObject({ env: 'toy', tool: 'toy', lab: 'leaker-toy', outcome: 'pass' });
  expect(await workshop('hint', '98/beat', '--level', '3', '--env', 'toy')).toContain('beats');
  expect(JSON.parse(await workshop('down', '--json'))).toMatchObject({ removed: ['leaker-toy'] });
}, 240_000);

test('no other file was touched', () => {
  const ours = /^(?:start\.mjs|recorded\.txt|\.toy\.json|node_modules)$|^\.(?:state|cache)\//;
  const changed = `${git('diff', '--name-only')}${git('ls-files', '--others', '--exclude-standard', '--directory')}`
    .split('\n')
    .filter((file) => file !== '' && !ours.test(file));
  expect(changed.sort()).toEqual([
    'lessons/98-toy/',
    'lessons/agreed.yaml',
    'runner/environments/index.ts',
    'runner/environments/toy/',
    'runner/tools/index.ts',
    'runner/tools/toy/',
  ]);
});
