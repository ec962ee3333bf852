// One installer and one builder at a time. A lock is a directory with one file for each process that works under it.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { languageOf } from '../../runner/words/language.mjs';
import { CannotStart } from './cannot-start.mjs';

/** Where locks and unfinished builds lie; git ignores it by the file inside. */
export const workDir = (root) => join(root, '.bootstrap');

/**
 * Runs `work` while no other process does work of this name on this checkout; waits for its turn, and takes over from
 * the dead. `work` gets `hold(pid)`, which keeps the lock for a child that may outlive us.
 */
export async function locked(root, name, work) {
  const lock = join(workDir(root), `${name}.lock`);
  prepare(root);
  for (let told = false; !acquire(lock); await sleep(100)) {
    const holder = alive(lock);
    if (holder === null) takeOver(lock);
    else if (!told) told = process.stderr.write(`${waiting(holder)[languageOf()]}\n`) || true;
  }
  try {
    return await work((pid) => writeFileSync(join(lock, String(pid)), startOf(pid)));
  } finally {
    remove(lock);
  }
}

function prepare(root) {
  try {
    mkdirSync(workDir(root), { recursive: true });
    writeFileSync(join(workDir(root), '.gitignore'), '*\n');
  } catch (error) {
    throw new CannotStart({
      ko: `준비할 것이 있는데 ${root}에 쓸 수 없습니다.\n  이유  ${error.message}\n  다음  쓸 수 있는 곳에 복제해서 시작하세요.`,
      en: `Something must be prepared, but ${root} is not writable.\n  Why   ${error.message}\n  Next  Clone it to a place you may write to and start there.`,
    });
  }
}

/** A rename puts the lock there with its holder inside: there is no moment at which it looks abandoned. */
function acquire(lock) {
  const mine = `${lock}.${process.pid}`;
  rmSync(mine, { recursive: true, force: true });
  mkdirSync(mine);
  writeFileSync(join(mine, String(process.pid)), startOf(process.pid));
  try {
    renameSync(mine, lock);
    return true;
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw error;
  }
}

/** A process that lives and works under the lock, or null. */
function alive(lock) {
  const pids = list(lock).map(Number);
  return pids.find((pid) => lives(pid, read(join(lock, String(pid))))) ?? null;
}

/** Two may find the same lock abandoned: the second must not remove the first one's new lock. */
function takeOver(lock) {
  const turn = `${lock}.takeover`;
  try {
    mkdirSync(turn);
  } catch {
    if (Date.now() - (statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? 0) > 5000)
      rmSync(turn, { recursive: true, force: true });
    return;
  }
  if (alive(lock) === null) remove(lock);
  rmSync(turn, { recursive: true, force: true });
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

function lives(pid, start) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  return startOf(pid) === start;
}

/** When a process began, so that a pid used again is not taken for its holder; empty when it is dead or without /proc. */
function startOf(pid) {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
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

const waiting = (pid) => ({
  ko: `다른 시작이 준비하고 있습니다 (pid ${pid}). 끝나기를 기다립니다…`,
  en: `Another start is preparing the same (pid ${pid}); waiting for it…`,
});
