import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: where lessons, workloads and bpf scripts lie. The launcher says; under a test it is found upwards. */
export const root = process.env.WORKSHOP_ROOT ?? upwards(dirname(fileURLToPath(import.meta.url)));

/** What must survive: progress, transcripts, lab records. */
export const stateDir = (): string => join(xdg('XDG_STATE_HOME', '.local/state'), 'ebpf-workshop');

/** What can be made again: built workloads, preflight results. */
export const cacheDir = (): string => join(xdg('XDG_CACHE_HOME', '.cache'), 'ebpf-workshop');

/** Programs that we fetched for the person, beside those on PATH. */
export const binDir = (): string => join(cacheDir(), 'bin');

/** Where Debian keeps tools that an ordinary user's PATH leaves out, and Fedora BCC's. */
export const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/share/bcc/tools'];

/** The path of a program on this machine, or null; one that is named by its path is looked for there alone. */
export function onPath(program: string): string | null {
  const dirs = [...(process.env.PATH ?? '/usr/bin:/bin').split(delimiter), binDir(), ...SBIN];
  const paths = program.includes('/') ? [program] : dirs.filter(Boolean).map((dir) => join(dir, program));
  return paths.find(runs) ?? null;
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function xdg(name: string, fallback: string): string {
  const set = process.env[name];
  // The XDG specification: a relative path is invalid and is ignored.
  return set?.startsWith('/') ? set : join(homedir(), fallback);
}

function upwards(from: string): string {
  for (let dir = from; dir !== dirname(dir); dir = dirname(dir)) if (existsSync(join(dir, 'workloads'))) return dir;
  return from;
}
