import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { Place } from '../model/place.ts';
import type { Need, PackageManager } from '../model/need.ts';

const MANAGERS: [program: string, manager: PackageManager][] = [
  ['apt-get', 'apt'],
  ['dnf', 'dnf'],
  ['zypper', 'zypper'],
  ['pacman', 'pacman'],
  ['apk', 'apk'],
];

const same = (name: string): Record<PackageManager, string[]> => ({
  apt: [name],
  dnf: [name],
  zypper: [name],
  pacman: [name],
  apk: [name],
});

/** Ubuntu before 25.04 has bpftool in packages of its kernels. */
function bpftoolOnApt(): string[] {
  const [, version = '0'] = /^ID=ubuntu$/m.test(osRelease()) ? (/^VERSION_ID="?([\d.]+)/m.exec(osRelease()) ?? []) : [];
  return version !== '0' && Number(version) < 25.04 ? ['linux-tools-common', `linux-tools-${release()}`] : ['bpftool'];
}

function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

/** What the lab and lessons 1–5 need beside Node. `script` records a shell, `bpftool` shows loaded programs. */
export const LAB_NEEDS: Need[] = [
  {
    program: 'cc',
    packages: {
      apt: ['gcc', 'libc6-dev'],
      dnf: ['gcc', 'glibc-devel'],
      zypper: ['gcc', 'glibc-devel'],
      pacman: ['gcc'],
      apk: ['gcc', 'musl-dev'],
    },
  },
  { program: 'make', packages: same('make') },
  { program: 'bpftrace', packages: same('bpftrace') },
  {
    program: 'bpftool',
    packages: { apt: bpftoolOnApt(), dnf: ['bpftool'], zypper: ['bpftool'], pacman: ['bpf'], apk: ['bpftool'] },
  },
  { program: 'curl', packages: same('curl') },
  {
    program: 'ps',
    packages: { apt: ['procps'], dnf: ['procps-ng'], zypper: ['procps'], pacman: ['procps-ng'], apk: ['procps'] },
  },
  {
    program: 'mount',
    packages: {
      apt: ['mount'],
      dnf: ['util-linux'],
      zypper: ['util-linux'],
      pacman: ['util-linux'],
      apk: ['util-linux'],
    },
  },
  {
    program: 'script',
    packages: {
      apt: ['bsdutils'],
      dnf: ['util-linux-script'],
      zypper: ['util-linux'],
      pacman: ['util-linux'],
      apk: ['util-linux-misc'],
    },
  },
];

/** BCC, by family. libbpf-tools has a memleak, too, which shows libc's mmap for the caller; it is not the one we teach. */
export const NO_BCC: Record<PackageManager, string[]> = {
  apt: ['bpfcc-tools', 'python3-bpfcc'],
  dnf: ['bcc-tools', 'python3-bcc'],
  zypper: ['bcc-tools', 'python3-bcc'],
  pacman: ['bcc-tools', 'python-bcc'],
  apk: ['bcc-tools', 'py3-bcc'],
};

/** What BCC's memleak is called: on Debian and Ubuntu, then on RHEL and Fedora, where it is on nobody's PATH. */
export const MEMLEAK = ['memleak-bpfcc', '/usr/share/bcc/tools/memleak'] as const;

/** What lessons 6 and 7 need. Kernel headers are no program: whether there are any is the environment's to say. */
export const BCC_NEEDS: Need[] = [{ program: 'memleak-bpfcc', called: MEMLEAK, packages: NO_BCC }];

/** Kernel headers of any version, from this package on Debian and Ubuntu. */
export const headersNeed = (apt: string, there: () => boolean): Need => ({
  program: 'kernel headers',
  there,
  packages: {
    apt: [apt],
    dnf: ['kernel-devel'],
    zypper: ['kernel-devel'],
    pacman: ['linux-headers'],
    apk: ['linux-headers'],
  },
});

/** All that our own tracer, bpf/memleak, is built with: no kernel headers, for the kernel brings its own types. */
export const NO_LOADER: Record<PackageManager, string[]> = {
  apt: ['clang', 'libbpf-dev', 'libelf-dev', 'zlib1g-dev', 'gcc', 'make'],
  dnf: ['clang', 'libbpf-devel', 'elfutils-libelf-devel', 'zlib-devel', 'gcc', 'make'],
  zypper: ['clang', 'libbpf-devel', 'libelf-devel', 'zlib-devel', 'gcc', 'make'],
  pacman: ['clang', 'libbpf', 'libelf', 'zlib', 'gcc', 'make'],
  apk: ['clang', 'libbpf-dev', 'elfutils-dev', 'zlib-dev', 'linux-headers', 'gcc', 'make', 'musl-dev'],
};

const header = (file: string) => () =>
  ['/usr/include', '/usr/local/include'].some((dir) => existsSync(`${dir}/${file}`));

/** What it takes beside the compiler that a lab is built with. */
export const LOADER_NEEDS: Need[] = [
  { program: 'clang', packages: same('clang') },
  {
    program: 'bpf/libbpf.h',
    there: header('bpf/libbpf.h'),
    packages: {
      apt: ['libbpf-dev'],
      dnf: ['libbpf-devel'],
      zypper: ['libbpf-devel'],
      pacman: ['libbpf'],
      apk: ['libbpf-dev', 'linux-headers'],
    },
  },
  {
    program: 'libelf.h',
    there: header('libelf.h'),
    packages: {
      apt: ['libelf-dev'],
      dnf: ['elfutils-libelf-devel'],
      zypper: ['libelf-devel'],
      pacman: ['libelf'],
      apk: ['elfutils-dev'],
    },
  },
  {
    program: 'zlib.h',
    there: header('zlib.h'),
    packages: { apt: ['zlib1g-dev'], dnf: ['zlib-devel'], zypper: ['zlib-devel'], pacman: ['zlib'], apk: ['zlib-dev'] },
  },
];

/** What the tests need on top: an ordinary user who may use sudo, bare machines to try, a linter for shell scripts. */
export const TEST_NEEDS: Need[] = [
  { program: '/usr/bin/python3', packages: same('python3') },
  { program: 'sudo', packages: same('sudo') },
  {
    program: 'useradd',
    packages: { apt: ['passwd'], dnf: ['shadow-utils'], zypper: ['shadow'], pacman: ['shadow'], apk: ['shadow'] },
  },
  { program: 'git', packages: same('git') },
  { program: 'shellcheck', packages: { ...same('shellcheck'), dnf: ['ShellCheck'], zypper: ['ShellCheck'] } },
  { program: 'mmdebstrap', packages: same('mmdebstrap') },
];

/** Those of the needs that this place does not have. */
export async function missing(place: Place, needs: Need[]): Promise<Need[]> {
  const found = await Promise.all(
    needs.map(async (need) => {
      if (need.there) return need.there() ? null : need;
      for (const name of need.called ?? [need.program]) if (await place.which(override(name))) return null;
      return need;
    }),
  );
  return found.filter((n) => n !== null);
}

/** A tool that the person named by path is not for us to install. */
const override = (program: string): string => {
  if (program === 'bpftrace') return process.env.WORKSHOP_BPFTRACE || program;
  return program === MEMLEAK[0] ? process.env.WORKSHOP_BCC || program : program;
};

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
