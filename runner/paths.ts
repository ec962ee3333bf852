import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';

/** The checkout: where lessons, workloads and bpf scripts lie. The launcher says; under a test it is found upwards. */
export const root = process.env.WORKSHOP_ROOT ?? upwards(dirname(fileURLToPath(import.meta.url)));

/** What must survive: progress, transcripts, lab records. */
export const stateDir = (): string => join(xdg('XDG_STATE_HOME', '.local/state'), 'ebpf-workshop');

/** What can be made again: built workloads, preflight results. */
export const cacheDir = (): string => join(xdg('XDG_CACHE_HOME', '.cache'), 'ebpf-workshop');

/** Programs that we fetched for the person, beside those on PATH. */
export const binDir = (): string => join(cacheDir(), 'bin');

function xdg(name: string, fallback: string): string {
  const set = process.env[name];
  // The XDG specification: a relative path is invalid and is ignored.
  return set?.startsWith('/') ? set : join(homedir(), fallback);
}

function upwards(from: string): string {
  for (let dir = from; dir !== dirname(dir); dir = dirname(dir)) if (existsSync(join(dir, 'workloads'))) return dir;
  return from;
}
