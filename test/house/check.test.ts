import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;

/** `npm run check` in the suite, so that what decides over a change includes it. */
test('types, lint, dead code, lessons and shell scripts are in order', () => {
  const out = execFileSync(process.execPath, ['bin/check.mjs'], { cwd: root, encoding: 'utf8' });
  expect(out).not.toMatch(/FAILED|skipped/);
});

describe('the repository', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  test('records no download address in its lock file', () => {
    expect(readFileSync(`${root}package-lock.json`, 'utf8')).not.toContain('"resolved": "http');
  });
  test('is whole', () => {
    for (const file of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'LICENSE', '.ci/run']) expect(tracked).toContain(file);
  });
});
