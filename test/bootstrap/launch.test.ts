import { execFileSync, spawn } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkout, run } from './checkout.ts';

describe('bin/workshop.mjs', () => {
  it.each(['--version', '-V'])('prints the version for %s and prepares nothing', async (flag) => {
    const at = checkout();
    expect(await run(at, 'bin/workshop.mjs', [flag])).toEqual({ code: 0, stdout: '9.8.7\n', stderr: '' });
    expect(at.read('npm.log')).toBeNull();
  });

  it('is a program, works through a symbolic link and from anywhere', async () => {
    const at = checkout();
    await run(at, 'bin/workshop.mjs');
    const link = join(at.top, 'workshop');
    symlinkSync(at.file('bin/workshop.mjs'), link);
    const out = execFileSync(link, ['list', '두 낱말'], { cwd: '/', encoding: 'utf8' });
    expect(JSON.parse(out)).toEqual({ argv: ['list', '두 낱말'], root: at.root });
  });

  it.each([[['--version']], [['list']]])('%j minds no reader that leaves', async (args) => {
    const at = checkout();
    await run(at, 'bin/workshop.mjs');
    const child = spawn(process.execPath, [at.file('bin/workshop.mjs'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(stderr).toBe('');
  });

  it('shows a stack trace with --debug only', async () => {
    const at = checkout();
    const plain = await run(at, 'bin/workshop.mjs', ['throws'], { npm: 'works' });
    expect(plain.code).toBe(3);
    expect(plain.stderr).toContain('Something unexpected went wrong: a fault\n  Next  Run the same with --debug');
    expect(plain.stderr).not.toContain('    at ');
    expect((await run(at, 'bin/workshop.mjs', ['throws', '--debug'])).stderr).toContain('    at main');
    expect((await run(at, 'bin/workshop.mjs', ['throws', '--lang', 'ko'])).stderr).toContain(
      '예상하지 못한 오류입니다: a fault',
    );
  });
});
