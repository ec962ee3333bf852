import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runners } from '../../../runner/environments/try-tool.ts';
import { spawn } from '../../../runner/exec.ts';
import type { Place, Site } from '../../../runner/model/place.ts';
import { gadget } from '../../../runner/tools/gadget/index.ts';
import { inspektor } from '../../../runner/tools/gadget/inspektor.ts';

const KPROBES = '0000000000000000 T register_kprobe\n';
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-inspektor-'));
  sudo();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

/** A client that prints this when it is asked for its version, and that as its images. */
function client(name: string, version: string, images = '', code = 0): Record<string, string> {
  writeFileSync(
    join(dir, name),
    `#!/bin/sh\ncase "$*" in *version) printf '%s\\n' '${version}'; exit ${code} ;; *list) printf '%s\\n' '${images}' ;; esac\n`,
  );
  chmodSync(join(dir, name), 0o755);
  return { PATH: `${dir}${delimiter}/usr/bin${delimiter}/bin` };
}

/** A sudo that is to ask nothing, and notes what it was asked to run; with `says`, one that refuses. */
function sudo(says?: string): void {
  writeFileSync(
    join(dir, 'sudo'),
    says === undefined
      ? `#!/bin/sh\nprintf '%s\\n' "$*" >>'${join(dir, 'asked')}'\n[ "$1 $2" = '-n --' ] || exit 9\nshift 2\nexec "$@"\n`
      : `#!/bin/sh\necho '${says}' >&2\nexit 1\n`,
  );
  chmodSync(join(dir, 'sudo'), 0o755);
}
const asked = () => readFileSync(join(dir, 'asked'), 'utf8');

/** What a client that is found with this PATH comes to, on a node whose kernel has these symbols. */
const found = (site: Site, env: Record<string, string>, symbols: string) => {
  const place: Place = { exec: (argv) => spawn(argv, { env }), which: async () => null, env: () => env };
  const node: Place = {
    ...place,
    exec: () => ({
      output: Readable.from([symbols]),
      ended: Promise.resolve({ code: 0, signal: null, timedOut: false, error: null }),
      stop: async () => {},
    }),
  };
  return inspektor({ site, here: place, node });
};
const not = (why: string) => ({ found: false, why: `inspektor-${why}` });

