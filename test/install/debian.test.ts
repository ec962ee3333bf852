import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { debian, sourcesOf } from '../../runner/install/debian.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-debian-'));
  vi.stubEnv('XDG_CACHE_HOME', join(dir, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

describe('the lists of ours', () => {
  it('are those of the release on the mirrors of this machine, packages and sources', () => {
    // As apt-get indextargets prints it, a line a file that it would read, most of them twice.
    const targets = [
      'http://mirror/debian/ trixie',
      'http://mirror/debian/ trixie',
      'http://mirror/debian/ trixie-updates',
      'http://mirror/debian/ trixie-backports',
      'http://mirror/debian-security/ trixie-security',
      '',
    ].join('\n');
    expect(sourcesOf(targets, 'bookworm', '/keys.gpg')).toEqual([
      'deb [signed-by=/keys.gpg] http://mirror/debian/ bookworm main',
      'deb-src [signed-by=/keys.gpg] http://mirror/debian/ bookworm main',
      'deb [signed-by=/keys.gpg] http://mirror/debian-security/ bookworm-security main',
      'deb-src [signed-by=/keys.gpg] http://mirror/debian-security/ bookworm-security main',
    ]);
    expect(sourcesOf('file:/srv/debian bookworm', 'bookworm', null)).toEqual([
      'deb file:/srv/debian bookworm main',
      'deb-src file:/srv/debian bookworm main',
    ]);
  });
  it.each(['', 'E: Invalid operation indextargets', 'http://cut', 'deb lines\n\0'])('are none of %j', (text) => {
    expect(sourcesOf(text, 'bookworm', null)).toEqual([]);
  });
});

/** A PATH that has these programs in front; a text is a shell script. */
function having(programs: Record<string, string>, rest = process.env['PATH']): void {
  const bin = join(dir, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  vi.stubEnv('PATH', rest === undefined ? bin : `${bin}:${rest}`);
}

const LISTS = 'case "$*" in *indextargets*) echo "http://mirror/debian bookworm"; exit;; esac';

describe('packages that can’t be had', () => {
  it.each([
    [
      'without a network',
      `${LISTS}\necho "E: Failed to fetch http://mirror/debian/InRelease"; exit 100`,
      'Failed to fetch',
    ],
    [
      'of a mirror that has no such release',
      `${LISTS}\necho "Reading…"; echo "E: The repository has no Release file."; exit 100`,
      'no Release file',
    ],
    ['where apt reads nothing of Debian’s', 'echo', ''],
  ])('%s: the reason is said, and nothing stays', async (_, script, reason) => {
    having({ 'apt-get': script });
    await expect(debian('bookworm')).rejects.toMatchObject({
      errorName: 'shipped.no-package',
      exit: 4,
      values: { package: 'Debian bookworm', detail: expect.stringContaining(reason) },
    });
  });
  it('one alone that is no longer served: its name and apt’s words', async () => {
    having({
      'apt-get': `${LISTS}\ncase "$*" in *download*) echo "E: Version ‘1’ for ‘curl’ was not found"; exit 100;; esac`,
    });
    const archive = await debian('one-alone');
    await expect(archive.binary(['curl=1'], join(dir, 'into'))).rejects.toMatchObject({
      values: { package: 'curl=1', detail: 'E: Version ‘1’ for ‘curl’ was not found' },
    });
    expect(readdirSync(join(dir, 'into'))).toEqual([]);
  });
});
