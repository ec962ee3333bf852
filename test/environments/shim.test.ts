import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hostPlace } from '../../runner/environments/local/place.ts';
import { bin } from '../exec/fixtures.ts';

const local = join(import.meta.dirname, '../../runner/environments/local');
const elevated = join(local, 'elevated.sh');

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-shim-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

/** Runs `sudo …` as a lesson's command finds it, as this user id, its stdin open; `calls` are what the fakes were asked. */
async function sudo(uid: 0 | 1000, args: string[], more: NodeJS.ProcessEnv = {}) {
  const log = join(dir, 'log');
  rmSync(log, { force: true });
  const env = {
    WORKSHOP_OWNER: String(process.pid),
    PATH: `${bin('.')}:${process.env.PATH}`,
    FAKE_UID: String(uid),
    FAKE_LOG: log,
    FAKE_VERSION: 'bpftrace v0.27.1',
    WORKSHOP_STARTS: hostPlace.env().WORKSHOP_STARTS,
    ...more,
  };
  const done = await new Promise<{ status: number; out: string; err: string }>((resolve) =>
    execFile(join(local, 'shim/sudo'), args, { env }, (error, out, err) =>
      resolve({ status: Number(error?.code ?? 0), out, err }),
    ),
  );
  return { ...done, calls: existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [] };
}
const real = { WORKSHOP_SUDO: bin('sudo') };

describe('as root', () => {
  it('a tracer runs under the elevated parent, without sudo', async () => {
    expect(await sudo(0, ['bpftrace', '--version'], real)).toEqual({
      status: 0,
      out: 'bpftrace v0.27.1\n',
      err: '',
      calls: ['bpftrace --version'],
    });
  });
  it('anything else simply runs, its exit code passed on', async () => {
    expect(await sudo(0, ['sh', '-c', 'echo "$1"; exit 7', 'sh', 'a  b'], real)).toMatchObject({
      status: 7,
      out: 'a  b\n',
      calls: [],
    });
  });
  it('options are taken as sudo takes them, where there is none', async () => {
    expect(await sudo(0, ['-E', '-n', 'bpftrace', '--version'])).toMatchObject({
      status: 0,
      out: 'bpftrace v0.27.1\n',
    });
    expect(await sudo(0, ['-u', 'root', 'WHO=me', 'sh', '-c', 'echo $WHO'])).toMatchObject({ status: 0, out: 'me\n' });
    expect(await sudo(0, ['--', 'echo', '-n', 'x'])).toMatchObject({ status: 0, out: 'x' });
  });
});

describe('as an ordinary user', () => {
  it('a tracer runs as root under the elevated parent', async () => {
    expect(await sudo(1000, ['bpftrace', '--version'], real)).toEqual({
      status: 0,
      out: 'bpftrace v0.27.1\n',
      err: '',
      calls: [`sudo -- /bin/bash --norc ${elevated} ${process.pid} bpftrace --version`, 'bpftrace --version'],
    });
  });
  it('named by its path, too', async () => {
    expect((await sudo(1000, [bin('bpftrace'), '--version'], real)).calls[0]).toContain('elevated.sh');
  });
  it('or the one that WORKSHOP_BPFTRACE names', async () => {
    vi.stubEnv('WORKSHOP_BPFTRACE', bin('bpftrace'));
    const { calls } = await sudo(1000, ['bpftrace', '--version'], real);
    expect(calls[0]).toBe(`sudo -- /bin/bash --norc ${elevated} ${process.pid} ${bin('bpftrace')} --version`);
  });
  it('options stay sudo’s, and the tracer is guarded all the same', async () => {
    const { calls, out } = await sudo(1000, ['-n', 'bpftrace', '--version'], real);
    expect(calls[0]).toBe(`sudo -n -- /bin/bash --norc ${elevated} ${process.pid} bpftrace --version`);
    expect(out).toBe('bpftrace v0.27.1\n');
  });
  it('anything else goes to the real sudo as it is', async () => {
    expect((await sudo(1000, ['cat', '/dev/null', 'a  b'], real)).calls).toEqual(['sudo -- cat /dev/null a  b']);
    expect((await sudo(1000, ['-v'], real)).calls).toEqual(['sudo -v']);
    expect(await sudo(1000, ['-n', 'true'], { ...real, FAKE_SUDO: 'password' })).toMatchObject({
      status: 1,
      err: 'sudo: a password is required\n',
    });
  });
  it('without sudo it says so, as a shell would', async () => {
    expect(await sudo(1000, ['bpftrace'])).toEqual({ status: 127, out: '', err: 'sudo: not installed\n', calls: [] });
  });
});

it('reads no .bashrc, whatever stdin is', async () => {
  writeFileSync(join(dir, '.bashrc'), 'echo "of a remote shell"\n');
  expect((await sudo(1000, ['bpftrace', '--version'], { ...real, HOME: dir })).out).toBe('bpftrace v0.27.1\n');
});

it('is what a shell calls sudo when it is first on PATH', () => {
  const out = execFileSync('bash', ['--norc', '-c', 'sudo echo found'], {
    encoding: 'utf8',
    env: { PATH: `${join(local, 'shim')}:${bin('.')}:${process.env.PATH}`, FAKE_UID: '0' },
  });
  expect(out).toBe('found\n');
});
