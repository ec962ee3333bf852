import { closeSync, openSync, readSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { spawn } from '../../exec.ts';
import type { ExecOptions, Place, Running } from '../../model/place.ts';
import { TYPED } from '../../model/tool.ts';
import { onPath, root, SBIN } from '../../paths.ts';
import { starts } from '../../tools/index.ts';

const here = () => join(root, 'runner/environments/local');

export const isRoot = (): boolean => process.getuid?.() === 0;

/** This machine. A command that is elevated runs through sudo, unless we are root, under the elevated parent. */
export const hostPlace: Place = {
  exec(argv: readonly string[], options: ExecOptions = {}): Running {
    const { elevated, env, ...rest } = options;
    return spawn(elevated ? elevate(argv) : argv, { ...rest, env: { ...placeEnv(), ...env } });
  },
  async which(program) {
    return onPath(program);
  },
  env: placeEnv,
};

/** Whether a program is one for the processor, and no script. */
function compiled(program: string): boolean {
  const path = onPath(program);
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

/** A tool as typed → the argv that runs it here. */
function located(argv: readonly string[]): string[] {
  const [program = '', ...args] = argv;
  const start = starts().find(
    (s) =>
      (s.program === program || s.program === basename(program)) &&
      (s.when === 'always' || (s.when === 'compiled') === compiled(program)),
  );
  return [...(start?.as.map((word) => (word === TYPED ? program : word)) ?? [program]), ...args];
}

/** The argv that runs a tool as root: sudo, visibly, and the small parent that ends the tool with us. */
export function elevate(argv: readonly string[]): string[] {
  // Behind sudo, with our socket as its stdin, bash would take itself for a remote shell and read root's .bashrc.
  const guarded = ['/bin/bash', '--norc', join(here(), 'elevated.sh'), String(process.pid), ...located(argv)];
  return isRoot() ? guarded : [sudoPath() ?? 'sudo', '--', ...guarded];
}

/** The real sudo, for a command that needs root and no guard. */
export const sudoPath = (): string | null => onPath('sudo');

/** Between the words of a line that tells our `sudo` how a tool is started: nothing that is in a path. */
const BETWEEN = '\x1f';

/** What every command in this place gets: our `sudo` first, then the sbin directories. */
function placeEnv(): Record<string, string> {
  const sudo = sudoPath();
  return {
    PATH: [join(here(), 'shim'), process.env.PATH ?? '/usr/bin:/bin', ...SBIN].join(delimiter),
    WORKSHOP_OWNER: String(process.pid),
    WORKSHOP_STARTS: starts()
      .map(({ program, when, as }) => [program, when, ...as].join(BETWEEN))
      .join('\n'),
    ...(sudo ? { WORKSHOP_SUDO: sudo } : {}),
  };
}
