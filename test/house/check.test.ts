import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lessonIds } from '../../runner/lesson/load.ts';

const root = new URL('../..', import.meta.url).pathname;

/** `npm run check` in the suite, so that what decides over a change includes it. */
test('types, lint, dead code, lessons and shell scripts are in order', () => {
  const { stdout } = spawnSync(process.execPath, ['bin/check.mjs'], { cwd: root, encoding: 'utf8' });
  expect(stdout).toMatch(/types +ok/);
  // `npm test` installs the one that a person's machine may lack; where tests are picked, the check says how.
  const lacking = process.env.CI ? /$^/ : /^shell +skipped: shellcheck is not installed: npm run workshop .*$/m;
  expect(stdout.replace(lacking, '')).not.toMatch(/FAILED|skipped/);
});

describe('the repository', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  test('records no download address in its lock file', () => {
    expect(readFileSync(`${root}package-lock.json`, 'utf8')).not.toContain('"resolved": "http');
  });
  test('is whole', () => {
    for (const file of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'LICENSE', '.ci/run'])
      expect(tracked).toContain(file);
  });
});

describe('the README', () => {
  const [ko, en] = ['README.ko.md', 'README.md'].map((file) => readFileSync(`${root}${file}`, 'utf8')) as [
    string,
    string,
  ];
  const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
  test('says the same in both languages: sections, table rows, code, links', () => {
    for (const pattern of [/^## /gm, /^\|/gm, /^```/gm, /\]\(/g])
      expect(count(ko, pattern), String(pattern)).toBe(count(en, pattern));
  });
  test('links to files that are there, and to every lesson', () => {
    for (const text of [ko, en]) {
      // As GitHub makes them.
      const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(
        ([, heading = '']) =>
          `#${heading
            .toLowerCase()
            .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
            .replaceAll(' ', '-')}`,
      );
      for (const [, link = ''] of text.matchAll(/\]\(([^):]+)\)/g)) {
        if (link.startsWith('#')) expect(anchors).toContain(link);
        else expect(existsSync(`${root}${link}`), link).toBe(true);
      }
      for (const lesson of lessonIds()) expect(text).toContain(`lessons/${lesson}/`);
    }
  });
  test('gives each dependency its line', () => {
    const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const text of [ko, en]) for (const name of Object.keys(dependencies)) expect(text).toContain(`[${name}]`);
  });
});
