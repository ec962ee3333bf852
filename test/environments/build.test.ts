import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { build } from '../../runner/environments/host/build.ts';
import { BUILDS, type Build } from '../../runner/environments/workload.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop build-'));
  vi.stubEnv('XDG_CACHE_HOME', join(dir, 'cache'));
  vi.stubEnv('PATH', `${dir}${delimiter}${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

/** A cc that makes an empty program; asked for a static one, it says this instead and fails. */
function compiler(staticSays: string | null): void {
  const file = join(dir, 'cc');
  const fails = staticSays === null ? '' : `case " $* " in *" -static "*) echo "${staticSays}" >&2; exit 1 ;; esac\n`;
  writeFileSync(file, `#!/bin/sh\n${fails}while [ "$1" != -o ]; do shift; done\necho >"$2"\n`);
  chmodSync(file, 0o755);
}
const made = (kind?: Build) => build('stealth-leaker', 'stealth-leaker', kind);
const failed = (kind?: Build) =>
  made(kind).then(
    () => null,
    (error) => error,
  );

describe('a build', () => {
  it('lies in a folder of its own, and is called as the usual one is', async () => {
    compiler(null);
    const usual = await made();
    expect(usual).toMatch(/^.*\/cache\/ebpf-workshop\/build\/stealth-leaker-[0-9a-f]{16}\/stealth-leaker$/);
    for (const kind of BUILDS)
      expect(await made(kind)).toBe(usual.replace(/stealth-leaker$/, `${kind}/stealth-leaker`));
  });
  it('is made when it is asked for, alone', async () => {
    compiler(null);
    const path = await made('no-frame-pointers');
    expect(existsSync(path)).toBe(true);
    for (const other of [undefined, 'static', 'static-stripped'])
      expect(existsSync(path.replace('no-frame-pointers', other ?? '.'))).toBe(false);
  });
});

describe('where libc.a is missing', () => {
  it.each([
    ['GNU ld', '/usr/bin/ld: cannot find -lc: No such file or directory\ncollect2: error: ld returned 1 exit status'],
    ['GNU ld of long ago', '/usr/bin/ld: cannot find -lc\ncollect2: error: ld returned 1 exit status'],
    ['GNU ld in Korean', '/usr/bin/ld: -lc을(를) 찾을 수 없습니다: 그런 파일이나 디렉터리가 없습니다'],
    ['lld', 'ld.lld: error: unable to find library -lc'],
    ['mold', 'mold: fatal: library not found: c'],
  ])('(%s) the static builds fail for it by name, and no other', async (_, says) => {
    compiler(says);
    for (const kind of ['static', 'static-stripped'] as const)
      expect(await failed(kind)).toMatchObject({
        errorName: 'lab.no-static-libc',
        exit: 4,
        values: { workload: 'stealth-leaker', detail: expect.stringContaining(says.split('\n')[0] ?? '') },
      });
    expect([await failed(), await failed('no-frame-pointers')]).toEqual([null, null]);
  });
  it('is not what another failure is taken for', async () => {
    compiler('leak.c:7: error: too much leaks -lcx');
    expect(await failed('static')).toMatchObject({
      errorName: 'lab.build-failed',
      values: { detail: expect.stringContaining('too much leaks') },
    });
  });
});
