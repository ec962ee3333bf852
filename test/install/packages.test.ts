import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Place } from '../../runner/model/place.ts';
import { hostPlace } from '../../runner/environments/local/place.ts';
import type { PackageManager } from '../../runner/model/need.ts';
import { bpftrace } from '../../runner/tools/bpftrace/index.ts';
import { labNeeds, TEST_NEEDS } from '../../runner/environments/host/needs.ts';
import { installCommand, missing, packageManager, refreshCommand } from '../../runner/install/packages.ts';
import { BPF_TOOLCHAIN } from '../../runner/install/toolchain.ts';
import { on } from '../tools/grounds.ts';
import { tools } from '../../runner/tools/index.ts';
import { bin } from '../exec/fixtures.ts';

afterEach(() => vi.unstubAllEnvs());

/** A machine with these programs, and no others. */
const machine = (...programs: string[]): Place => ({
  ...hostPlace,
  which: async (program) => (programs.includes(program) ? `/usr/bin/${program}` : null),
});

const families: [
  distribution: string,
  program: string,
  manager: PackageManager,
  refresh: string | null,
  install: string,
][] = [
  [
    'Debian and Ubuntu',
    'apt-get',
    'apt',
    'apt-get update -qq',
    'apt-get install -y --no-install-recommends gcc libc6-dev make bpftrace bpftool curl procps mount bsdutils',
  ],
  [
    'Fedora and RHEL',
    'dnf',
    'dnf',
    null,
    'dnf install -y gcc glibc-devel make bpftrace bpftool curl procps-ng util-linux util-linux-script',
  ],
  [
    'openSUSE',
    'zypper',
    'zypper',
    null,
    'zypper --non-interactive install gcc glibc-devel make bpftrace bpftool curl procps util-linux',
  ],
  [
    'Arch',
    'pacman',
    'pacman',
    'pacman -Sy',
    'pacman -S --noconfirm --needed gcc make bpftrace bpf curl procps-ng util-linux',
  ],
  ['Alpine', 'apk', 'apk', null, 'apk add gcc musl-dev make bpftrace bpftool curl procps util-linux util-linux-misc'],
];

describe.each(families)('%s', (_, program, manager, refresh, install) => {
  it('is known by its package manager', async () => {
    expect(await packageManager(machine('sh', program))).toBe(manager);
  });
  it('gets all that a lab needs with one command', () => {
    expect(installCommand(manager, labNeeds()).join(' ')).toBe(install);
    expect(refreshCommand(manager)?.join(' ') ?? null).toBe(refresh);
  });
  it('has a package for every need, named so that no shell reads more into it', () => {
    for (const need of [...labNeeds(), ...tools.bcc.needs('machine'), ...BPF_TOOLCHAIN, ...TEST_NEEDS]) {
      expect(need.packages[manager].length, need.program).toBeGreaterThan(0);
      for (const name of need.packages[manager]) expect(name).toMatch(/^[A-Za-z0-9][\w.+-]*$/);
    }
  });
  it('is asked by that command alone', () => {
    const dir = mkdtempSync(join(tmpdir(), 'workshop-packages-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    symlinkSync(bin(program), join(dir, program));
    const [name = '', ...args] = installCommand(manager, labNeeds());
    execFileSync(name, args, { env: { PATH: `${dir}:${process.env.PATH}`, FAKE_LOG: join(dir, 'log') } });
    expect(execFileSync('cat', [join(dir, 'log')], { encoding: 'utf8' })).toBe(`${install}\n`);
  });
});

describe('where several package managers are', () => {
  it('the distribution’s own counts', async () => {
    // Debian packages dnf, zypper and apk as well; Fedora and openSUSE have no apt-get of their own.
    expect(await packageManager(machine('apk', 'zypper', 'dnf', 'apt-get'))).toBe('apt');
  });
  it('and where there is none, none', async () => {
    expect(await packageManager(machine('sh', 'brew'))).toBeNull();
  });
});

describe('missing', () => {
  const all = labNeeds().map((n) => n.program);
  it('is nothing where all is there, and what is not', async () => {
    expect(await missing(machine(...all), labNeeds())).toEqual([]);
    expect((await missing(machine('cc', 'ps', 'mount', 'script'), labNeeds())).map((n) => n.program)).toEqual([
      'make',
      'bpftrace',
      'bpftool',
      'curl',
    ]);
  });
  it('asks for packages of what is missing only, each once', async () => {
    const lacking = await missing(machine(...all.filter((p) => !['mount', 'script'].includes(p))), labNeeds());
    expect(installCommand('zypper', lacking)).toEqual(['zypper', '--non-interactive', 'install', 'util-linux']);
  });
  it('is not the tracer that WORKSHOP_BPFTRACE names, and is when that is not there', async () => {
    const bare = machine(...all.filter((p) => p !== 'bpftrace'), '/opt/bpftrace');
    expect((await missing(bare, labNeeds())).map((n) => n.program)).toEqual(['bpftrace']);
    vi.stubEnv('WORKSHOP_BPFTRACE', '/opt/bpftrace');
    expect(await missing(bare, labNeeds())).toEqual([]);
    vi.stubEnv('WORKSHOP_BPFTRACE', '/opt/elsewhere');
    expect((await missing(machine(...all), labNeeds())).map((n) => n.program)).toEqual(['bpftrace']);
  });
  it('takes an empty WORKSHOP_BPFTRACE for none', async () => {
    vi.stubEnv('WORKSHOP_BPFTRACE', '');
    expect(await missing(machine(...all), labNeeds())).toEqual([]);
  });
});

describe('the version of a bpftrace that is really run', () => {
  it.each([
    ['0.17.0', '0.17.0', 0],
    ['v0.23.2', '0.23.2', 0],
    ['bpftrace v0.27.1', '0.27.1', 0],
    ['bpftrace v0.24.0-dirty', '0.24.0-dirty', 0],
    ['it is broken: 1.2.3', null, 0],
    ['', null, 0],
    ['bpftrace: error while loading shared libraries: libbpf.so.1', null, 127],
    ['', null, 1],
  ])('that prints %j is %s', async (printed, version, code) => {
    vi.stubEnv('PATH', `${bin('.')}:${process.env.PATH}`);
    vi.stubEnv('FAKE_VERSION', printed);
    vi.stubEnv('FAKE_CODE', String(code));
    expect(await bpftrace.detect(on(hostPlace))).toEqual({ found: true, path: bin('./bpftrace'), version });
  });
});

describe('the machine’s own tools', () => {
  it('are found, or the first that is missing is named', async () => {
    expect(await tools.system.detect(on(machine('ps', 'curl')))).toEqual({ found: true, path: '/proc', version: null });
    expect(await tools.system.detect(on(machine('curl')))).toMatchObject({
      found: false,
      missing: 'ps',
    });
    expect(await tools.system.detect(on(machine('ps')))).toMatchObject({
      found: false,
      missing: 'curl',
    });
  });
});
