// What says that the node modules are the ones that package-lock.json names.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lies in node_modules, which `npm ci` empties first: an interrupted install leaves none. */
export const stampOf = (root) => join(root, 'node_modules/.workshop-stamp');

/** The text of a file, or null where there is none. */
export function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/**
 * What the stamp says when the node modules are right.
 * @param {string} root
 */
export function wanted(root) {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', 'package.json']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}
