import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../../exec.ts';

/** What bpftrace takes as a path inside a probe's name. */
const PLAIN = /^[\w@%+=,./-]+$/;

/**
 * Gives a lab a copy of libc, as a container image would: a uprobe belongs to a file, so probes on the copy slow down
 * nobody but the target, not even the tracer itself. Resolves to the folder for LD_LIBRARY_PATH, or null where the
 * program has no glibc of that name (musl) or the path could not be written in a probe; the system's libc serves then.
 */
export async function ownLibc(binary: string, dir: string): Promise<string | null> {
  if (!PLAIN.test(dir)) return null;
  const listed = await capture(['ldd', binary], { env: { LC_ALL: 'C' } });
  const path = /^\s*libc\.so\.6 => (\S+) \(/m.exec(listed.text)?.[1];
  if (listed.code !== 0 || path === undefined) return null;
  copyFileSync(path, join(dir, 'libc.so.6'));
  return dir;
}
