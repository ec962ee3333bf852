import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { checkout, run } from './checkout.ts';

const pretend = (version: string) =>
  `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;

describe('an old Node', () => {
  it.each([
    ['en', 'This is Node 18.20.4, but 20.19 or newer is needed.', 'Next  Get it from https://nodejs.org'],
    ['ko', 'Node 18.20.4에서 시작했지만 20.19 이상이 필요합니다.', '다음  https://nodejs.org 에서 받거나'],
  ] as const)('is told what it takes (%s)', async (lang, what, next) => {
    const at = checkout();
    const { code, stdout, stderr } = await run(at, 'bin/workshop.mjs', ['list'], { lang, preload: pretend('18.20.4') });
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain(what);
    expect(stderr).toContain(next);
    expect(at.read('npm.log')).toBeNull();
  });

  it('is one before 20.19', async () => {
    const at = checkout();
    expect((await run(at, 'bin/workshop.mjs', [], { preload: pretend('20.18.3') })).code).toBe(4);
    expect((await run(at, 'bin/workshop.mjs', [], { preload: pretend('20.19.0') })).code).toBe(0);
  });

  it.each([
    ...['workshop', 'test', 'check', 'bench', 'bootstrap', 'bootstrap/cannot-start'].map((name) => `bin/${name}.mjs`),
    'runner/words/language.mjs',
  ])('can parse %s', async (file) => {
    const code = readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
    const [old, now] = await Promise.all(
      ['es2020', 'esnext'].map((target) => transform(code, { target, format: 'esm' })),
    );
    expect(old?.code, 'syntax that Node 14 lacks').toBe(now?.code);
    // Those that every entry point needs at once parse there, too.
    const rest = code.replace(
      /^import .* from '[./]+\/(bootstrap\/cannot-start|runner\/words\/language)\.mjs';$/gm,
      '',
    );
    expect(rest).not.toMatch(/^(import[ {*]|await )/m);
  });
});
