// Programs that are put into a folder of ours without being installed: built from a Go module, or taken out of a package.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirs } from '../disk.ts';
import { WorkshopError } from '../errors.ts';
import { capture } from '../exec.ts';
import type { Need } from '../model/need.ts';
import { binDir, cacheDir, onPath } from '../paths.ts';
import { debian } from './debian.ts';
import { putInto } from './release.ts';

/** A module's sources and its packages are built in a minute or two, ms. */
const BUILD_MS = 600_000;

export interface Way {
  /** What a person would type for the same, as far as one line says it. */
  command: string;
  /** Resolves to the program's path; rejects with an error that names what failed. */
  make(signal?: AbortSignal): Promise<string>;
}

/** How a program can be had here without a release of its publisher's; null where it can't. `osRelease` is /etc/os-release. */
export function wayTo(need: Need, osRelease = readOsRelease()): Way | null {
  const { taken, module } = need;
  const release = /^ID="?debian"?$/m.test(osRelease) ? /^VERSION_CODENAME="?(\w+)/m.exec(osRelease)?.[1] : undefined;
  if (taken && release && onPath('apt-get')) return takenFrom(need.program, taken, release);
  if (module && onPath('go')) return built(need.program, module);
  return null;
}

const takenFrom = (program: string, taken: NonNullable<Need['taken']>, release: string): Way => ({
  command: `apt-get download ${taken.package} && dpkg-deb -x ${taken.package}_*.deb ${join(binDir(), '..', taken.package)}`,
  make: (signal) =>
    inFolder(async (dir) => {
      await (await debian(release, signal)).binary([taken.package], dir);
      try {
        return putInto(binDir(), program, readFileSync(join(dir, taken.member)));
      } catch (error) {
        throw failed(program, (error as Error).message, `apt-get download ${taken.package}`);
      }
    }),
});

const built = (program: string, module: string): Way => ({
  command: `GOBIN=${binDir()} go install ${module}`,
  make: (signal) =>
    inFolder(async (dir) => {
      const { code, text, error } = await capture(['go', 'install', module], {
        // Apart first: what is in the folder of programs is whole.
        cwd: dir,
        env: { GOBIN: dir, GOFLAGS: '-trimpath' },
        timeoutMs: BUILD_MS,
        signal,
      });
      signal?.throwIfAborted();
      const said = error ?? text.trim().split('\n').slice(-3).join('\n');
      if (code !== 0) throw failed(program, said, `go install ${module}`);
      return putInto(binDir(), program, readFileSync(join(dir, program)));
    }),
});

async function inFolder(work: (dir: string) => Promise<string>): Promise<string> {
  makeDirs(cacheDir());
  const dir = mkdtempSync(join(cacheDir(), 'making-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const failed = (packages: string, detail: string, command: string) =>
  new WorkshopError('install.failed', { packages, detail, command });

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
