import { makeDirs } from '../../disk.ts';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { WorkshopError } from '../../errors.ts';
import { capture } from '../../exec.ts';
import { cacheDir, root } from '../../paths.ts';
import type { Build } from '../workload.ts';
import { hostPlace } from '../local/place.ts';

/** No libc.a, in the words of GNU ld, lld and mold, whose names of it no locale translates. */
const NO_STATIC_LIBC = /\s-lc\b|library not found: c\b/;

/**
 * Builds a workload with cc and make, once per content of its sources; resolves to the binary's path. `kind` is one of its
 * other builds: what that one takes of this machine, the others don't.
 */
export async function build(workload: string, binary: string, kind?: Build, signal?: AbortSignal): Promise<string> {
  const source = join(root, 'workloads', workload);
  const target = join(cacheDir(), 'build', `${workload}-${digest(source)}`);
  const path = join(target, kind ?? '', binary);
  if (existsSync(path)) return path;
  for (const program of ['make', 'cc']) {
    if (!(await hostPlace.which(program))) throw new WorkshopError('lab.no-compiler', { program });
  }
  makeDirs(target);
  const made = await capture(['make', '-s', '-C', source, `BUILD=${target}`, ...(kind ? [kind] : [])], { signal });
  if (made.code !== 0 || !existsSync(path)) {
    const detail = made.error ?? made.text.trim().split('\n').slice(-5).join('\n');
    throw new WorkshopError(
      kind?.startsWith('static') && NO_STATIC_LIBC.test(made.text) ? 'lab.no-static-libc' : 'lab.build-failed',
      { workload, detail },
    );
  }
  return path;
}

function digest(dir: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(dir).sort()) {
    const file = join(dir, name);
    if (/\.[ch]$|^Makefile$/.test(name) && statSync(file).isFile()) hash.update(`${name}\0`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}
