import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { made } from '../../runner/shipped/make.ts';
import type { FromSource, ShippedLeak } from '../../runner/shipped/model.ts';

/** A source package as the archive hands it out: the fix is in, and lies beside the source as a patch. */
const SOURCE = '#include <stdio.h>\nint main(void)\n{\n\tputs("fixed");\n\treturn 0;\n}\n';
const PATCH =
  '--- a/main.c\n+++ b/main.c\n@@ -1,6 +1,6 @@\n #include <stdio.h>\n int main(void)\n {\n-\tputs("leaks");\n+\tputs("fixed");\n \treturn 0;\n }\n';
const MAKEFILE = 'program: main.c\n\t$(CC) $(CFLAGS) -o $@ main.c\n';

const leak = (over: Partial<FromSource> = {}, name = `toy-${Math.random()}`): ShippedLeak => ({
  name,
  program: 'toy 1.0',
  fix: 'fix.patch',
  function: 'main',
  through: [],
  bytesPerBad: 1,
  builds: {
    plain: {
      from: 'source',
      package: 'toy',
      reversed: ['fix.patch'],
      make: ({ cflags }) => [['make', '-s', `CFLAGS=${cflags}`, 'program']],
      keeps: ['program'],
      ...over,
    },
  },
  start: () => Promise.reject(new Error('nobody starts it')),
});

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-shipped-'));
  vi.stubEnv('XDG_CACHE_HOME', join(dir, 'cache'));
  const package_ = join(dir, 'package');
  mkdirSync(join(package_, 'debian/patches'), { recursive: true });
  writeFileSync(join(package_, 'main.c'), SOURCE);
  writeFileSync(join(package_, 'Makefile'), MAKEFILE);
  writeFileSync(join(package_, 'debian/patches/fix.patch'), PATCH);
  mkdirSync(join(dir, 'bin'));
  const scripts = {
    'apt-get': `echo "$*" >>${dir}/asked\ncase "$*" in *indextargets*) echo "http://mirror/debian x";; *" source "*) touch toy.dsc;; esac`,
    // Its last two arguments: the description, and where to.
    'dpkg-source': `for to; do :; done; cp -a ${package_} "$to"`,
    'dpkg-deb': 'exit 1',
  };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(dir, 'bin', name), 0o755);
  }
  vi.stubEnv('PATH', `${join(dir, 'bin')}:${process.env['PATH']}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

const says = (at: string, half: string) =>
  execFileSync(join(at, half, 'program'))
    .toString()
    .trim();
const cached = () => readdirSync(join(dir, 'cache/ebpf-workshop/shipped')).filter((name) => !name.startsWith('apt-'));

describe('both halves of a leak', () => {
  it('are the package as it is, and with the fix taken back; made once', async () => {
    const toy = leak();
    const at = await made(toy, 'plain');
    expect([says(at, 'twin'), says(at, 'leak')]).toEqual(['fixed', 'leaks']);
    const asked = readFileSync(join(dir, 'asked'), 'utf8');
    expect(await made(toy, 'plain')).toBe(at);
    expect(readFileSync(join(dir, 'asked'), 'utf8')).toBe(asked);
    // What was unpacked is gone, and of the source nothing is kept.
    expect(cached()).toEqual([at.split('/').at(-1)]);
    expect(readdirSync(join(at, 'leak'))).toEqual(['program']);
  });
  it('are made anew by another recipe', async () => {
    const at = await made(leak({}, 'toy'), 'plain');
    const other = await made(leak({ make: () => [['make', '-s', 'program']] }, 'toy'), 'plain');
    expect(other).not.toBe(at);
  });
  it('never read the machine’s own lists, and touch nothing installed', async () => {
    await made(leak(), 'plain');
    const lines = existsSync(join(dir, 'asked')) ? readFileSync(join(dir, 'asked'), 'utf8').trim().split('\n') : [];
    for (const line of lines.filter((l) => !l.startsWith('indextargets')))
      expect(line).toContain('Dir::Etc::sourceparts=/dev/null');
    expect(lines.join('\n')).not.toMatch(/install|build-dep/);
  });
});

describe('what can’t be made', () => {
  const refused = async (over: Partial<FromSource>) => {
    const error = await made(leak(over), 'plain').catch((e) => e);
    expect(cached()).toEqual([]);
    return error as { errorName: string; values: Record<string, string> };
  };
  it('is a package whose patch no longer comes off', async () => {
    writeFileSync(join(dir, 'package/main.c'), SOURCE.replaceAll('fixed', 'other'));
    expect(await refused({})).toMatchObject({
      errorName: 'lab.build-failed',
      values: { workload: 'toy 1.0', detail: expect.stringContaining('FAILED') },
    });
  });
  it('is one that has lost its patch', async () => {
    const { values } = await refused({ reversed: ['gone.patch'] });
    expect(values['detail']).toContain('gone.patch');
  });
  it('is one that does not compile, and the compiler’s words are told', async () => {
    writeFileSync(join(dir, 'package/main.c'), SOURCE.replace('return 0', 'retrun 0'));
    expect((await refused({})).values['detail']).toContain('retrun');
  });
});
