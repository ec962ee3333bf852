import { existsSync } from 'node:fs';
import type { Need } from '../model/need.ts';
import { same } from './packages.ts';

const header = (file: string) => () =>
  ['/usr/include', '/usr/local/include'].some((dir) => existsSync(`${dir}/${file}`));

/** What our own BPF programs are built with, beside the compiler of a lab: no kernel headers, for the kernel brings its own types. */
export const BPF_TOOLCHAIN: Need[] = [
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
    program: 'elfutils/libdwfl.h',
    there: header('elfutils/libdwfl.h'),
    packages: {
      apt: ['libdw-dev'],
      dnf: ['elfutils-devel'],
      zypper: ['libdw-devel'],
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
