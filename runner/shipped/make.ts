import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { makeDirs } from '../disk.ts';
import { WorkshopError } from '../errors.ts';
import { capture } from '../exec.ts';
import { debian } from '../install/debian.ts';
import { cacheDir, onPath } from '../paths.ts';
import { type Build, type FromBinaries, type FromSource, HALVES, type Half, type ShippedLeak } from './model.ts';

/** The release whose packages are meant: each leak's triggers and figures are of its versions. */
export const RELEASE = 'bookworm';

/** What Debian's own builds have of it, and what a walk of the stack without tables needs besides. */
const CFLAGS: Record<Build, string> = {
  frames: '-g -O2 -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer',
  plain: '-g -O2',
  shipped: '-g -O2 -fno-omit-frame-pointer',
};
const PATIENCE_MS = 600_000;

/** What a build was made from, so that another recipe makes another one. */
function digest(leak: ShippedLeak, build: Build): string {
  const origin = leak.builds[build] as FromSource | FromBinaries;
  const made = origin.make?.({ cflags: CFLAGS[build], packages: 'PACKAGES' }) ?? [];
  const files = made.flat().filter((word) => /^\/.*\.c$/.test(word));
  const hash = createHash('sha256').update(JSON.stringify([RELEASE, origin, made]));
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Makes both halves of a leak, once; resolves to the folder that holds `leak` and `twin`. Rejects with what a person is
 * told where packages can't be had, or a compiler is not here.
 */
export async function made(leak: ShippedLeak, build: Build, signal?: AbortSignal): Promise<string> {
  const origin = leak.builds[build];
  if (!origin) throw new Error(`${leak.name} has no build ${build}`);
  const target = join(cacheDir(), 'shipped', `${leak.name}-${build}-${digest(leak, build)}`);
  if (existsSync(target)) return target;
  if (origin.make)
    for (const program of ['cc', 'make', 'patch'])
      if (!onPath(program)) throw new WorkshopError('lab.no-compiler', { program });
  const archive = await debian(RELEASE, signal);
  makeDirs(dirname(target));
  const work = mkdtempSync(`${target}.`);
  const run = async (argv: readonly string[], cwd: string) => {
    const { code, text, error } = await capture(['nice', ...argv], {
      cwd,
      env: { LC_ALL: 'C' },
      timeoutMs: PATIENCE_MS,
      signal,
    });
    signal?.throwIfAborted();
    if (code === 0) return;
    const detail = error ?? text.trim().split('\n').slice(-5).join('\n');
    throw new WorkshopError('lab.build-failed', { workload: leak.program, detail });
  };
  try {
    if (origin.from === 'binaries') await fromBinaries(origin);
    else await fromSource(origin);
    // Another run may have made it meanwhile.
    if (!existsSync(target)) renameSync(join(work, 'halves'), target);
    return target;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }

  async function fromBinaries({ packages, make }: FromBinaries): Promise<void> {
    for (const half of HALVES) {
      const dir = join(work, 'halves', half);
      await archive.binary(packages[half], dir);
      for (const argv of make?.({ cflags: CFLAGS[build] }) ?? []) await run(argv, dir);
    }
  }

  /** The twin first: with the patch taken back, make builds anew what the patch had changed. */
  async function fromSource({ package: name, reversed, with: needs, make, keeps }: FromSource): Promise<void> {
    const tree = await archive.source(name, join(work, 'source'));
    const packages = join(work, 'packages');
    if (needs) await archive.binary(needs, packages);
    const steps = make({ cflags: CFLAGS[build], packages });
    for (const argv of steps) await run(argv, tree);
    kept('twin');
    for (const patch of reversed.toReversed())
      await run(['patch', '-R', '-p1', '-f', '--no-backup-if-mismatch', '-i', join('debian/patches', patch)], tree);
    for (const argv of steps) await run(argv, tree);
    kept('leak');

    function kept(half: Half): void {
      for (const file of keeps) {
        const to = join(work, 'halves', half, file);
        mkdirSync(dirname(to), { recursive: true });
        cpSync(join(tree, file), to, { dereference: true });
      }
    }
  }
}
