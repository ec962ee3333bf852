import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { WorkshopError } from '../../errors.ts';
import { capture } from '../../exec.ts';
import { cacheDir, root } from '../../paths.ts';
import { hostPlace } from './place.ts';

/** Builds a workload with cc and make, once per content of its sources; resolves to the binary's path. */
export async function build(workload: string, binary: string, signal?: AbortSignal): Promise<string> {
  const source = join(root, 'workloads', workload);
  const target = join(cacheDir(), 'build', `${workload}-${digest(source)}`);
  const path = join(target, binary);
  if (existsSync(path)) return path;
  for (const program of ['make', 'cc']) {
    if (!(await hostPlace.which(program))) throw new WorkshopError('lab.no-compiler', { program });
  }
  mkdirSync(target, { recursive: true });
  const made = await capture(['make', '-s', '-C', source, `BUILD=${target}`], { signal });
  if (made.code !== 0 || !existsSync(path)) {
    throw new WorkshopError('lab.build-failed', { workload, detail: made.error ?? made.text.trim().split('\n').slice(-5).join('\n') });
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
