import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { features, privilege } from '../../runner/environments/host/features.ts';
import { finding } from '../../runner/model/finding.ts';
import { mounted } from '../../runner/environments/host/mounts.ts';
import { elevate, hostPlace } from '../../runner/environments/local/place.ts';
import { asUser, bin, textOf } from '../exec/fixtures.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** The fakes before what the machine has. */
const fakes = (env: Record<string, string> = {}) => {
  vi.stubEnv('PATH', `${bin('.')}:${process.env.PATH}`);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
};

describe('who may trace', () => {
  it('is root', async () => {
    asUser(0);
    expect(await privilege()).toEqual({ id: 'privilege', state: 'ok', seen: 'root', fix: null });
  });
  it.each([
    ['free', { state: 'ok', seen: 'sudo' }],
    ['password', { state: 'note', seen: 'sudo-password' }],
    ['refuses', { state: 'wrong', seen: 'learner is not in the sudoers file.' }],
  ])('with a sudo that is %s', async (kind, expected) => {
    asUser(1000);
    fakes({ FAKE_SUDO: kind });
    expect(await privilege()).toEqual({ id: 'privilege', fix: null, ...expected });
  });
});

it('a password that may not help is told from one that does, and a rule for one tool from none', async () => {
  asUser(1000);
  fakes({ FAKE_SUDO: 'password', FAKE_GROUPS: 'users dialout' });
  expect(await privilege()).toMatchObject({ id: 'privilege-group', state: 'note', fix: { argv: ['sudo', '-v'] } });
  fakes({ FAKE_SUDO: 'one-tool' });
  expect(await privilege()).toMatchObject({ id: 'privilege-some', state: 'wrong', seen: '/bin/bash' });
});

describe('a command that is elevated', () => {
  const guard = ['/bin/bash', '--norc', expect.stringMatching(/\/elevated\.sh$/), String(process.pid)];
  it('runs under the guard alone as root, and through sudo otherwise', () => {
    fakes();
    asUser(0);
    expect(elevate(['bpftrace', '-p', '1'])).toEqual([...guard, 'bpftrace', '-p', '1']);
    asUser(1000);
    expect(elevate(['cat', 'a b'])).toEqual([bin('./sudo'), '--', ...guard, 'cat', 'a b']);
  });
  it('is the tracer that WORKSHOP_BPFTRACE names', () => {
    asUser(0);
    vi.stubEnv('WORKSHOP_BPFTRACE', '/opt/b p/bpftrace');
    expect(elevate(['bpftrace'])).toEqual([...guard, '/opt/b p/bpftrace']);
    expect(elevate(['bpftool'])).toEqual([...guard, 'bpftool']);
    vi.stubEnv('WORKSHOP_BPFTRACE', '');
    expect(elevate(['bpftrace'])).toEqual([...guard, 'bpftrace']);
  });
  it('really runs, and finds its sudo first where it calls one itself', async () => {
    asUser(1000);
    fakes({ FAKE_UID: '1000' });
    expect(await textOf(hostPlace.exec(['echo', 'a  b'], { elevated: true }))).toBe('a  b\n');
    expect(await textOf(hostPlace.exec(['bash', '-c', 'type -P sudo; echo $X'], { env: { X: 'y' } }))).toMatch(
      /\/shim\/sudo\ny\n$/,
    );
  });
});

describe('which', () => {
  it('finds programs on PATH, in sbin and by path, and no others', async () => {
    vi.stubEnv('PATH', bin('.'));
    expect(await hostPlace.which('bpftrace')).toBe(bin('./bpftrace'));
    expect(await hostPlace.which(bin('bpftrace'))).toBe(bin('bpftrace'));
    expect(await hostPlace.which('/nowhere/bpftrace')).toBeNull();
    expect(await hostPlace.which('no-such-program')).toBeNull();
    expect(await hostPlace.which('ldconfig')).toMatch(/\/s?bin\/ldconfig$/);
  });
  it('takes no file that cannot be run', async () => {
    vi.stubEnv('PATH', import.meta.dirname);
    expect(await hostPlace.which('features.test.ts')).toBeNull();
  });
});

describe('features', () => {
  it('are what this kernel shows', async () => {
    const found = Object.fromEntries((await features()).map((f) => [f.id, f]));
    expect(Object.keys(found)).toEqual([
      'kernel',
      'btf',
      'privilege',
      'tracefs',
      'bpffs',
      'lockdown',
      'kprobes',
      'uprobes',
    ]);
    expect(found.kernel).toEqual(finding('kernel', 'note', release()));
    expect(found.btf?.state).toBe(existsSync('/sys/kernel/btf/vmlinux') ? 'ok' : 'missing');
    expect(found.tracefs?.state).toBe(mounted('tracefs') ? 'ok' : 'note');
    expect(found.uprobes?.state).toBe(existsSync('/sys/bus/event_source/devices/uprobe') ? 'ok' : 'missing');
  });
  it('name the one command that mends what is not mounted', async () => {
    for (const f of await features()) {
      if (f.fix)
        expect(f.fix, f.id).toEqual({
          argv: ['mount', '-t', expect.any(String), expect.any(String), f.seen],
          elevated: true,
        });
      if (f.state === 'ok') expect(f.fix, f.id).toBeNull();
    }
  });
});

it('mounted reads the kernel’s own table', () => {
  const [, , type = ''] = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((l) => l.split(' '))
    .find((l) => l[2] === 'proc') as string[];
  expect(mounted(type)).toBe(true);
  expect(mounted('nofs')).toBe(false);
});
