import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../runner/paths.ts';

const source = join(root, 'bpf/memleak');

/** A driver from this folder with the parts of the tracer that it drives, and libraries (`-lNAME`), under sanitizers; `dir` is the caller's to remove. */
export function compiled(driver: string, ...parts: string[]): { dir: string; program: string } {
  const dir = mkdtempSync(join(tmpdir(), 'workshop-tracer-'));
  const program = join(dir, 'driver');
  const flags = ['-std=gnu11', '-D_GNU_SOURCE', '-g', '-O1', '-Wall', '-Wextra', '-Werror', '-I', source];
  const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover'];
  const isLibrary = (part: string) => part.startsWith('-l');
  const sources = parts.filter((part) => !isLibrary(part)).map((part) => join(source, part));
  const libraries = parts.filter(isLibrary);
  execFileSync('cc', [
    ...flags,
    ...sanitizers,
    '-o',
    program,
    join(import.meta.dirname, driver),
    ...sources,
    ...libraries,
  ]);
  return { dir, program };
}
