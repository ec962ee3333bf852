import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bin } from '../exec/fixtures.ts';

/** A folder of fakes that comes first on PATH: what was asked of them, and what an install brought. */
export interface Machine {
  dir: string;
  env: Record<string, string>;
  has(program: string): boolean;
  /** What the fakes were asked, in order. */
  calls(): string[];
}

export function machine(programs: string[], env: Record<string, string> = {}): Machine {
  const dir = mkdtempSync(join(tmpdir(), 'workshop-machine-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const program of programs) symlinkSync(bin(program), join(dir, program));
  const log = join(dir, 'log');
  return {
    dir,
    env: { PATH: `${dir}${delimiter}${process.env.PATH}`, FAKE_LOG: log, FAKE_BIN: dir, ...env },
    has: (program) => existsSync(join(dir, program)),
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
  };
}

/** What makes the workshop take its user for this one, whoever runs the tests. */
export function user(uid: 0 | 1000, dir: string): Record<string, string> {
  const file = join(dir, 'user.cjs');
  writeFileSync(file, `process.getuid = () => ${uid};\n`);
  return { NODE_OPTIONS: `--require ${JSON.stringify(file)}`, FAKE_UID: String(uid) };
}
