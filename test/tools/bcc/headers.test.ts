import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Headers, headers, headersPackage, merge, type Roots } from '../../../runner/tools/bcc/headers.ts';

type Merged = Extract<Headers, { state: 'merged' }>;

const KERNEL = '6.18.44';
const ARCH = process.arch === 'x64' ? 'x86' : process.arch;
let dir: string;
let at: Roots;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-headers-'));
  at = {
    modules: join(dir, 'lib/modules'),
    src: join(dir, 'usr/src'),
    kheaders: join(dir, 'sys/kheaders.tar.xz'),
    cache: join(dir, 'cache/headers'),
  };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const put = (path: string, text = '') => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const link = (to: string, path: string) => {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(to, path);
};
const whole = (tree: string) => put(join(tree, 'include/linux/kconfig.h'), tree);
const own = (name: string) => join(at.modules, KERNEL, name);
const src = (name: string) => join(at.src, name);
/** Debian's two halves: what all architectures have, and what belongs to one. */
function debian(version: string, flavour = 'amd64'): Merged {
  whole(src(`linux-headers-${version}-common`));
  put(src(`linux-headers-${version}-common/arch/${ARCH}/include/asm/bug.h`), 'common');
  put(src(`linux-headers-${version}-common/include/linux/both.h`), 'common');
  put(src(`linux-headers-${version}-common/drivers/big.c`), 'not copied');
  put(src(`linux-headers-${version}-${flavour}/include/generated/autoconf.h`), 'arch');
  put(src(`linux-headers-${version}-${flavour}/arch/${ARCH}/include/generated/asm/x.h`), 'arch');
  put(src(`linux-headers-${version}-${flavour}/include/linux/both.h`), 'arch');
  return {
    state: 'merged',
    dir: join(at.cache, `linux-headers-${version}-${flavour}`),
    halves: [src(`linux-headers-${version}-common`), src(`linux-headers-${version}-${flavour}`)],
  };
}
const found = () => headers(KERNEL, at);

describe('the running kernel’s own', () => {
  it.each<[string, (() => void)[]]>([
    ['build, a whole tree', [() => whole(own('build'))]],
    ['build and source', [() => put(own('build/Makefile')), () => whole(own('source'))]],
    [
      'build, a link to a whole tree',
      [() => whole(src(`kernels/${KERNEL}`)), () => link(src(`kernels/${KERNEL}`), own('build'))],
    ],
    ['kheaders', [() => put(at.kheaders)]],
  ])('%s: BCC finds them by itself', (_, made) => {
    for (const make of made) make();
    debian('6.1.0-50');
    expect(found()).toEqual({ state: 'own' });
  });
  it.each<[string, () => void]>([
    ['build without source', () => put(own('build/Makefile'))],
    ['source without build', () => whole(own('source'))],
    ['a link to what was removed', () => link(src('gone'), own('build'))],
    ['another kernel’s', () => whole(join(at.modules, '6.1.0-50-amd64/build'))],
  ])('%s is not enough: another version’s do', (_, make) => {
    make();
    expect(found()).toEqual({ state: 'none' });
    expect(debian('6.1.0-50')).toEqual(found());
  });
});

describe('another kernel’s', () => {
  it('of Debian: two halves', () => {
    const halves = debian('6.12.117+deb13');
    expect(found()).toEqual(halves);
  });
  it.each([
    ['6.8.0-45', 'linux-headers-6.8.0-45', 'generic'],
    ['6.5.0-15', 'linux-hwe-6.5-headers-6.5.0-15', 'generic'],
    ['6.8.0-1015', 'linux-aws-headers-6.8.0-1015', 'aws'],
  ])('of Ubuntu %s: %s and that of %s', (version, base, flavour) => {
    const half = src(`linux-headers-${version}-${flavour}`);
    whole(src(base));
    mkdirSync(half);
    expect(found()).toEqual({
      state: 'merged',
      dir: join(at.cache, `linux-headers-${version}-${flavour}`),
      halves: [src(base), half],
    });
  });
  it('of Fedora: a whole tree, used where it is', () => {
    whole(src('kernels/6.11.4-301.fc41.x86_64'));
    expect(found()).toEqual({ state: 'merged', dir: src('kernels/6.11.4-301.fc41.x86_64'), halves: [] });
  });
  it('newest first, whatever made them', () => {
    debian('6.1.0-9');
    const newer = debian('6.1.0-50');
    expect(found()).toEqual(newer);
    whole(src('kernels/6.2.1-1.fc38.x86_64'));
    expect(found()).toMatchObject({ dir: src('kernels/6.2.1-1.fc38.x86_64') });
    expect(debian('6.12.117+deb13')).toEqual(found());
  });
  it('one half by itself is passed over for an older whole one', () => {
    const older = debian('6.1.0-50');
    whole(src('linux-headers-6.9.0-1-common'));
    mkdirSync(src('linux-headers-6.10.0-1-amd64'), { recursive: true });
    mkdirSync(src('linux-headers-6.11.0-1-common'), { recursive: true });
    mkdirSync(src('linux-headers-6.11.0-1-amd64'), { recursive: true });
    mkdirSync(src('kernels/6.12.0-1.fc41'), { recursive: true });
    expect(found()).toEqual(older);
  });
  it('another common half is no half', () => {
    whole(src('linux-headers-6.9.0-1-common'));
    whole(src('linux-headers-6.9.0-1-common-rt'));
    expect(found()).toEqual({ state: 'none' });
  });
  it('looking makes nothing', () => {
    debian('6.1.0-50');
    found();
    expect(existsSync(at.cache)).toBe(false);
  });
});

