// Vitest alone, with what was asked for.
import { join } from 'node:path';
import { exitCode, interrupted, programs } from '../programs.mjs';
import { reporting } from './vitest.mjs';
import { fromVitest, line } from './tally.mjs';

/** Resolves to the exit code. */
export async function some(root, dir, asked) {
  const $ = programs(root, { stdio: 'inherit' });
  const report = join(dir, 'vitest.json');
  const code = exitCode(await $`${reporting(report)} ${asked}`);
  if (interrupted.aborted) return code;
  const tally = fromVitest(report, code);
  process.stdout.write(`\n${line(tally)}\n`);
  return tally.failed === 0 ? 0 : 1;
}
