// A lock is a directory with one file for each process that works under it: its pid for a name, its start time inside. The
// dead hold nothing, nor does whoever has their pid by now.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTimeOf } from './start-time.mjs';

/** Somebody who takes over has so long, ms: it is a matter of one look. */
const A_TURN_MS = 5000;

/**
 * Takes the lock, from the dead too. Null, or the pid of a process that lives and has it; 0 while another takes it over.
 * @param {string} lock
 * @returns {number | null}
 */
export function take(lock) {
  while (!acquire(lock)) {
    const other = holder(lock);
    if (other !== null) return other;
    if (!takeOver(lock)) return 0;
  }
  return null;
}

/** Keeps the lock, which is ours, for a child that may outlive us. */
export const hold = (lock, pid) => writeFileSync(join(lock, String(pid)), startTimeOf(pid) ?? '');

/**
 * Lets go of the lock, if it is still ours.
 * @param {string} lock
 */
export function release(lock) {
  if (existsSync(join(lock, String(process.pid)))) remove(lock);
}

/** A rename puts the lock there with its holder inside: there is no moment at which it looks abandoned. */
function acquire(lock) {
  const mine = `${lock}.${process.pid}`;
  rmSync(mine, { recursive: true, force: true });
  mkdirSync(mine);
  hold(mine, process.pid);
  try {
    renameSync(mine, lock);
    return true;
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    // A file is what earlier versions had.
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(error.code)) return false;
    throw error;
  }
}

/** A process that lives and works under the lock, or null. */
function holder(lock) {
  const pids = list(lock).map(Number);
  return pids.find((pid) => lives(pid, read(join(lock, String(pid))))) ?? null;
}

/** Two may find the same lock abandoned: the second must not remove the first one's new lock. Whether it was our turn. */
function takeOver(lock) {
  const turn = `${lock}.takeover`;
  try {
    mkdirSync(turn);
  } catch {
    if (Date.now() - (statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? 0) > A_TURN_MS)
      rmSync(turn, { recursive: true, force: true });
    return false;
  }
  if (holder(lock) === null) remove(lock);
  rmSync(turn, { recursive: true, force: true });
  return true;
}

/** Moves it away first: removed in place, it would be empty for a moment, and the next holder's file would go with it. */
function remove(lock) {
  const away = `${lock}.gone.${process.pid}`;
  try {
    renameSync(lock, away);
  } catch {
    return;
  }
  rmSync(away, { recursive: true, force: true });
}

/** Without /proc, whoever has the pid is taken for it. */
function lives(pid, start) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  return (startTimeOf(pid) ?? '') === start;
}

const list = (dir) => {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
};

const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
