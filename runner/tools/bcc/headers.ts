import { makeDirs } from '../../disk.ts';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { arch, release } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cacheDir } from '../../paths.ts';
import { startTimeOf } from '../../process.ts';

/**
 * Kernel headers for BCC, which compiles when it starts. They need not be of the running kernel for tools that probe
 * user space: any recent ones do. `own`: BCC finds them by itself. `merged`: `dir` has to be given to it, as
 * BCC_KERNEL_SOURCE. `none`: a package has to bring them.
 */
export type Headers = { state: 'own' } | { state: 'merged'; dir: string; halves: string[] } | { state: 'none' };

/** Where things lie on this machine; tests give others. */
export interface Roots {
  modules: string;
  src: string;
  kheaders: string;
  cache: string;
}

const here = (): Roots => ({
  modules: '/lib/modules',
  src: '/usr/src',
  kheaders: '/sys/kernel/kheaders.tar.xz',
  cache: join(cacheDir(), 'headers'),
});

/** What the compiler includes first; a tree without it is none. */
const KCONFIG = 'include/linux/kconfig.h';
const ARCH = { x64: 'x86', arm64: 'arm64' } as Record<string, string>;

/** Finds headers; makes nothing. Where the running kernel has none of its own, those of another one do. */
export function headers(kernel = release(), at: Roots = here()): Headers {
  const own = join(at.modules, kernel);
  if (existsSync(join(own, 'build', KCONFIG))) return { state: 'own' };
  // Debian has two halves, and BCC looks for both.
  if (existsSync(join(own, 'build')) && existsSync(join(own, 'source', KCONFIG))) return { state: 'own' };
  if (existsSync(at.kheaders)) return { state: 'own' };
  for (const halves of candidates(at.src)) {
    if (!halves.some((dir) => existsSync(join(dir, KCONFIG)))) continue;
    const last = halves.at(-1) as string;
    return halves.length === 1
      ? { state: 'merged', dir: last, halves: [] }
      : { state: 'merged', dir: join(at.cache, basename(last)), halves };
  }
  return { state: 'none' };
}

/** Trees under /usr/src, newest first: [common, arch] of Debian and Ubuntu, [whole] of Fedora and RHEL. */
function candidates(src: string): string[][] {
  const names = list(src);
  const halves = names.flatMap((name) => {
    const common = /^linux-headers-(\d.*)-common$/.exec(name)?.[1];
    if (common) {
      const half = names.find((n) => n.startsWith(`linux-headers-${common}-`) && !/-common(?:-|$)/.test(n));
      return half ? [{ version: common, halves: [join(src, name), join(src, half)] }] : [];
    }
    // Ubuntu's second half is linked against the first, whose name has that of the flavour or of the backport in it.
    const [, ubuntu, version] = /^linux-headers-((\d[\d.]*-\d+)-[a-z][\w-]*)$/.exec(name) ?? [];
    const base = names.find((n) => /^linux-(?:[a-z][\w.-]*-)?headers-/.test(n) && n.endsWith(`headers-${version}`));
    return ubuntu && base ? [{ version: ubuntu, halves: [join(src, base), join(src, name)] }] : [];
  });
  const whole = list(join(src, 'kernels')).map((version) => ({ version, halves: [join(src, 'kernels', version)] }));
  return [...halves, ...whole]
    .sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))
    .map((c) => c.halves);
}

/** Makes one tree of a distribution's two halves, of what BCC includes and no more: once, and whole or not at all. */
export function merge(found: Headers): void {
  if (found.state !== 'merged' || existsSync(join(found.dir, KCONFIG))) return;
  const fresh = `${found.dir}.${process.pid}`;
  const folders = ['include', `arch/${ARCH[arch()] ?? arch()}/include`];
  clearAbandoned(found.dir);
  try {
    for (const half of found.halves) {
      for (const folder of folders) {
        if (!existsSync(join(half, folder))) continue;
        makeDirs(join(fresh, folder));
        cpSync(join(half, folder), join(fresh, folder), { recursive: true, dereference: true });
      }
    }
    // Another runner may have been faster; what has no kconfig.h is nobody's.
    if (existsSync(join(found.dir, KCONFIG))) return;
    rmSync(found.dir, { recursive: true, force: true });
    renameSync(fresh, found.dir);
  } catch (error) {
    if (!existsSync(join(found.dir, KCONFIG))) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Takes away what runners that are gone were copying. */
function clearAbandoned(dir: string): void {
  for (const name of list(dirname(dir))) {
    const pid = name.startsWith(`${basename(dir)}.`) ? Number(name.slice(basename(dir).length + 1)) : Number.NaN;
    if (Number.isInteger(pid) && pid !== process.pid && startTimeOf(pid) === null)
      rmSync(join(dirname(dir), name), { recursive: true, force: true });
  }
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir).sort();
  } catch {
    return [];
  }
}

/** The package that brings headers here: of whatever version, but of this machine's kind. */
export function headersPackage(release = '/etc/os-release'): string {
  const debian = { x64: 'amd64', arm64: 'arm64' } as Record<string, string>;
  return /^ID(?:_LIKE)?=.*\bubuntu\b/m.test(read(release))
    ? 'linux-headers-generic'
    : `linux-headers-${debian[arch()] ?? arch()}`;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
