import type { Place } from '../environments/axis.ts';
import type { PackageManager } from './axis.ts';

/** A program that something needs, and the packages that bring it on each family of distributions. */
export interface Need {
  program: string;
  packages: Record<PackageManager, string[]>;
}

const MANAGERS: [program: string, manager: PackageManager][] = [
  ['apt-get', 'apt'],
  ['dnf', 'dnf'],
  ['zypper', 'zypper'],
  ['pacman', 'pacman'],
  ['apk', 'apk'],
];

const same = (name: string): Record<PackageManager, string[]> => ({ apt: [name], dnf: [name], zypper: [name], pacman: [name], apk: [name] });

/** What the lab and lessons 1–5 need beside Node. `script` records a shell, `bpftool` shows loaded programs. */
export const LAB_NEEDS: Need[] = [
  { program: 'cc', packages: { apt: ['gcc', 'libc6-dev'], dnf: ['gcc', 'glibc-devel'], zypper: ['gcc', 'glibc-devel'], pacman: ['gcc'], apk: ['gcc', 'musl-dev'] } },
  { program: 'make', packages: same('make') },
  { program: 'bpftrace', packages: same('bpftrace') },
  { program: 'bpftool', packages: { apt: ['bpftool'], dnf: ['bpftool'], zypper: ['bpftool'], pacman: ['bpf'], apk: ['bpftool'] } },
  { program: 'curl', packages: same('curl') },
  { program: 'ps', packages: { apt: ['procps'], dnf: ['procps-ng'], zypper: ['procps'], pacman: ['procps-ng'], apk: ['procps'] } },
  { program: 'mount', packages: { apt: ['mount'], dnf: ['util-linux'], zypper: ['util-linux'], pacman: ['util-linux'], apk: ['util-linux'] } },
  { program: 'script', packages: { apt: ['bsdutils'], dnf: ['util-linux-script'], zypper: ['util-linux'], pacman: ['util-linux'], apk: ['util-linux-misc'] } },
];

/** What the tests need on top: an ordinary user who may use sudo, bare machines to try, a linter for shell scripts. */
export const TEST_NEEDS: Need[] = [
  { program: 'sudo', packages: same('sudo') },
  { program: 'useradd', packages: { apt: ['passwd'], dnf: ['shadow-utils'], zypper: ['shadow'], pacman: ['shadow'], apk: ['shadow'] } },
  { program: 'git', packages: same('git') },
  { program: 'shellcheck', packages: { ...same('shellcheck'), dnf: ['ShellCheck'], zypper: ['ShellCheck'] } },
  { program: 'mmdebstrap', packages: same('mmdebstrap') },
];

/** Those of the needs that this place does not have. */
export async function missing(place: Place, needs: Need[]): Promise<Need[]> {
  const found = await Promise.all(needs.map(async (need) => ((await place.which(override(need.program))) ? null : need)));
  return found.filter((n) => n !== null);
}

/** A tool that the person named by path is not for us to install. */
const override = (program: string): string => (program === 'bpftrace' ? (process.env.WORKSHOP_BPFTRACE ?? program) : program);

export async function packageManager(place: Place): Promise<PackageManager | null> {
  for (const [program, manager] of MANAGERS) if (await place.which(program)) return manager;
  return null;
}

/** The one command that installs these, without sudo before it. */
export function installCommand(manager: PackageManager, needs: Need[]): string[] {
  const packages = [...new Set(needs.flatMap((n) => n.packages[manager]))];
  switch (manager) {
    case 'apt':
      return ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
    case 'dnf':
      return ['dnf', 'install', '-y', ...packages];
    case 'zypper':
      return ['zypper', '--non-interactive', 'install', ...packages];
    case 'pacman':
      return ['pacman', '-S', '--noconfirm', '--needed', ...packages];
    case 'apk':
      return ['apk', 'add', ...packages];
  }
}

/** What refreshes the package lists first, where a fresh machine has none. */
export function refreshCommand(manager: PackageManager): string[] | null {
  return manager === 'apt' ? ['apt-get', 'update', '-qq'] : manager === 'pacman' ? ['pacman', '-Sy'] : null;
}
