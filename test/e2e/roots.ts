import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Kept from run to run: making one takes a minute. */
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ebpf-workshop-tests');

/** A command as root, by sudo where we aren't. */
export const elevated = (...argv: string[]): [string, string[]] => {
  const [program = '', ...args] = process.getuid?.() === 0 ? argv : ['sudo', '-n', ...argv];
  return [program, args];
};

/**
 * A Debian release with these packages, in a folder of its own under this name, then `finish` run in it once. The newest
 * archive's index may be older than it says.
 */
export function rootOf(suite: string, name: string, packages: string, finish?: string): string {
  const dir = join(cache, name);
  if (existsSync(dir)) return dir;
  mkdirSync(cache, { recursive: true });
  const fresh = `${dir}.${process.pid}`;
  try {
    execFileSync(
      ...elevated(
        'mmdebstrap',
        '--quiet',
        '--variant=minbase',
        '--aptopt=Acquire::Check-Valid-Until "false"',
        `--include=${packages}`,
        suite,
        fresh,
      ),
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    if (finish)
      execFileSync(...elevated('chroot', fresh, 'bash', '-ec', finish), { stdio: ['ignore', 'ignore', 'pipe'] });
    renameSync(fresh, dir);
    return dir;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Our tracer, built with the packages of a Debian release and nothing else, as README lists them; its path. */
export function tracerOf(suite: string, checkout: string): string {
  const dir = rootOf(suite, `${suite}-build`, 'clang,libbpf-dev,libelf-dev,zlib1g-dev,gcc,libc6-dev,make');
  const at = `/build-${process.pid}-${Date.now()}`;
  execFileSync(...elevated('cp', '-r', join(checkout, 'bpf/memleak'), join(dir, at)));
  execFileSync(...elevated('chroot', dir, 'make', '-s', '-C', at, `BUILD=${at}/out`), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return join(dir, at, 'out/memleak');
}

/** Removes what tracerOf has built. */
export const removeTracer = (path: string): void => void execFileSync(...elevated('rm', '-rf', join(path, '../..')));
