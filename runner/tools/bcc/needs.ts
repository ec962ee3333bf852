import type { Need } from '../../model/need.ts';
import { headers, headersPackage } from './headers.ts';

/** What BCC's memleak is called: on Debian and Ubuntu, then on RHEL and Fedora, where it is on nobody's PATH. */
export const MEMLEAK = ['memleak-bpfcc', '/usr/share/bcc/tools/memleak'] as const;

/** A program that runs its arguments where BCC is, such as another root: nothing of it is for us to install. */
export const elsewhere = (): string | undefined => process.env.WORKSHOP_BCC || undefined;

/** What lessons 6 and 7 need. libbpf-tools has a memleak, too, which shows libc's mmap for the caller; it is not the one we teach. */
export const bccNeeds = (): Need[] => [
  {
    program: 'memleak-bpfcc',
    called: elsewhere() ? [elsewhere() as string] : MEMLEAK,
    packages: {
      apt: ['bpfcc-tools', 'python3-bpfcc'],
      dnf: ['bcc-tools', 'python3-bcc'],
      zypper: ['bcc-tools', 'python3-bcc'],
      pacman: ['bcc-tools', 'python-bcc'],
      apk: ['bcc-tools', 'py3-bcc'],
    },
  },
  {
    // They are no program, and those of any kernel will do.
    program: 'kernel headers',
    there: () => elsewhere() !== undefined || headers().state !== 'none',
    packages: {
      apt: [headersPackage()],
      dnf: ['kernel-devel'],
      zypper: ['kernel-devel'],
      pacman: ['linux-headers'],
      apk: ['linux-headers'],
    },
  },
];
