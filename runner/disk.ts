import { accessSync, constants, lstatSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { WorkshopError } from './errors.ts';
import { cacheDir, stateDir } from './paths.ts';

/** Less than this is a full disk: a lab writes logs, transcripts, scripts. Bytes. */
const LEAST_ROOM = 1 << 20;

/** What says that a disk, and no fault of ours, stands in the way. */
const CODES = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'ENOENT', 'EIO', 'ENAMETOOLONG']);

/** Where we write, and the variable that names another place. */
const places = () => [
  { dir: cacheDir(), variable: 'XDG_CACHE_HOME' },
  { dir: stateDir(), variable: 'XDG_STATE_HOME' },
  { dir: tmpdir(), variable: 'TMPDIR' },
];

/** Makes a folder and those above it. Node's own way never returns where the kernel refuses one, as below /proc. */
export function makeDirs(dir: string): void {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(dir) !== dir) makeDirs(dirname(dir));
  try {
    mkdirSync(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** A failure to write where we write, as what a person is told; null for any other error. */
export function diskError(error: unknown): WorkshopError | null {
  if (error instanceof WorkshopError) return error.errorName === 'session.disk' ? error : null;
  const { code, path, syscall, message } = error as NodeJS.ErrnoException;
  if (!syscall || !code || !CODES.has(code)) return null;
  // A write through a descriptor names no path: what is written so is a learner's progress, or a transcript.
  const place = path === undefined ? places()[1] : places().find(({ dir }) => path === dir || below(dir, path));
  return place ? new WorkshopError('session.disk', { detail: message, ...place }) : null;
}

const below = (dir: string, path: string) => path.startsWith(`${dir}/`) || dir.startsWith(`${path}/`);

/** Makes the folders that a lab writes to, and looks whether they take anything; rejects with `session.disk`. */
export function assertWritable(): void {
  for (const place of places()) {
    try {
      // The folder for what is short-lived is the machine's to make.
      if (place.variable !== 'TMPDIR') makeDirs(place.dir);
      accessSync(place.dir, constants.W_OK);
      const { bavail, bsize } = statfsSync(place.dir);
      if (bavail * bsize >= LEAST_ROOM) continue;
    } catch (error) {
      throw diskError(error) ?? error;
    }
    throw new WorkshopError('session.disk', { detail: `ENOSPC: ${place.dir}`, ...place });
  }
}

/** As root, keeps out of folders that somebody else could fill: what is written there is acted upon. */
export function assertOwn(): void {
  if (process.getuid?.() !== 0) return;
  for (const { dir, variable } of places())
    for (let at = dir; at !== dirname(at); at = dirname(at)) {
      const owner = lstatSync(at, { throwIfNoEntry: false })?.uid ?? 0;
      if (owner !== 0) throw new WorkshopError('session.not-own', { at, uid: String(owner), variable });
    }
}
