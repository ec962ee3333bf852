import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { spawn } from '../../exec.ts';
import { root } from '../../paths.ts';
import type { ExecOptions, Place, Running } from '../axis.ts';

const here = () => join(root, 'runner/environments/host');
/** Where Debian keeps tools that an ordinary user's PATH leaves out. */
const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/share/bcc/tools'];

export const isRoot = (): boolean => process.getuid?.() === 0;

/** This host. A command that is elevated runs through sudo, unless we are root, under the elevated parent. */
export const hostPlace: Place = {
  exec(argv: readonly string[], options: ExecOptions = {}): Running {
    const { elevated, env, ...rest } = options;
    return spawn(elevated ? elevate(argv) : argv, { ...rest, env: { ...placeEnv(), ...env } });
  },
  async which(program) {
    return find(program);
  },
};

/** The argv that runs a tool as root: sudo, visibly, and the small parent that ends the tool with us. */
export function elevate(argv: readonly string[]): string[] {
  const [program = '', ...args] = argv;
  const named = program === 'bpftrace' ? (process.env.WORKSHOP_BPFTRACE ?? program) : program;
  const guarded = ['/bin/bash', join(here(), 'elevated.sh'), named, ...args];
  return isRoot() ? guarded : [sudoPath() ?? 'sudo', '--', ...guarded];
}

/** The real sudo, for a command that needs root and no guard. */
export const sudoPath = (): string | null => find('sudo');

/** What every command in this place gets: our `sudo` first, then the sbin directories. */
function placeEnv(): Record<string, string> {
  const sudo = sudoPath();
  return {
    PATH: [join(here(), 'shim'), process.env.PATH ?? '/usr/bin:/bin', ...SBIN].join(delimiter),
    WORKSHOP_OWNER: String(process.pid),
    ...(sudo ? { WORKSHOP_SUDO: sudo } : {}),
  };
}

function find(program: string): string | null {
  const dirs = program.includes('/') ? [''] : [...(process.env.PATH ?? '/usr/bin:/bin').split(delimiter), ...SBIN];
  for (const dir of dirs) {
    const path = dir ? join(dir, program) : program;
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return null;
}
