import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const bpf = join(import.meta.dirname, '../../bpf');

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs a program of bpf/ in the Python that distributions build BCC for, with these modules before all others. */
export function python(program: string, args: string[], env: Record<string, string> = {}): Promise<Ran> {
  return new Promise((done) => {
    execFile(
      '/usr/bin/python3',
      [resolve(bpf, program), ...args],
      {
        env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1', COLUMNS: '120', ...env },
      },
      (error, out, err) => done({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

/** A folder with these files, that is gone after the test. */
export function folder(files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'workshop-bpf-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text, { mode: 0o755 });
  }
  return dir;
}
