// Node modules that someone else installed: CI, an image, a person who typed `npm ci`.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { read, stampOf } from './stamp.mjs';

/**
 * Whether npm's own record, which it writes last, says that everything in package-lock.json is there. Stamps them where
 * it can; modules without the devDependencies are right for the runner but never stamped.
 */
export function adopt(root, want, { dev }) {
  const [lock, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map((f) =>
    parse(read(join(root, f))),
  );
  if (!lock || !installed) return false;
  let complete = true;
  for (const [path, entry] of Object.entries(lock)) {
    if (path === '') continue;
    const there = installed[path];
    // Only this platform's binaries are installed of the many that the lock file names.
    if (!there && (entry.optional || entry.devOptional)) continue;
    if (there && there.version === entry.version && there.integrity === entry.integrity && existsSync(join(root, path)))
      continue;
    if (dev || !entry.dev) return false;
    complete = false;
  }
  if (complete) stamp(root, want);
  return true;
}

function parse(text) {
  try {
    return JSON.parse(text).packages;
  } catch {
    return null;
  }
}

function stamp(root, want) {
  try {
    writeFileSync(stampOf(root), want);
  } catch {
    // A read-only checkout is compared anew at each start: a few milliseconds.
  }
}
