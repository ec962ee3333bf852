import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../runner/paths.ts';

const source = join(root, 'bpf/memleak');

/** A driver from this folder with the parts of the tracer that it drives, under sanitizers; `dir` is the caller's to remove. */
export function compiled(driver: string, ...parts: string[]): { dir: string; program: string } {
  const dir = mkdtempSync(join(tmpdir(), 'workshop-tracer-'));
  const program = join(dir, 'driver');
  const flags = ['-std=gnu11', '-D_GNU_SOURCE', '-g', '-O1', '-Wall', '-Wextra', '-Werror', '-I', source];
  const sanitizers = ['-fsanitize=address,undefined', '-fno-sanitize-recover'];
  const sources = [join(import.meta.dirname, driver), ...parts.map((part) => join(source, part))];
  execFileSync('cc', [...flags, ...sanitizers, '-o', program, ...sources]);
  return { dir, program };
}
