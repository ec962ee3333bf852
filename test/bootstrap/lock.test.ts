import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkout, run, until } from './checkout.ts';

const workshop = 'bin/workshop.mjs';
const LOCK = '.bootstrap/install.lock';
const startOf = (pid: number) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')[19] ?? '';
const linux = process.platform === 'linux';

describe('the lock', () => {
  it('lets one of two starts install, and both run', async () => {
    const at = checkout();
    const both = await Promise.all([run(at, workshop, [], { npm: 'slow' }), run(at, workshop, [], { npm: 'slow' })]);
    expect(both.map((r) => r.code)).toEqual([0, 0]);
    expect(at.lines('npm.log')).toHaveLength(1);
    expect(at.lines('build.log')).toHaveLength(1);
    expect(both.map((r) => r.stderr).join('')).toMatch(
      /Another start is preparing the same \(pid \d+\); waiting for it…/,
    );
    expect(readdirSync(at.file('.bootstrap'))).toEqual(['.gitignore']);
  });

  it('is taken over from the dead by one of many', async () => {
    const at = checkout();
    at.write(`${LOCK}/99999999`, '1');
    const all = await Promise.all(Array.from({ length: 4 }, () => run(at, workshop, [], { npm: 'slow' })));
    expect(all.map((r) => r.code)).toEqual([0, 0, 0, 0]);
    expect(at.lines('npm.log')).toHaveLength(1);
  });

  it.runIf(linux)('is taken over when its pid belongs to another process by now', async () => {
    const at = checkout();
    at.write(`${LOCK}/${process.pid}`, 'another start time');
    expect(await run(at, workshop)).toMatchObject({ code: 0 });
  });

  it.runIf(linux)('is waited for while its holder lives', async () => {
    const at = checkout();
    at.write(`${LOCK}/${process.pid}`, startOf(process.pid));
    let waited = false;
    const done = await run(at, workshop, [], {
      lang: 'ko',
      onStart: (child) => {
        child.stderr?.once('data', () => {
          waited = at.read('npm.log') === null;
          rmSync(at.file(LOCK), { recursive: true });
        });
      },
    });
    expect(done.code).toBe(0);
    expect(done.stderr).toContain(`다른 시작이 준비하고 있습니다 (pid ${process.pid})`);
    expect(waited).toBe(true);
  });

  it('stays while npm lives on after its parent was killed', async () => {
    const at = checkout();
    await run(at, workshop, [], {
      npm: 'slow',
      onStart: (child) => until(() => at.read('npm.pid') !== null).then(() => child.kill('SIGKILL')),
    });
    const { code, stderr } = await run(at, workshop);
    expect(code).toBe(0);
    expect(stderr).toContain(`(pid ${at.read('npm.pid')?.trim()})`);
  });
});
