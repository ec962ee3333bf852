import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { headers } from '../../runner/tools/bcc/headers.ts';
import { elevate, hostPlace } from '../../runner/environments/local/place.ts';
import { namesAt } from '../../runner/tools/index.ts';
import { machine } from '../commands/machine.ts';
import { asUser, bin, textOf } from '../exec/fixtures.ts';

const checkout = join(import.meta.dirname, '../..');
const elevated = join(checkout, 'runner/environments/local/elevated.sh');
const start = join(checkout, 'bpf/bcc-start.py');
const names = () => namesAt({ site: 'machine', manual: false, runs: (tool) => tool });
const GUARD = ['/bin/bash', '--norc', elevated, String(process.pid)];
/** What this machine's own BCC needs to be told of headers, which it may find by itself. */
const source = (): string[] => {
  const found = headers();
  return found.state === 'merged' ? ['/usr/bin/env', `BCC_KERNEL_SOURCE=${found.dir}`] : [];
};

beforeEach(() => {
  vi.stubEnv('WORKSHOP_BCC', undefined);
  vi.stubEnv('WORKSHOP_BPFTRACE', undefined);
  vi.stubEnv('WORKSHOP_MEMLEAK', undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('a tool of BCC', () => {
  const tools = [
    'memleak',
    'memleak-bpfcc',
    '/usr/share/bcc/tools/memleak',
    '/usr/sbin/memleak-bpfcc',
    'mallocstacks',
    join(checkout, 'bpf/mallocstacks'),
  ];
  it.each(tools)('%s is started by our wrapper, in the Python that has BCC', (tool) => {
    asUser(0);
    expect(elevate([tool, '-p', '7', 'a  b'])).toEqual([
      ...GUARD,
      ...source(),
      '/usr/bin/python3',
      start,
      tool,
      '-p',
      '7',
      'a  b',
    ]);
  });
  it.each(tools)('%s is started where WORKSHOP_BCC says, which has headers of its own', (tool) => {
    asUser(0);
    vi.stubEnv('WORKSHOP_BCC', '/opt/in-a-root');
    expect(elevate([tool, '-p', '7'])).toEqual([
      ...GUARD,
      '/opt/in-a-root',
      '/usr/bin/python3',
      start,
      tool,
      '-p',
      '7',
    ]);
  });
  it.each(['memleak-libbpf', 'memleak.py', 'mymemleak', 'mallocstacks2', 'bpftool'])('%s is none', (tool) => {
    asUser(0);
    expect(elevate([tool, '-p', '7'])).toEqual([...GUARD, tool, '-p', '7']);
  });
  it('goes through sudo for an ordinary user, guarded behind it', () => {
    asUser(1000);
    const m = machine(['sudo']);
    vi.stubEnv('PATH', m.env['PATH']);
    expect(elevate(['memleak-bpfcc', '-p', '7'])).toEqual([
      join(m.dir, 'sudo'),
      '--',
      ...GUARD,
      ...source(),
      '/usr/bin/python3',
      start,
      'memleak-bpfcc',
      '-p',
      '7',
    ]);
  });
});

describe('sudo, as a lesson’s command finds it', () => {
  const mine = join(checkout, 'bpf/mallocstacks');
  const elsewhereToo = ['memleak-bpfcc', '/usr/share/bcc/tools/memleak', mine].map(
    (tool) => [bin('bcc'), tool] as const,
  );
  it.each([['', mine] as const, ...elsewhereToo])(
    '(WORKSHOP_BCC=%s) starts %s as the runner does',
    async (elsewhere, tool) => {
      asUser(1000);
      const m = machine(['sudo', 'id'], { FAKE_UID: '1000', FAKE_RECORDING: '0.31.0/memleak-leaker.txt' });
      for (const [name, value] of Object.entries({ ...m.env, WORKSHOP_BCC: elsewhere })) vi.stubEnv(name, value);
      // The real sudo is a fake that only writes down what it was to run.
      rmSync(join(m.dir, 'sudo'));
      writeFileSync(join(m.dir, 'sudo'), '#!/bin/sh\nprintf "%s\\n" "$@" >>"$FAKE_LOG"\n');
      chmodSync(join(m.dir, 'sudo'), 0o755);
      const { PATH = '', ...env } = hostPlace.env();
      await new Promise((done) =>
        execFile(
          'bash',
          ['--norc', '-c', 'sudo "$@"', 'sh', tool, '-p', '7', 'a  b'],
          {
            env: {
              ...m.env,
              ...env,
              WORKSHOP_BCC: elsewhere,
              PATH: `${join(checkout, 'runner/environments/local/shim')}:${PATH}`,
            },
          },
          done,
        ),
      );
      expect(m.calls()).toEqual(elevate([tool, '-p', '7', 'a  b']).slice(1));
    },
  );
});

it('a BCC tool that is not on this machine is left to sudo, which says so', async () => {
  asUser(1000);
  const m = machine(['sudo', 'id'], { FAKE_UID: '1000' });
  for (const [name, value] of Object.entries(m.env)) vi.stubEnv(name, value);
  const { PATH = '', ...env } = hostPlace.env();
  await new Promise((done) =>
    execFile(
      'bash',
      ['--norc', '-c', 'sudo /usr/share/bcc/tools/mallocstacks -p 7'],
      { env: { ...m.env, ...env, PATH: `${join(checkout, 'runner/environments/local/shim')}:${PATH}` } },
      done,
    ),
  );
  expect(m.calls()[0]).toBe('sudo -- /usr/share/bcc/tools/mallocstacks -p 7');
});

describe('our own tracer, whose name BCC’s has, too', () => {
  /** As both ways of running it with rights start it. */
  const started = async (tool: string, dir: string, env: Record<string, string> = {}) => {
    asUser(1000);
    const m = machine(['sudo', 'id'], { FAKE_UID: '1000' });
    for (const [name, value] of Object.entries({ ...m.env, ...env, PATH: `${dir}:${m.env['PATH']}` }))
      vi.stubEnv(name, value);
    rmSync(join(m.dir, 'sudo'));
    writeFileSync(join(m.dir, 'sudo'), '#!/bin/sh\nprintf "%s\\n" "$@" >>"$FAKE_LOG"\n', { mode: 0o755 });
    const { PATH = '', ...placed } = hostPlace.env();
    await new Promise((done) =>
      execFile(
        'bash',
        ['--norc', '-c', 'sudo "$@"', 'sh', tool, '-p', '7', 'a  b'],
        { env: { ...m.env, ...placed, ...env, PATH: `${join(checkout, 'runner/environments/local/shim')}:${PATH}` } },
        done,
      ),
    );
    return [m.calls(), elevate([tool, '-p', '7', 'a  b']).slice(1)];
  };
  it.each(['by its path', 'first on PATH'])('is a program: %s it is guarded, and no BCC of anybody’s', async (how) => {
    const { dir } = machine([]);
    writeFileSync(join(dir, 'memleak'), Buffer.from('\x7fELF\x02\x01\x01'), { mode: 0o755 });
    const tool = how === 'by its path' ? join(dir, 'memleak') : 'memleak';
    const [sudo, runner] = await started(tool, dir);
    expect(sudo).toEqual(['--', ...GUARD, tool, '-p', '7', 'a  b']);
    expect(runner).toEqual(sudo);
  });
  it('is what WORKSHOP_MEMLEAK names, program or not', async () => {
    const { dir } = machine([]);
    const tool = join(dir, 'memleak');
    writeFileSync(tool, '#!/bin/sh\n', { mode: 0o755 });
    const [sudo, runner] = await started(tool, dir, { WORKSHOP_MEMLEAK: tool });
    expect(sudo).toEqual(['--', ...GUARD, tool, '-p', '7', 'a  b']);
    expect(runner).toEqual(sudo);
    expect(names().memleak).toBe(tool);
  });
  it('a script of that name is BCC’s', async () => {
    const { dir } = machine([]);
    writeFileSync(join(dir, 'memleak'), '#!/usr/bin/python3\n', { mode: 0o755 });
    const [sudo, runner] = await started(join(dir, 'memleak'), dir);
    expect(sudo).toContain(start);
    expect(runner).toEqual(sudo);
  });
});

describe('a command in this place', () => {
  it('that is elevated runs where WORKSHOP_BCC says, and its output comes through', async () => {
    asUser(0);
    const m = machine(['bcc'], { FAKE_RECORDING: '0.37.0/memleak-twin.txt' });
    for (const [name, value] of Object.entries({ ...m.env, WORKSHOP_BCC: join(m.dir, 'bcc') })) vi.stubEnv(name, value);
    const text = await textOf(hostPlace.exec(['memleak-bpfcc', '-p', '7'], { elevated: true }));
    expect(text).toBe(readFileSync(join(checkout, 'test/fixtures/output/bcc/0.37.0/memleak-twin.txt'), 'utf8'));
    expect(m.calls()).toEqual([`bcc /usr/bin/python3 ${start} memleak-bpfcc -p 7`]);
  });
});

describe('what memleak is called', () => {
  it('here: Debian’s name where that is on PATH', () => {
    const m = machine([]);
    writeFileSync(join(m.dir, 'memleak-bpfcc'), '', { mode: 0o755 });
    vi.stubEnv('PATH', m.dir);
    expect(names().bccMemleak).toBe('memleak-bpfcc');
  });
  it('as asked, where there is none', () => {
    vi.stubEnv('PATH', machine([]).dir);
    const there = ['/usr/sbin/memleak-bpfcc', '/usr/local/sbin/memleak-bpfcc'].some(existsSync);
    expect(names().bccMemleak).toBe(
      !there && existsSync('/usr/share/bcc/tools/memleak') ? '/usr/share/bcc/tools/memleak' : 'memleak-bpfcc',
    );
  });
  it('as asked, where another place has it', () => {
    vi.stubEnv('WORKSHOP_BCC', '/opt/in-a-root');
    expect(names().bccMemleak).toBe('memleak-bpfcc');
  });
});
