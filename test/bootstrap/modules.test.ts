import { mkdirSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Checkout, checkout, lock, run, until } from './checkout.ts';

const STAMP = 'node_modules/.workshop-stamp';
const workshop = 'bin/workshop.mjs';

/** As someone's own `npm ci` leaves it. */
function installed(at: Checkout, packages: object) {
  for (const path of Object.keys(packages)) if (path) mkdirSync(at.file(path), { recursive: true });
  at.write('node_modules/.package-lock.json', JSON.stringify({ packages }));
}

describe('node modules', () => {
  it('are installed at the first start only', async () => {
    const at = checkout();
    const first = await run(at, workshop, ['list']);
    expect(first.stderr).toMatch(/^First start: installing node modules \(npm ci, usually .* s\)…\n$/);
    expect(JSON.parse(first.stdout)).toEqual({ argv: ['list'], root: at.root });
    expect(at.read(STAMP)).toMatch(/^[0-9a-f]{64}$/);
    expect((await run(at, workshop)).stderr).toBe('');
    expect(at.lines('npm.log')).toEqual(['ci --include=dev --no-fund --no-audit --loglevel=error']);
  });

  it('are installed again for another package-lock.json', async () => {
    const at = checkout();
    await run(at, workshop);
    at.write('package-lock.json', JSON.stringify(lock('1.0.1')));
    const { stderr } = await run(at, workshop, [], { lang: 'ko' });
    expect(stderr).toContain('node 모듈이 package-lock.json과 다릅니다: 다시 설치합니다');
    expect(at.lines('npm.log')).toHaveLength(2);
  });

  it('that someone else installed are taken as they are', async () => {
    const at = checkout();
    const { 'node_modules/other-platform': _, ...here } = lock().packages;
    installed(at, here);
    expect(await run(at, workshop, ['--no-install'])).toMatchObject({ code: 0, stderr: '' });
    expect(at.read(STAMP)).not.toBeNull();
    rmSync(at.file('node_modules/small'), { recursive: true });
    rmSync(at.file(STAMP));
    expect((await run(at, workshop, ['--no-install'])).code).toBe(4);
  });

  it('without devDependencies start the runner, not the checks', async () => {
    const at = checkout();
    installed(at, { 'node_modules/small': lock().packages['node_modules/small'] });
    expect((await run(at, workshop, ['--no-install'])).code).toBe(0);
    expect(at.read(STAMP)).toBeNull();
    expect((await run(at, 'bin/check.mjs', ['--no-install'])).code).toBe(4);
  });

  it.each([
    ['en', 'The node modules are missing', '--no-install forbids installing them.', 'Next  npm ci'],
    ['ko', 'node 모듈이 없거나', '--no-install이 설치를 막았습니다.', '다음  npm ci'],
  ] as const)('stay missing under --no-install (%s)', async (lang, ...said) => {
    const at = checkout();
    const { code, stderr } = await run(at, workshop, ['--no-install'], { lang });
    expect(code).toBe(4);
    for (const words of said) expect(stderr).toContain(words);
    expect(at.read('npm.log')).toBeNull();
  });

  it.each([
    ['en', 'could not be installed (npm ci, exit code 7)', 'Next  Check network'],
    ['ko', '설치하지 못했습니다 (npm ci, 종료 코드 7)', '다음  네트워크'],
  ] as const)('that npm cannot install are explained in its own words (%s)', async (lang, what, next) => {
    const at = checkout();
    const { code, stdout, stderr } = await run(at, workshop, [], { lang, npm: 'fails' });
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    for (const words of [what, 'npm error network registry.example', next]) expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
    expect(at.read(STAMP)).toBeNull();
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('half installed at %s are installed again at the next start', async (signal, expected) => {
    const at = checkout();
    const { code, stderr } = await run(at, workshop, [], {
      npm: 'hangs',
      onStart: (child) => until(() => at.read('npm.pid') !== null).then(() => child.kill(signal)),
    });
    expect(code).toBe(expected);
    expect(stderr).toContain('The next start installs from the beginning.');
    expect(at.read(STAMP)).toBeNull();
    expect(() => process.kill(Number(at.read('npm.pid')), 0), 'npm has ended').toThrow();
    expect((await run(at, workshop)).code).toBe(0);
    expect(at.lines('npm.log')).toHaveLength(2);
  });
});
