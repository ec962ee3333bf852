import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Place } from '../../../runner/model/place.ts';
import { on } from '../grounds.ts';
import { bcc } from '../../../runner/tools/bcc/index.ts';

interface Asked {
  which: string[];
  argv: string[][];
}

/** A place with these programs, whose Python prints this. */
function place(programs: Record<string, string>, ...output: string[]): Place & { asked: Asked } {
  const asked: Asked = { which: [], argv: [] };
  return {
    asked,
    env: () => ({}),
    exec: (argv) => {
      asked.argv.push([...argv]);
      return {
        output: Readable.from(output),
        ended: Promise.resolve({ code: 0, signal: null, timedOut: false, error: null }),
        stop: async () => {},
      };
    },
    which: async (program) => {
      asked.which.push(program);
      return programs[program] ?? null;
    },
  };
}

const DEBIAN = { 'memleak-bpfcc': '/usr/sbin/memleak-bpfcc' };
const RHEL = { '/usr/share/bcc/tools/memleak': '/usr/share/bcc/tools/memleak' };
const QUESTION = ['/usr/bin/python3', '-c', 'import bcc; print(bcc.__version__)'];

beforeEach(() => vi.stubEnv('WORKSHOP_BCC', undefined));
afterEach(() => vi.unstubAllEnvs());

describe('detect', () => {
  it.each([
    ['Debian', DEBIAN, '/usr/sbin/memleak-bpfcc'],
    ['RHEL', RHEL, '/usr/share/bcc/tools/memleak'],
    ['both, Debian’s name first', { ...RHEL, ...DEBIAN }, '/usr/sbin/memleak-bpfcc'],
  ])('finds the name of %s', async (_, programs, path) => {
    const there = place(programs, '0.31.0\n');
    expect(await bcc.detect(on(there))).toEqual({ found: true, path, version: '0.31.0' });
    expect(there.asked.argv).toEqual([QUESTION]);
  });
  it('is missing where there is none, and asks no Python', async () => {
    const there = place({});
    expect(await bcc.detect(on(there))).toMatchObject({
      found: false,
      missing: 'memleak-bpfcc',
    });
    expect(there.asked.argv).toEqual([]);
  });
  it('libbpf-tools’ memleak is not the one', async () => {
    expect(
      await bcc.detect(
        on(place({ 'memleak-libbpf': '/usr/sbin/memleak-libbpf', memleak: '/usr/bin/memleak' }, '0.31.0\n')),
      ),
    ).toMatchObject({ found: false, missing: 'memleak-bpfcc' });
  });
  it.each([
    ['0.26.0\n', '0.26.0'],
    ['0.37.0+ds-8\n', '0.37.0+ds-8'],
    ['DeprecationWarning: of something\n0.31.0\n', '0.31.0'],
  ])('%j is a version', async (text, version) => {
    expect(await bcc.detect(on(place(DEBIAN, text)))).toMatchObject({ found: true, version });
  });
  it('reads a version that comes in pieces', async () => {
    expect(await bcc.detect(on(place(DEBIAN, '0.3', '1.0', '\n')))).toMatchObject({ found: true, version: '0.31.0' });
  });
  it.each([
    [
      'no module',
      'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\nModuleNotFoundError: No module named \'bcc\'\n',
    ],
    ['no Python', 'bash: /usr/bin/python3: No such file or directory\n'],
    ['nothing', ''],
    ['another module of that name', 'unknown\n'],
    ['a version in a sentence', 'needs glibc 2.36 or so\n'],
    ['garbage', '\x1b[31m\x00\xff'.repeat(9000)],
  ])('with %s there is no Python side', async (_, text) => {
    expect(await bcc.detect(on(place(DEBIAN, text)))).toMatchObject({
      found: false,
      missing: 'python3-bpfcc',
    });
  });
  it('asks where WORKSHOP_BCC is, and looks for no program here', async () => {
    vi.stubEnv('WORKSHOP_BCC', '/opt/in-a-root');
    const there = place({ '/opt/in-a-root': '/opt/in-a-root' }, '0.37.0\n');
    expect(await bcc.detect(on(there))).toEqual({ found: true, path: '/opt/in-a-root', version: '0.37.0' });
    expect(there.asked).toEqual({ which: ['/opt/in-a-root'], argv: [['/opt/in-a-root', ...QUESTION]] });
  });
  it('an empty WORKSHOP_BCC is none', async () => {
    vi.stubEnv('WORKSHOP_BCC', '');
    expect(await bcc.detect(on(place({}, '0.37.0\n')))).toMatchObject({ found: false });
  });
});
