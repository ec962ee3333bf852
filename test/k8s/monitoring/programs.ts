import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { onPath } from '../../../runner/paths.ts';

/** Where what is tested here lies. */
export const monitoring = join(import.meta.dirname, '../../../k8s/monitoring');

/** The path of a program of Prometheus's project; throws with the command that brings it. */
export function program(name: 'prometheus' | 'promtool' | 'alertmanager' | 'amtool'): string {
  const path = onPath(name);
  if (path === null) throw new Error(`${name} is not here: npm run workshop -- doctor --install --for monitoring`);
  return path;
}

/** Runs to the end, at most two minutes; what it printed in one, and its exit code. */
export const run = (
  argv: [string, ...string[]],
  cwd: string = monitoring,
): Promise<{ code: number | null; text: string }> =>
  new Promise((resolve) => {
    const [file, ...args] = argv;
    const child = execFile(file, args, { cwd, timeout: 120_000, maxBuffer: 1 << 26 }, (_, out, err) =>
      resolve({ code: child.exitCode, text: `${out}${err}` }),
    );
  });
