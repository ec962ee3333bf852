import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { spawn } from '../../exec.ts';
import { binDir, root } from '../../paths.ts';
import { PYTHON } from '../../tools/bcc/index.ts';
import { builtPath } from '../../tools/memleak/build.ts';
import { MEMLEAK } from '../../install/packages.ts';
import type { ExecOptions, Place, Running } from '../../model/place.ts';
import { headers } from '../../tools/bcc/headers.ts';

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
  called(program) {
    if (program === 'memleak') return process.env.WORKSHOP_LOADER || builtPath();
    return process.env.WORKSHOP_BCC ? program : (MEMLEAK.find((name) => find(name)) ?? program);
  },
  env: placeEnv,
};

/** BCC's tools by the last part of their names, and our own that is built on it. */
const OF_BCC = /^(memleak(-bpfcc)?|mallocstacks)$/;

/** BCC's memleak is a script; a program of that name is our own tracer. */
function isOurs(program: string): boolean {
  if (program === process.env.WORKSHOP_LOADER) return true;
  const path = find(program);
  if (path === null) return false;
  const begin = Buffer.alloc(4);
  try {
    const file = openSync(path, 'r');
    readSync(file, begin);
    closeSync(file);
  } catch {
    return false;
  }
  return begin.equals(Buffer.from('\x7fELF'));
}

/** What a BCC tool is started with: our wrapper, in the Python that has BCC, with headers where it would find none. */
function startBcc(): string[] {
  const elsewhere = process.env.WORKSHOP_BCC;
  const found = elsewhere ? null : headers();
  const source = found?.state === 'merged' ? ['/usr/bin/env', `BCC_KERNEL_SOURCE=${found.dir}`] : [];
  return [...(elsewhere ? [elsewhere] : source), PYTHON, join(root, 'bpf/bcc-start.py')];
}

/** A tool as typed → the argv that runs it here. */
function located(argv: readonly string[]): string[] {
  const [program = '', ...args] = argv;
  if (program === 'bpftrace') return [process.env.WORKSHOP_BPFTRACE || program, ...args];
  return OF_BCC.test(basename(program)) && !isOurs(program) ? [...startBcc(), program, ...args] : [program, ...args];
}

/** The argv that runs a tool as root: sudo, visibly, and the small parent that ends the tool with us. */
export function elevate(argv: readonly string[]): string[] {
  // Behind sudo, with our socket as its stdin, bash would take itself for a remote shell and read root's .bashrc.
  const guarded = ['/bin/bash', '--norc', join(here(), 'elevated.sh'), String(process.pid), ...located(argv)];
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
    // One word a line: what our `sudo` puts before a BCC tool.
    WORKSHOP_BCC_START: startBcc().join('\n'),
    ...(sudo ? { WORKSHOP_SUDO: sudo } : {}),
  };
}

function find(program: string): string | null {
  const dirs = program.includes('/')
    ? ['']
    : [...(process.env.PATH ?? '/usr/bin:/bin').split(delimiter), binDir(), ...SBIN];
  for (const dir of dirs) {
    const path = dir ? join(dir, program) : program;
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return null;
}
