import { spawn as start, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { libcIn, mappingsIn } from '../../runner/environments/process-maps.ts';
import { seenIn } from '../../runner/environments/kube/toolbox.ts';

const target = join(import.meta.dirname, '../../k8s/toolbox/bin/target');
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-target-'));
  // Which container it is can be told on a node alone; here it is the pid that is asked for.
  writeFileSync(
    join(dir, 'node-pid'),
    '#!/bin/sh\ncase "$1" in containerd://*) basename "$1" ;; *) echo "node-pid: no process of $1" >&2; exit 1 ;; esac\n',
    { mode: 0o755 },
  );
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const said = (...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(target, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${dir}${delimiter}${process.env.PATH}` },
  });
  return { stdout, stderr, status };
};
/** A Python of this machine that has mapped a file of this name, while `look` looks. */
async function mapping(name: string, look: (pid: number) => void): Promise<void> {
  const file = join(dir, name);
  writeFileSync(file, 'x');
  const program =
    'import mmap, sys\nf = open(sys.argv[1], "r+b")\nm = mmap.mmap(f.fileno(), 0)\nprint("mapped", flush=True)\nsys.stdin.read()';
  const child = start('/usr/bin/python3', ['-c', program, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'data');
    look(child.pid as number);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

describe('target, of a real process', () => {
  it('says its pid, its own pid, and its libc', async () => {
    await mapping('plain', (pid) => {
      const seen = seenIn(said(`containerd://${pid}`).stdout);
      expect(seen).toEqual({
        nodePid: pid,
        mntns: statSync(`/proc/${pid}/ns/mnt`).ino,
        innerPid: pid,
        libc: expect.stringMatching(/^\/.*\/(libc\.so\.6|ld-musl[^/]*)$/),
        maps: [],
      });
      expect(readFileSync(`/proc/${pid}/maps`, 'utf8')).toContain(` ${seen.libc}\n`);
    });
  });
  it('says its mappings, each once, where they are asked for', async () => {
    await mapping('plain', (pid) => {
      const { maps } = seenIn(said(`containerd://${pid}`, 'maps').stdout);
      const real = readFileSync(`/proc/${pid}/maps`, 'utf8')
        .trimEnd()
        .split('\n')
        .map((l) => l.split(' ')[0]);
      expect(
        maps.map(({ from, to }) => `${from.toString(16).padStart(8, '0')}-${to.toString(16).padStart(8, '0')}`),
      ).toEqual(real);
    });
  });
});

describe('target, of a process with another libc', () => {
  /** The script’s own function, on mappings that no machine of ours has. */
  const found = (maps: string): string => {
    const [libcInBash] = /^libc_in\(\) \{[\s\S]*?^\}$/m.exec(readFileSync(target, 'utf8')) as RegExpExecArray;
    writeFileSync(join(dir, 'maps'), maps);
    return spawnSync('bash', ['-ec', `${libcInBash}\nlibc_in "$1"`, 'bash', join(dir, 'maps')], { encoding: 'utf8' })
      .stdout;
  };
  const map = (path: string, mode = 'r-xp') =>
    `7f2b1c000000-7f2b1c021000 ${mode} 00000000 00:48 18381 ${' '.repeat(20)}${path}\n`;
  it.each([
    [
      'glibc’s',
      map('/usr/local/bin/app') +
        map('/usr/lib/x86_64-linux-gnu/libc.so.6') +
        map('/usr/lib/x86_64-linux-gnu/libc.so.6'),
      'libc /usr/lib/x86_64-linux-gnu/libc.so.6\n',
    ],
    ['musl’s', map('/lib/ld-musl-x86_64.so.1'), 'libc /lib/ld-musl-x86_64.so.1\n'],
    [
      'the program itself, of a static one',
      map('/app', 'r--p') + map('/app') + map('[heap]', 'rw-p') + map('[vdso]'),
      'libc /app\n',
    ],
    [
      'the same whatever data it maps, or code without a file',
      map('/usr/lib/locale/locale-archive', 'r--p') + map('/my app') + map('/my app') + map(''),
      'libc /my app\n',
    ],
    ['none where the program is gone', map('/app (deleted)'), ''],
    ['none where no code is of a file', map('[heap]', 'rw-p') + map('[vdso]') + map('/data', 'r--p'), ''],
    ['with space in its path', map('/opt/my libs/libc.so.6'), 'libc /opt/my libs/libc.so.6\n'],
    ['the first of two', map('/app/libc.so.6') + map('/lib/libc.so.6'), 'libc /app/libc.so.6\n'],
    ...[
      '/lib/libc.so.6.bak',
      '/lib/mylibc.so.6',
      '/lib/libcxso.6',
      '/lib/libc.so.6 (deleted)',
      '/lib/libc.so.6/x',
      '/lib/xld-musl-x86_64.so.1',
    ].map((path): [string, string, string] => [`not ${path}`, map('/app') + map(path), '']),
    ['not what a loader of glibc is called', map('/app') + map('/lib64/ld-linux-x86-64.so.2'), ''],
  ])('is %s', (_, maps, libc) => {
    expect(found(maps)).toBe(libc);
    // The runner says the same where it reads the mappings itself.
    expect(libcIn(mappingsIn(maps))).toBe(/^libc (.*)\n$/.exec(libc)?.[1] ?? null);
  });
});

describe('target, of none', () => {
  it('says so, and nothing else', () => {
    expect(said('0a1b')).toEqual({ stdout: '', stderr: 'node-pid: no process of 0a1b\n', status: 1 });
    expect(said('containerd://999999999')).toMatchObject({ status: 2 });
  });
  it('because no process of this machine is in such a container', () => {
    const id = 'f'.repeat(64);
    const { stdout, stderr, status } = spawnSync(target.replace(/target$/, 'node-pid'), [`containerd://${id}`], {
      encoding: 'utf8',
    });
    expect({ stdout, stderr, status }).toEqual({
      stdout: '',
      stderr: `node-pid: no process of ${id} on this node\n`,
      status: 1,
    });
  });
});
