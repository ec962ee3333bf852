import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Place } from '../../../runner/model/place.ts';
import { on } from '../grounds.ts';
import { machine } from '../../commands/machine.ts';
import { bin } from '../../exec/fixtures.ts';

const checkout = join(import.meta.dirname, '../../..');
/** A checkout with the tracer's sources, which a fake compiler doesn't read. paths.ts asks once where the checkout is. */
const root = mkdtempSync(join(tmpdir(), 'workshop-memleak-'));
process.env.WORKSHOP_ROOT = root;
const { hostPlace } = await import('../../../runner/environments/local/place.ts');
const { host } = await import('../../../runner/environments/host/index.ts');
const { builtPath } = await import('../../../runner/tools/memleak/build.ts');
const { memleak } = await import('../../../runner/tools/memleak/index.ts');
const called = () => memleak.names?.({ site: 'machine', manual: false, runs: (tool) => tool }).memleak;
const source = join(root, 'bpf/memleak');

/** Fakes of the compilers: clang writes what it is told, cc a program that knows its version. */
const COMPILER = `#!/bin/sh
printf '%s\\n' "$(basename "$0") $*" >>"$FAKE_LOG"
[ "$1" != -print-multiarch ] || exit 1
[ -z "$FAKE_SAYS" ] || { printf '%s\\n' "$FAKE_SAYS" >&2; exit 1; }
while [ $# -gt 0 ]; do [ "$1" != -o ] || out=$2; shift; done
printf '#!/bin/sh\\necho "%s"\\n' "\${FAKE_VERSION-memleak 0.1.0}" >"$out"
chmod +x "$out"
`;
function compilers(env: Record<string, string> = {}, names = ['clang', 'cc']) {
  const m = machine([], env);
  for (const name of names) {
    writeFileSync(join(m.dir, name), COMPILER);
    chmodSync(join(m.dir, name), 0o755);
  }
  for (const [name, value] of Object.entries({ ...m.env, XDG_CACHE_HOME: join(m.dir, 'cache dir') }))
    vi.stubEnv(name, value);
  return m;
}

