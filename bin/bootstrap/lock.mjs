// One installer and one builder at a time.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { languageOf } from '../../runner/words/language.mjs';
import { CannotStart } from './cannot-start.mjs';
import { hold, release, take } from './holding.mjs';

/** Where locks and unfinished builds lie; git ignores it by the file inside. */
export const workDir = (root) => join(root, '.bootstrap');

/**
 * Runs `work` while no other process does work of this name on this checkout; waits for its turn, and takes over from
 * the dead. `work` gets `hold(pid)`, which keeps the lock for a child that may outlive us.
 */
export async function locked(root, name, work) {
  const lock = join(workDir(root), `${name}.lock`);
  prepare(root);
  let told = false;
  for (let other = take(lock); other !== null; other = take(lock)) {
    if (other && !told) told = process.stderr.write(`${waiting(other)[languageOf()]}\n`) || true;
    await sleep(100);
  }
  try {
    return await work((pid) => hold(lock, pid));
  } finally {
    release(lock);
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

const waiting = (pid) => ({
  ko: `다른 시작이 준비하고 있습니다 (pid ${pid}). 끝나기를 기다립니다…`,
  en: `Another start is preparing the same (pid ${pid}); waiting for it…`,
});
