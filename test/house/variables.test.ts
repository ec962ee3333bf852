import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const PAGES = ['README.md', 'README.ko.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

const namesIn = (files: string[]) =>
  new Set(files.flatMap((file) => readFileSync(`${root}${file}`, 'utf8').match(/\bWORKSHOP(_[A-Z]+)+\b/g) ?? []));
/** What our programs read, set, and speak of; tests may use what is gone. */
const used = namesIn(
  execFileSync(
    'git',
    ['grep', '-lIE', '--untracked', 'WORKSHOP_[A-Z]', '--', '.', ':!test/**/*.test.ts', ...PAGES.map((p) => `:!${p}`)],
    { cwd: root, encoding: 'utf8' },
  )
    .split('\n')
    .filter(Boolean),
);

test('each variable is documented: in both READMEs, or in CONTRIBUTING', () => {
  const [en, ko, ours] = PAGES.map((page) => namesIn([page])) as [Set<string>, Set<string>, Set<string>];
  expect([...used].filter((name) => !(en.has(name) && ko.has(name)) && !ours.has(name))).toEqual([]);
  expect([...en].sort()).toEqual([...ko].sort());
});

test('and each that is documented is there', () => {
  expect([...namesIn(PAGES.slice(0, 3))].filter((name) => !used.has(name))).toEqual([]);
});