describe('whether Inspektor Gadget runs here', () => {
  it('not on a kernel without kprobes, whatever is installed', async () => {
    expect(
      await found('machine', client('ig', 'v0.55.1', 'memleak latest'), 'ffffffff T register_uprobe\n'),
    ).toMatchObject(not('kprobes'));
    expect(await found('machine', {}, '')).toMatchObject(not('kprobes'));
  });
  it('not without its client', async () => {
    expect(await found('machine', { PATH: dir }, KPROBES)).toEqual({ ...not('missing'), missing: 'ig' });
    expect(
      await found('cluster', client('kubectl', 'error: unknown command "gadget" for "kubectl"', '', 1), KPROBES),
    ).toEqual({ ...not('missing'), missing: 'kubectl gadget' });
  });
  it('not with a release that loses what is outstanding', async () => {
    expect(await found('machine', client('ig', 'v0.49.0', 'memleak latest'), KPROBES)).toMatchObject({
      ...not('missing'),
      missing: 'ig 0.49.0 < 0.55',
    });
  });
  it('not in a cluster that does not have it', async () => {
    expect(
      await found('cluster', client('kubectl', 'Client version: v0.55.1\nServer version: not installed'), KPROBES),
    ).toMatchObject(not('not-deployed'));
  });
  it('not in a cluster where nobody said which image ours is', async () => {
    expect(
      await found('cluster', client('kubectl', 'Client version: v0.55.1\nServer version: v0.55.1'), KPROBES),
    ).toMatchObject({ ...not('no-gadget'), missing: 'WORKSHOP_GADGET_IMAGE=REGISTRY/memleak:latest' });
  });
  it('not on a host where our gadget is not built', async () => {
    expect(
      await found('machine', client('ig', 'v0.55.1', 'REPOSITORY TAG\ntrace_malloc latest'), KPROBES),
    ).toMatchObject(not('no-gadget'));
  });
  it('not on a host where only its official gadgets are, or another tag of ours', async () => {
    for (const images of ['', 'memleak mine', 'notmemleak latest'])
      expect(
        await found('machine', client('ig', 'v0.55.1', `REPOSITORY TAG DIGEST\n${images} sha256:0`), KPROBES),
      ).toMatchObject(not('no-gadget'));
  });
  it.each([
    'sudo: a password is required',
    'sudo: a terminal is required to read the password; either use the -S option or configure an askpass helper',
    'Sorry, user learner may not run sudo on host.',
    'learner is not in the sudoers file.',
  ])('not where sudo says %s: nobody is asked for a password', async (says) => {
    sudo(says);
    expect(await found('machine', client('ig', 'v0.55.1', 'memleak latest 0'), KPROBES)).toEqual({
      ...not('unasked'),
      missing: says,
    });
  });
  it('not where no libc is in /etc/ld.so.cache', async () => {
    writeFileSync(join(dir, 'grep'), '#!/bin/sh\nexit 1\n');
    chmodSync(join(dir, 'grep'), 0o755);
    expect(await found('machine', client('ig', 'v0.55.1', 'memleak latest 0'), KPROBES)).toEqual({
      ...not('libc'),
      missing: '/etc/ld.so.cache: libc.so',
    });
  });
  it('root’s images are asked for through sudo, which is told before', async () => {
    vi.stubEnv('PATH', client('ig', 'v0.55.1', 'memleak latest 0').PATH);
    expect(await found('machine', { PATH: process.env.PATH as string }, KPROBES)).toMatchObject({ found: true });
    expect(asked()).toBe('-n -- ig image list\n');
    expect(gadget.asks?.('machine', KPROBES)?.join(' ')).toBe('sudo -n -- ig image list');
    expect(gadget.asks?.('machine', 'T register_uprobe\n')).toBeNull();
    expect(gadget.asks?.('cluster', KPROBES)).toBeNull();
  });
  it('otherwise it does', async () => {
    expect(
      await found('machine', client('ig', 'v0.55.1', 'REPOSITORY TAG DIGEST\nmemleak    latest sha256:0'), KPROBES),
    ).toEqual({
      found: true,
      path: 'ig',
      version: '0.55.1',
    });
    vi.stubEnv('WORKSHOP_GADGET_IMAGE', 'registry.example/memleak:latest');
    expect(
      await found('cluster', client('kubectl', 'Client version: v0.55.1\nServer version: v0.55.1'), KPROBES),
    ).toEqual({ found: true, path: 'kubectl gadget', version: '0.55.1' });
  });
  it('commands follow what a preflight has found, and until then it is memleak', async () => {
    const { runs, preflight } = runners();
    const inspektorRuns = () => gadget.names?.({ site: 'cluster', manual: false, runs }).inspektor;
    const memleak = { ok: true, tool: 'gadget' as const, version: '0.1.0', findings: [] };
    const looked = (symbols: string) => {
      vi.stubEnv('WORKSHOP_GADGET_IMAGE', 'registry.example/memleak:latest');
      const place = {
        exec: (argv: readonly string[]) => ({
          output: Readable.from([argv[0] === 'grep' ? symbols : 'Client version: v0.55.1\nServer version: v0.55.1']),
          ended: Promise.resolve({ code: 0, signal: null, timedOut: false, error: null }),
          stop: async () => {},
        }),
        which: async () => null,
        env: () => ({}),
      };
      return preflight(
        'gadget',
        async () => ({ site: 'cluster', here: place, node: place }),
        async () => memleak,
      );
    };
    expect([runs('gadget'), inspektorRuns()]).toEqual(['memleak', false]);
    expect(await looked(KPROBES)).toMatchObject({ ok: true, tool: 'gadget', version: '0.55.1' });
    expect([runs('gadget'), inspektorRuns()]).toEqual(['gadget', true]);
    const why = { id: 'inspektor-kprobes', state: 'note', seen: '/proc/kallsyms: register_kprobe', fix: null };
    expect(await looked('')).toEqual({ ...memleak, tool: 'memleak', findings: [why], instead: why });
    expect([runs('gadget'), inspektorRuns()]).toEqual(['memleak', false]);
  });
});