describe('merge', () => {
  const read = (path: string) => readFileSync(join(at.cache, 'linux-headers-6.1.0-50-amd64', path), 'utf8');
  const left = () => readdirSync(at.cache);

  it('makes one tree of both, the second over the first, of what is included alone', () => {
    merge(debian('6.1.0-50'));
    expect([
      read('include/generated/autoconf.h'),
      read(`arch/${ARCH}/include/asm/bug.h`),
      read(`arch/${ARCH}/include/generated/asm/x.h`),
      read('include/linux/both.h'),
    ]).toEqual(['arch', 'common', 'arch', 'arch']);
    expect(existsSync(join(at.cache, 'linux-headers-6.1.0-50-amd64/include/linux/kconfig.h'))).toBe(true);
    expect(existsSync(join(at.cache, 'linux-headers-6.1.0-50-amd64/drivers'))).toBe(false);
    expect(left()).toEqual(['linux-headers-6.1.0-50-amd64']);
  });
  it('follows the links of the second half into the first', () => {
    const [base, half] = [src('linux-headers-6.8.0-45'), src('linux-headers-6.8.0-45-generic')];
    whole(base);
    put(join(half, 'include/generated/autoconf.h'), 'arch');
    symlinkSync(join(base, 'include/linux'), join(half, 'include/linux'));
    merge(found());
    rmSync(base, { recursive: true });
    expect(existsSync(join(at.cache, 'linux-headers-6.8.0-45-generic/include/linux/kconfig.h'))).toBe(true);
  });
  it('is done once', () => {
    const halves = debian('6.1.0-50');
    merge(halves);
    put(src('linux-headers-6.1.0-50-common/include/linux/later.h'));
    merge(halves);
    expect(existsSync(join(halves.dir, 'include/linux/later.h'))).toBe(false);
  });
  it('mends a tree that is none', () => {
    const halves = debian('6.1.0-50');
    put(join(halves.dir, 'include/half.h'));
    merge(halves);
    expect(existsSync(join(halves.dir, 'include/linux/kconfig.h'))).toBe(true);
    expect(existsSync(join(halves.dir, 'include/half.h'))).toBe(false);
  });
  it('that fails leaves nothing, and the next one makes it', () => {
    const halves = debian('6.1.0-50');
    const broken = src('linux-headers-6.1.0-50-amd64/include/broken');
    symlinkSync(join(dir, 'nowhere'), broken);
    expect(() => merge(halves)).toThrow(/broken/);
    expect(left()).toEqual([]);
    rmSync(broken);
    merge(halves);
    expect(left()).toEqual(['linux-headers-6.1.0-50-amd64']);
  });
  it('takes away what a runner that is gone was copying, and no one else’s', () => {
    const halves = debian('6.1.0-50');
    const others = [
      `${halves.dir}.${process.ppid}`,
      `${halves.dir}.note`,
      join(at.cache, 'linux-headers-6.1.0-9-amd64.4194999'),
    ];
    for (const other of [`${halves.dir}.4194999`, ...others]) put(join(other, 'include/a.h'));
    merge(halves);
    expect(left().sort()).toEqual([halves.dir, ...others].map((path) => path.slice(at.cache.length + 1)).sort());
  });
  it.each<Headers>([{ state: 'own' }, { state: 'none' }])('of what is $state makes nothing', (state) => {
    merge(state);
    expect(existsSync(at.cache)).toBe(false);
  });
  it('of a whole tree makes nothing', () => {
    whole(src('kernels/6.2.1'));
    merge(found());
    expect([existsSync(at.cache), readdirSync(src('kernels'))]).toEqual([false, ['6.2.1']]);
  });
});

describe('the package', () => {
  const machine = process.arch === 'x64' ? 'amd64' : process.arch;
  it.each([
    ['Debian', 'ID=debian\nVERSION_ID="12"\n', `linux-headers-${machine}`],
    ['Ubuntu', 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', 'linux-headers-generic'],
    ['what is made of Ubuntu', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'linux-headers-generic'],
    ['one that only mentions it', 'ID=debian\nHOME_URL="https://not.ubuntu.example/"\n', `linux-headers-${machine}`],
    ['a machine that does not say', '', `linux-headers-${machine}`],
  ])('of %s', (_, text, name) => {
    put(join(dir, 'os-release'), text);
    expect(headersPackage(join(dir, 'os-release'))).toBe(name);
  });
  it('where nothing says which machine it is', () => {
    expect(headersPackage(join(dir, 'none'))).toBe(`linux-headers-${machine}`);
  });
});
