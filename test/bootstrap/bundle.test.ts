import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { append, BadBundle, check, partsOf, unpack, wanted } from '../../bin/bootstrap/bundle-file.mjs';
import { type Checkout, checkout, lock, run } from './checkout.ts';

const workshop = 'bin/workshop.mjs';
const here = `${process.platform}-${process.arch}`;

/** A bundle for a checkout: what Docker would have written, and the node modules of its lock file. */
async function bundleFor(at: Checkout, about: { platform?: string; modules?: string } = {}): Promise<string> {
  const made = join(at.top, 'made');
  const { 'node_modules/small': small } = lock().packages;
  mkdirSync(join(made, 'node_modules/small'), { recursive: true });
  writeFileSync(join(made, 'node_modules/small/index.js'), 'export {};\n');
  writeFileSync(
    join(made, 'node_modules/.package-lock.json'),
    JSON.stringify({ packages: { 'node_modules/small': small } }),
  );
  writeFileSync(join(made, 'kind'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(made, 'manifest.json'), '[]');
  writeFileSync(join(made, 'layer'), Buffer.alloc(100_000, 7));
  const file = join(at.top, 'a bundle.tar');
  const tar = (...args: string[]) => execFileSync('tar', ['-C', made, ...args]);
  tar('-cf', file, 'manifest.json', 'layer');
  const needs = join(at.top, 'needs');
  tar('-czf', needs, 'node_modules', 'kind');
  await append(file, needs, { platform: here, modules: wanted(at.root), programs: ['kind'], ...about });
  return file;
}

function damage(file: string, at: number) {
  const fd = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, at);
  writeSync(fd, Buffer.from([~(byte[0] as number) & 0xff]), 0, 1, at);
}

const why = async (act: () => unknown) => {
  try {
    await act();
    return null;
  } catch (error) {
    if (!(error instanceof BadBundle)) throw error;
    return error.why;
  }
};

describe('a bundle', () => {
  it('is a tar as before, with what it holds known to the byte', async () => {
    const at = checkout();
    const file = await bundleFor(at);
    expect(execFileSync('tar', ['-tf', file], { encoding: 'utf8' }).trim().split('\n')).toEqual([
      'manifest.json',
      'layer',
      'workshop/needs.tar.gz',
      'workshop/contents.json',
    ]);
    const parts = partsOf(file);
    expect(parts.contents).toMatchObject({ version: 1, platform: here, programs: ['kind'] });
    for (const part of ['images', 'needs'] as const) await check(file, parts, part);
    mkdirSync(join(at.top, 'out'));
    await unpack(file, parts.needs ?? { at: 0, bytes: 0 }, join(at.top, 'out'), ['kind']);
    expect(readdirSync(join(at.top, 'out'))).toEqual(['kind']);
  });
  it('of Docker alone holds nothing of ours', async () => {
    const at = checkout();
    const file = join(at.top, 'x.tar');
    writeFileSync(join(at.top, 'layer'), 'x');
    execFileSync('tar', ['-C', at.top, '-cf', file, 'layer']);
    const parts = partsOf(file);
    expect(parts).toMatchObject({ needs: null, contents: null });
    expect(await why(() => check(file, parts, 'images'))).toBeNull();
  });
  it('that ends anywhere before its end is cut off, or none', async () => {
    const at = checkout();
    const whole = await bundleFor(at);
    const file = join(at.top, 'cut.tar');
    const { size } = statSync(whole);
    for (let to = 0; to < size - 1024; to += 997) {
      copyFileSync(whole, file);
      truncateSync(file, to);
      expect(await why(() => partsOf(file)), String(to)).toBe('cut');
    }
  });
  it('with a byte that has changed is damaged, wherever it is looked at', async () => {
    const at = checkout();
    const whole = await bundleFor(at);
    const file = join(at.top, 'changed.tar');
    const parts = partsOf(whole);
    const changed = async (byte: number) => {
      copyFileSync(whole, file);
      damage(file, byte);
      return why(async () => {
        const now = partsOf(file);
        for (const part of ['images', 'needs'] as const) await check(file, now, part);
      });
    };
    expect(await changed(50_000)).toBe('images');
    expect(await changed((parts.needs?.at ?? 0) + 40)).toBe('needs');
    expect(await changed(150)).toBe('no-tar');
    writeFileSync(file, 'no tar at all'.repeat(100));
    expect(await why(() => partsOf(file))).toBe('no-tar');
  });
});

describe('where npm has nothing to reach', () => {
  const up = (at: Checkout, file: string, lang: 'ko' | 'en' = 'en') =>
    run(at, workshop, ['up', '--env', 'kind', '--bundle', file], { npm: 'fails', lang });

  it('the node modules come from the bundle, once', async () => {
    const at = checkout();
    const file = await bundleFor(at);
    const first = await up(at, file);
    expect(first).toMatchObject({ code: 0, stderr: 'First start: taking the node modules from the bundle…\n' });
    expect(JSON.parse(first.stdout).argv).toEqual(['up', '--env', 'kind', '--bundle', file]);
    expect([at.read('node_modules/small/index.js'), at.read('npm.log')]).toEqual(['export {};\n', null]);
    expect(await run(at, workshop, ['list'], { npm: 'fails' })).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(at.file('.bootstrap')).filter((name) => name.startsWith('modules'))).toEqual([]);
  });
  it('they replace those of another package-lock.json', async () => {
    const at = checkout();
    at.write('node_modules/old/index.js', '');
    const file = await bundleFor(at);
    expect((await run(at, workshop, [`--bundle=${file}`, 'up'], { npm: 'fails' })).code).toBe(0);
    expect([at.read('node_modules/old/index.js'), at.read('node_modules/small/index.js')]).toEqual([
      null,
      'export {};\n',
    ]);
  });
  it.each([
    ['en', 'is damaged', 'Copy it again'],
    ['ko', '손상되었습니다', '다시 복사하거나'],
  ] as const)('a damaged one is said to be (%s), and nothing of it is taken', async (lang, ...said) => {
    const at = checkout();
    const file = await bundleFor(at);
    damage(file, (partsOf(file).needs?.at ?? 0) + 40);
    const { code, stderr } = await up(at, file, lang);
    expect(code).toBe(4);
    for (const words of said) expect(stderr).toContain(words);
    expect([at.read('npm.log'), at.read('node_modules/small/index.js')]).toEqual([null, null]);
  });
  it.each([
    ['of another version', { modules: 'x' }, 'another version of the workshop'],
    ['for another machine', { platform: 'linux-s390x' }, 'for linux-s390x'],
  ])('one %s is not taken, and npm is asked', async (_, about, said) => {
    const at = checkout();
    const { code, stderr } = await up(at, await bundleFor(at, about));
    expect(code).toBe(4);
    for (const words of [said, 'could not be installed (npm ci']) expect(stderr).toContain(words);
  });
  it('a file that is not there is for the runner to tell of', async () => {
    const at = checkout();
    expect((await run(at, workshop, ['up', '--bundle', '/no/such/file'])).code).toBe(0);
    expect((await run(at, workshop, ['up', '--bundle'])).code).toBe(0);
  });
});
