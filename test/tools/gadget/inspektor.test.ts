import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  it('otherwise it does', async () => {
    expect(await found('machine', client('ig', 'v0.55.1', 'REPOSITORY TAG\nmemleak    latest'), KPROBES)).toEqual({
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