beforeEach(() => {
  vi.stubEnv('WORKSHOP_MEMLEAK', undefined);
  rmSync(source, { recursive: true, force: true });
  cpSync(join(checkout, 'bpf/memleak'), source, {
    recursive: true,
    filter: (from) => !/\/(?:memleak|\.memleak.*)$/.test(from) || from.endsWith('bpf/memleak'),
  });
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('on a host', () => {
  it('it is built where it is first asked for, with a cache whose name has a space in it, and not again', async () => {
    const m = compilers();
    const needs = host.needs('memleak').map((n) => n.program);
    for (let i = 0; i < 2; i++)
      expect(await memleak.detect(on(hostPlace))).toEqual({ found: true, path: builtPath(), version: '0.1.0' });
    expect(called()).toBe(builtPath());
    expect(m.calls().filter((c) => c.startsWith('clang ') && c.includes('-DSESSIONS'))).toHaveLength(1);
    expect(readdirSync(dirname(builtPath()))).toEqual(['memleak']);
    // What it was built with may go again.
    expect([needs, host.needs('memleak')]).toEqual([['clang', 'bpf/libbpf.h', 'elfutils/libdwfl.h', 'zlib.h'], []]);
  });
  it.each(['main.c', 'shared.h', 'object.S', 'Makefile'])('it is built anew when %s is another', async (file) => {
    compilers();
    await memleak.detect(on(hostPlace));
    const before = builtPath();
    writeFileSync(join(source, file), `${readFileSync(join(source, file), 'utf8')}\n`);
    expect(existsSync(builtPath())).toBe(false);
    expect(await memleak.detect(on(hostPlace))).toMatchObject({ found: true, path: builtPath() });
    expect(builtPath()).not.toBe(before);
  });
  it('what lies beside the sources makes no difference', () => {
    compilers();
    const before = builtPath();
    mkdirSync(join(source, '.memleak.x'));
    for (const file of ['memleak', 'schema.json', 'gadget.yaml', '.memleak.x/memleak'])
      writeFileSync(join(source, file), 'x');
    expect(builtPath()).toBe(before);
  });
  it.each([
    ["main.c:3:10: fatal error: 'bpf/libbpf.h' file not found", 'bpf/libbpf.h'],
    ['tracer.c:9:10: fatal error: gelf.h: No such file or directory', 'gelf.h'],
    ["/usr/include/linux/types.h:5:10: fatal error: 'asm/types.h' file not found", 'asm/types.h'],
    ['/usr/bin/ld: cannot find -lelf: No such file or directory', 'elf'],
    ['ld.lld: error: unable to find library -lbpf', 'bpf'],
    ['mold: fatal: library not found: z', 'z'],
  ])('%s: names what is missing', async (says, missing) => {
    compilers({ FAKE_SAYS: says });
    expect(await memleak.detect(on(hostPlace))).toEqual({ found: false, missing });
    expect(existsSync(builtPath())).toBe(false);
  });
  it.each(['make', 'cc', 'clang'])('without %s nothing is begun', async (program) => {
    const m = compilers();
    const place: Place = { ...hostPlace, which: async (p) => (p === program ? null : `/usr/bin/${p}`) };
    expect(await memleak.detect(on(place))).toMatchObject({ found: false, missing: program });
    expect(m.calls()).toEqual([]);
  });
  it('a build that fails otherwise says so in the compiler’s words', async () => {
    compilers({ FAKE_SAYS: "main.c:12:1: error: unknown type name 'flot'" });
    await expect(memleak.detect(on(hostPlace))).rejects.toMatchObject({
      errorName: 'tool.build-failed',
      exit: 4,
      values: { tool: 'bpf/memleak', detail: expect.stringContaining("unknown type name 'flot'") },
    });
    const { ok, version, findings } = await host.preflight('memleak');
    expect({ ok, version, first: findings[0] }).toMatchObject({
      ok: false,
      version: null,
      first: { id: 'memleak', state: 'wrong', seen: expect.stringContaining("unknown type name 'flot'") },
    });
  });
  it.each([
    [
      './memleak: error while loading shared libraries: libbpf.so.1: cannot open shared object file: No such file or directory',
      'libbpf.so.1',
    ],
    ['Error loading shared library libelf.so.1: No such file or directory (needed by ./memleak)', 'libelf.so.1'],
  ])('one that has lost a library is missing it: %s', async (says, missing) => {
    compilers({ FAKE_VERSION: says });
    expect(await memleak.detect(on(hostPlace))).toMatchObject({ found: false, missing });
  });
  it('one that does not start for another reason is no tool', async () => {
    compilers({ FAKE_VERSION: 'Illegal instruction' });
    await expect(memleak.detect(on(hostPlace))).rejects.toMatchObject({
      errorName: 'tool.build-failed',
      values: { detail: 'memleak --version: Illegal instruction' },
    });
  });
  it('WORKSHOP_MEMLEAK names another, for which nothing is built or installed', async () => {
    const m = compilers({ FAKE_VERSION: 'memleak 9.8.7-rc1' }, []);
    vi.stubEnv('WORKSHOP_MEMLEAK', bin('memleak'));
    expect(await memleak.detect(on(hostPlace))).toEqual({ found: true, path: bin('memleak'), version: '9.8.7-rc1' });
    expect([called(), host.needs('memleak'), m.calls()]).toEqual([bin('memleak'), [], ['memleak --version']]);
    vi.stubEnv('WORKSHOP_MEMLEAK', '/opt/nothing');
    expect(await memleak.detect(on(hostPlace))).toMatchObject({ found: false, missing: 'memleak' });
  });
});

describe('in a toolbox', () => {
  const toolbox = (programs: string[]): Place => ({
    ...hostPlace,
    which: async (p) => (programs.includes(p) ? bin('memleak') : null),
  });
  it('it is the image’s, and nothing is built', async () => {
    const m = compilers({ FAKE_VERSION: 'memleak 0.1.0' });
    expect(await memleak.detect(on(toolbox(['memleak']), 'cluster'))).toEqual({
      found: true,
      path: bin('memleak'),
      version: '0.1.0',
    });
    expect(m.calls()).toEqual(['memleak --version']);
  });
  it('of an image that lacks it, it is missing', async () => {
    expect(await memleak.detect(on(toolbox(['bpftrace']), 'cluster'))).toMatchObject({
      found: false,
      missing: 'memleak',
    });
  });
});
