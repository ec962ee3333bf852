// Is dist/ what the sources say? Costs a look at each source's size and time at every start.
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { read } from './stamp.mjs';

/** What a build depends on; package-lock.json for the modules that are bundled. */
const SOURCES = ['runner', 'lessons', 'bpf', 'bin/bootstrap', 'scripts/build.mjs', 'package.json', 'package-lock.json'];

/** Builds dist/ unless it is what the sources say. */
export async function ensureBuilt(root) {
  const isBuilt = () => read(join(root, 'dist/.stamp')) === signature(root);
  if (isBuilt()) return;
  const { rebuild } = await import('./rebuild.mjs');
  await rebuild(root, { isBuilt, sign: () => signature(root) });
}

/** Names, sizes and times of all sources. Paths are relative: a checkout that is moved stays built. */
function signature(root) {
  const hash = createHash('sha1');
  const visit = (path) => {
    // Not joined: that takes as long as the look itself.
    const stat = statSync(`${root}/${path}`, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      // Editors keep swap and lock files next to what they edit.
      for (const name of readdirSync(`${root}/${path}`).sort()) if (!/^[.#]|~$/.test(name)) visit(`${path}/${name}`);
    } else if (stat) hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
  };
  for (const path of SOURCES) visit(path);
  return hash.digest('hex');
}
