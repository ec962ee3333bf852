import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Kept from run to run: making one takes half a minute of a processor. */
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ebpf-workshop', 'test-roots');
/** A release's packages change now and then. */
const A_FORTNIGHT_MS = 14 * 24 * 3600 * 1000;

/** A command as root, by sudo where we aren't. */
export const elevated = (...argv: string[]): [string, string[]] => {
  const [program = '', ...args] = process.getuid?.() === 0 ? argv : ['sudo', '-n', ...argv];
  return [program, args];
};

const root = (...argv: string[]) => execFileSync(...elevated(...argv), { stdio: ['ignore', 'ignore', 'pipe'] });

/**
 * A Debian release with these packages, in a folder of its own, then `finish` run in it once. It is shared with other
 * runs, and with those to come.
 */
export function rootOf(suite: string, packages: string, finish = ''): string {
  const what = createHash('sha256').update(`${packages}\n${finish}`).digest('hex').slice(0, 8);
  const name = `${suite}-${what}-${Math.floor(Date.now() / A_FORTNIGHT_MS)}`;
  const dir = join(cache, name);
  if (existsSync(dir)) return dir;
  mkdirSync(cache, { recursive: true });
  const old = readdirSync(cache).filter((other) => other.startsWith(`${suite}-${what}-`) && !other.startsWith(name));
  const fresh = `${dir}.${process.pid}`;
  // The newest archive's index may be older than it says.
  const options = ['--quiet', '--variant=minbase', '--aptopt=Acquire::Check-Valid-Until "false"'];
  try {
    root('mmdebstrap', ...options, `--include=${packages}`, suite, fresh);
    if (finish) root('chroot', fresh, 'bash', '-ec', finish);
    // Another run may have made it meanwhile.
    if (!existsSync(dir)) root('mv', '--no-target-directory', fresh, dir);
    return dir;
  } finally {
    root('rm', '-rf', '--one-file-system', fresh, ...old.map((other) => join(cache, other)));
  }
}

/** Our tracer, built with the packages of a Debian release and nothing else, as README lists them; its path. */
export function tracerOf(suite: string, checkout: string): string {
  const dir = rootOf(suite, 'clang,libbpf-dev,libdw-dev,zlib1g-dev,gcc,libc6-dev,make');
  const at = `/build-${process.pid}-${Date.now()}`;
  root('cp', '-r', join(checkout, 'bpf/memleak'), join(dir, at));
  root('chroot', dir, 'make', '-s', '-C', at, `BUILD=${at}/out`);
  return join(dir, at, 'out/memleak');
}

/** Removes what tracerOf has built. */
export const removeTracer = (path: string): void => void root('rm', '-rf', join(path, '../..'));
