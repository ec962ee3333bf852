import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inspektor, inspektorRuns, remember } from '../../../runner/tools/gadget/inspektor.ts';

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

describe('whether Inspektor Gadget runs here', () => {
  it('not on a kernel without kprobes, whatever is installed', async () => {
    expect(
      await inspektor('host', client('ig', 'v0.55.1', 'memleak latest'), 'ffffffff T register_uprobe\n'),
    ).toMatchObject({ runs: false, why: 'kprobes' });
    expect(await inspektor('host', {}, '')).toMatchObject({ runs: false, why: 'kprobes' });
  });
  it('not without its client', async () => {
    expect(await inspektor('host', { PATH: dir }, KPROBES)).toEqual({ runs: false, why: 'missing', detail: 'ig' });
    expect(
      await inspektor('kind', client('kubectl', 'error: unknown command "gadget" for "kubectl"', '', 1), KPROBES),
    ).toEqual({ runs: false, why: 'missing', detail: 'kubectl gadget' });
  });
  it('not with a release that loses what is outstanding', async () => {
    expect(await inspektor('host', client('ig', 'v0.49.0', 'memleak latest'), KPROBES)).toMatchObject({
      runs: false,
      why: 'missing',
      detail: 'ig 0.49.0 < 0.55',
    });
  });
  it('not in a cluster that does not have it', async () => {
    expect(
      await inspektor('kind', client('kubectl', 'Client version: v0.55.1\nServer version: not installed'), KPROBES),
    ).toMatchObject({ runs: false, why: 'not-deployed' });
  });
  it('not in a cluster where nobody said which image ours is', async () => {
    expect(
      await inspektor('cluster', client('kubectl', 'Client version: v0.55.1\nServer version: v0.55.1'), KPROBES),
    ).toMatchObject({ runs: false, why: 'no-gadget', detail: 'WORKSHOP_GADGET_IMAGE=REGISTRY/memleak:latest' });
  });
  it('not on a host where our gadget is not built', async () => {
    expect(
      await inspektor('host', client('ig', 'v0.55.1', 'REPOSITORY TAG\ntrace_malloc latest'), KPROBES),
    ).toMatchObject({ runs: false, why: 'no-gadget' });
  });
  it('otherwise it does', async () => {
    expect(await inspektor('host', client('ig', 'v0.55.1', 'REPOSITORY TAG\nmemleak    latest'), KPROBES)).toEqual({
      runs: true,
      version: '0.55.1',
    });
    vi.stubEnv('WORKSHOP_GADGET_IMAGE', 'registry.example/memleak:latest');
    expect(
      await inspektor('cluster', client('kubectl', 'Client version: v0.55.1\nServer version: v0.55.1'), KPROBES),
    ).toEqual({ runs: true, version: '0.55.1' });
  });
  it('commands follow what a preflight has found, and until then it is our loader', () => {
    expect(inspektorRuns('cluster')).toBe(false);
    remember('cluster', { runs: true, version: '0.55.1' });
    expect(inspektorRuns('cluster')).toBe(true);
    remember('cluster', { runs: false, why: 'kprobes', detail: '' });
    expect(inspektorRuns('cluster')).toBe(false);
  });
});
