import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { partsOf } from '../../../bin/bootstrap/bundle-file.mjs';
import { restore, save, takePrograms } from '../../../runner/environments/kind/bundle.ts';
import { faked } from '../kube/faked.ts';

/** A Docker with all images, which saves a tar of what is in `layers` and loads what is one, unless `says` holds its words. */
const DOCKER = `
case "$1 $2" in
"save "*) tar -C "$FAKE_BIN" -cf "$3" layers ;;
"load "*) [ ! -s "$FAKE_BIN/says" ] || { cat "$FAKE_BIN/says"; exit 1; } ;;
esac`;

function machine() {
  const m = faked('docker', DOCKER);
  for (const name of ['XDG_STATE_HOME', 'XDG_CACHE_HOME']) vi.stubEnv(name, join(m.dir, name));
  mkdirSync(join(m.dir, 'layers'));
  writeFileSync(join(m.dir, 'layers/one'), Buffer.alloc(50_000, 1));
  for (const program of ['kind', 'kubectl'])
    writeFileSync(join(m.dir, program), `#!/bin/sh\necho ${program}\n`, { mode: 0o755 });
  return { ...m, file: join(m.dir, 'bundle.tar'), loads: () => m.calls().filter((c) => c.includes('docker load')) };
}
afterEach(() => vi.unstubAllEnvs());

describe('a bundle', () => {
  it('holds the images, the node modules that the runner is built from, and the programs', async () => {
    const m = machine();
    await save(m.file);
    expect(readdirSync(m.dir).filter((name) => name.startsWith('bundle'))).toEqual(['bundle.tar']);
    const { needs, contents } = partsOf(m.file);
    expect(contents).toMatchObject({ programs: ['kind', 'kubectl'], platform: `${process.platform}-${process.arch}` });
    const archive = readFileSync(m.file).subarray(needs?.at, (needs?.at ?? 0) + (needs?.bytes ?? 0));
    const names = execFileSync('tar', ['-tzf', '-'], { input: archive, encoding: 'utf8', maxBuffer: 1 << 26 }).split(
      '\n',
    );
    for (const name of ['kind', 'kubectl', 'node_modules/.package-lock.json', 'node_modules/esbuild/package.json'])
      expect(names).toContain(name);
    expect(names.filter((name) => /^node_modules\/(?:vitest|typescript)\//.test(name))).toEqual([]);
    await restore(m.file);
    expect(m.loads()).toHaveLength(1);
  }, 60_000);

  it('gives the programs that are not there, and no others', async () => {
    const m = machine();
    await save(m.file);
    vi.stubEnv('PATH', join(m.dir, 'bare'));
    mkdirSync(join(m.dir, 'bare'));
    for (const program of ['tar', 'gzip', 'cat', 'sh'])
      execFileSync('/bin/ln', [
        '-s',
        execFileSync('/bin/sh', ['-c', `command -v ${program}`], {
          encoding: 'utf8',
          env: { PATH: '/usr/bin:/bin' },
        }).trim(),
        join(m.dir, 'bare', program),
      ]);
    writeFileSync(join(m.dir, 'bare/kubectl'), '', { mode: 0o755 });
    await takePrograms(m.file);
    const bin = join(m.dir, 'XDG_CACHE_HOME/ebpf-workshop/bin');
    expect(readdirSync(bin)).toEqual(['kind']);
    expect(execFileSync(join(bin, 'kind'), { encoding: 'utf8' })).toBe('kind\n');
  }, 60_000);
});

describe('what is no whole bundle is said to be none, and Docker never sees it', () => {
  it.each([
    ['cut off', 'kind.bundle-cut', (file: string) => truncateSync(file, statSync(file).size - 20_000)],
    ['empty', 'kind.bundle-cut', (file: string) => truncateSync(file, 0)],
    [
      'changed',
      'kind.bundle-damaged',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes[20_000] = 0;
        writeFileSync(file, bytes);
      },
    ],
    ['no tar', 'kind.no-bundle', (file: string) => writeFileSync(file, 'text'.repeat(1000))],
    ['not there', 'usage.unreadable-file', (file: string) => execFileSync('rm', [file])],
    [
      'a folder',
      'usage.unreadable-file',
      (file: string) => execFileSync('sh', ['-c', 'rm "$1" && mkdir "$1"', '', file]),
    ],
  ] as const)(
    '%s: %s',
    async (_, errorName, spoil) => {
      const m = machine();
      await save(m.file);
      spoil(m.file);
      await expect(restore(m.file)).rejects.toMatchObject({ errorName, values: { file: m.file } });
      expect(m.loads()).toEqual([]);
    },
    60_000,
  );

  it('but of a tar that is not ours Docker says why not', async () => {
    const m = machine();
    execFileSync('tar', ['-C', m.dir, '-cf', m.file, 'layers']);
    writeFileSync(join(m.dir, 'says'), 'open /var/lib/docker/tmp/x/repositories: no such file or directory\n');
    await expect(restore(m.file)).rejects.toMatchObject({
      errorName: 'kind.no-bundle',
      values: { detail: expect.stringContaining('repositories: no such file') },
    });
  });
  it('and one that is whole fails by what Docker lacks', async () => {
    const m = machine();
    await save(m.file);
    for (const [says, errorName] of [
      ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock', 'docker.unreachable'],
      ['write /layer.tar: no space left on device', 'docker.no-space'],
      ['something else', 'docker.failed'],
    ]) {
      writeFileSync(join(m.dir, 'says'), `${says}\n`);
      await expect(restore(m.file)).rejects.toMatchObject({ errorName });
    }
  }, 60_000);
});
