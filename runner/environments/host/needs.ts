import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { same } from '../../install/packages.ts';
import type { Need } from '../../model/need.ts';
import { tools } from '../../tools/index.ts';

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

/** What our services are built with. */
export const WORKLOAD_NEEDS: Need[] = [
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
];

/** What the lab and lessons 1–5 need beside Node. `script` records a shell, `bpftool` shows loaded programs. */
export const labNeeds = (): Need[] => [
  ...WORKLOAD_NEEDS,
  ...tools.bpftrace.needs('machine'),
  {
    program: 'bpftool',
    packages: { apt: bpftoolOnApt(), dnf: ['bpftool'], zypper: ['bpftool'], pacman: ['bpf'], apk: ['bpftool'] },
  },
  ...tools.system.needs('machine'),
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

/** What the tests need on top: an ordinary user who may use sudo, bare machines to try, panes, a linter for shell scripts. */
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
  { program: 'tmux', packages: same('tmux') },
];

const NONE = { apt: [], dnf: [], zypper: [], pacman: [], apk: [] };
const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch;
/** A base of our own for tests and for places that mirror releases. */
const releases = process.env.WORKSHOP_PROMETHEUS_RELEASES || 'https://github.com/prometheus';

/** One program of a release of the Prometheus project: a .tar.gz in a folder of its own name, its sums beside it. */
function released(project: string, version: string, program: string) {
  const base = `${releases}/${project}/releases/download/v${version}`;
  const name = `${project}-${version}.linux-${arch}`;
  return { url: `${base}/${name}.tar.gz`, sha256: `${base}/sha256sums.txt`, member: `${name}/${program}` };
}

const fromPrometheus = (program: string): Need => ({
  program,
  packages: NONE,
  release: released('prometheus', '3.5.0', program),
  // The package would start a server on every address of this machine.
  taken: { package: 'prometheus', member: `usr/bin/${program}` },
});
const fromAlertmanager = (program: string): Need => ({
  program,
  packages: NONE,
  release: released('alertmanager', '0.28.1', program),
  // Debian 12's is too old for Teams' workflows.
  module: `github.com/prometheus/alertmanager/cmd/${program}@v0.28.1`,
});

/** What k8s/monitoring runs in a cluster, as programs: for its tests, and for learners on a host. */
export const MONITORING_NEEDS: Need[] = [
  ...['prometheus', 'promtool'].map(fromPrometheus),
  ...['alertmanager', 'amtool'].map(fromAlertmanager),
];
