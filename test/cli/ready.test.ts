import { afterEach, describe, expect, it, vi } from 'vitest';
import { allowed, install } from '../../runner/cli/ready.ts';
import { environmentOf } from '../../runner/environments/index.ts';
import type { Need, PackageManager } from '../../runner/model/need.ts';
import { asUser } from '../exec/fixtures.ts';
import { type Machine, machine } from '../commands/machine.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const same = (name: string) =>
  Object.fromEntries(
    (['apt', 'dnf', 'zypper', 'pacman', 'apk'] satisfies PackageManager[]).map((m) => [m, [name]]),
  ) as Need['packages'];
/** Programs that no machine has, in packages named otherwise. */
const needs: Need[] = [
  { program: 'frob', packages: same('libfrob-tools') },
  { program: 'nicate', packages: same('libfrob-tools') },
];

const asked = (more: object = {}) =>
  ({
    lang: 'en',
    yes: false,
    install: true,
    json: false,
    flags: {},
    signal: new AbortController().signal,
    ...more,
  }) as const;

/** Runs `install` on a machine with these fakes and nothing else; what it says goes to `said`. */
async function installing(uid: number, m: Machine, more: object = {}) {
  for (const [name, value] of Object.entries(m.env)) vi.stubEnv(name, value);
  asUser(uid);
  let said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const out = vi.spyOn(process.stdout, 'write');
  const host = await environmentOf('host');
  const place = { ...host.place, which: async (program: string) => (m.has(program) ? `${m.dir}/${program}` : null) };
  const error = await install({ ...host, place }, needs, asked(more)).then(
    () => null,
    (e) => e,
  );
  expect(out).not.toHaveBeenCalled();
  return { error, said, calls: m.calls() };
}

describe('without a terminal, what needs no password is installed, and said', () => {
  it.each([
    ['apt-get', ['apt-get update -qq', 'apt-get install -y --no-install-recommends libfrob-tools']],
    ['dnf', ['dnf install -y libfrob-tools']],
    ['zypper', ['zypper --non-interactive install libfrob-tools']],
    ['pacman', ['pacman -Sy', 'pacman -S --noconfirm --needed libfrob-tools']],
    ['apk', ['apk add libfrob-tools']],
  ])('as root with %s', async (manager, calls) => {
    const done = await installing(0, machine([manager], { FAKE_BRINGS: 'frob nicate' }));
    expect(done.error).toBeNull();
    expect(done.calls).toEqual(calls);
    expect(done.said).toBe(
      `Missing on this machine: frob, nicate\nInstalling, because the lessons need it and no password is asked for: ${calls.at(-1)}\nInstalled: frob, nicate\n`,
    );
  });

  it('through a sudo that asks nothing', async () => {
    const { error, calls, said } = await installing(1000, machine(['apt-get', 'sudo'], { FAKE_BRINGS: 'frob nicate' }));
    expect(error).toBeNull();
    expect(calls.filter((c) => c.startsWith('sudo'))).toEqual([
      'sudo -n true',
      'sudo -- apt-get update -qq',
      'sudo -- apt-get install -y --no-install-recommends libfrob-tools',
    ]);
    expect(said).toContain('asked for: sudo apt-get install -y --no-install-recommends libfrob-tools\n');
  });

  it('and only what is missing', async () => {
    const m = machine(['apk']);
    const { calls } = await installing(0, { ...m, has: (p) => p === 'frob' || p === 'nicate' || m.has(p) });
    expect(calls).toEqual([]);
  });
});

describe('nothing is installed', () => {
  it.each<[string, number, string[], Record<string, string>, object, string, string]>([
    [
      'with --no-install',
      0,
      ['apt-get'],
      {},
      { install: false },
      '--no-install forbids installing it.',
      'apt-get install -y --no-install-recommends libfrob-tools',
    ],
    [
      'with --no-install, --yes or not',
      0,
      ['dnf'],
      {},
      { install: false, yes: true },
      '--no-install forbids installing it.',
      'dnf install -y libfrob-tools',
    ],
    [
      'where sudo asks for a password and there is no terminal',
      1000,
      ['apt-get', 'sudo'],
      { FAKE_SUDO: 'password' },
      { yes: true },
      'Installing needs a password, and there is no terminal to type it on.',
      'sudo apt-get install -y --no-install-recommends libfrob-tools',
    ],
    [
      'where sudo refuses',
      1000,
      ['zypper', 'sudo'],
      { FAKE_SUDO: 'refuses' },
      {},
      'learner is not in the sudoers file.',
      'sudo zypper --non-interactive install libfrob-tools',
    ],
    [
      'where there is no sudo',
      1000,
      ['apk'],
      { PATH: '/nowhere' },
      { yes: true },
      'you are not root, and sudo is not installed',
      'sudo apk add libfrob-tools',
    ],
    [
      'by a manager that we do not know',
      0,
      [],
      {},
      {},
      'No package manager that we know (apt, dnf, zypper, pacman, apk) is here.',
      'frob, nicate',
    ],
  ])('%s: what, why and the command are named', async (_, uid, programs, env, more, reason, command) => {
    const { error, calls } = await installing(uid, machine(programs, env), more);
    expect(error).toMatchObject({
      errorName: 'install.forbidden',
      exit: 4,
      values: { packages: 'frob, nicate', reason, command },
    });
    expect(calls.filter((c) => !c.startsWith('sudo -n'))).toEqual([]);
  });
});

describe('an install that fails', () => {
  it('is told with the manager’s last words', async () => {
    const { error } = await installing(0, machine(['apt-get'], { FAKE_FAILS: '1' }));
    expect(error).toMatchObject({
      errorName: 'install.failed',
      exit: 4,
      values: {
        packages: 'frob, nicate',
        detail: 'E: Unable to locate package',
        command: expect.stringContaining('apt-get install'),
      },
    });
  });
  it('because the packages lack a program, names the program', async () => {
    const { error } = await installing(0, machine(['apk'], { FAKE_BRINGS: 'frob' }));
    expect(error).toMatchObject({ errorName: 'install.failed', values: { packages: 'nicate', detail: 'exit 0' } });
  });
});

describe('permission to trace', () => {
  const allow = async (uid: number, programs: string[], env: Record<string, string>) => {
    for (const [name, value] of Object.entries(machine(programs, env).env)) vi.stubEnv(name, value);
    asUser(uid);
    return allowed(asked()).then(
      () => null,
      (e) => e,
    );
  };
  it('is root’s, and a free sudo’s', async () => {
    expect(await allow(0, [], {})).toBeNull();
    expect(await allow(1000, ['sudo'], {})).toBeNull();
  });
  it.each([
    ['refuses', 'sudo.refused', { detail: 'learner is not in the sudoers file.' }],
    ['password', 'sudo.no-terminal', {}],
  ])('with a sudo that is %s is %s', async (kind, errorName, values) => {
    expect(await allow(1000, ['sudo'], { FAKE_SUDO: kind })).toMatchObject({ errorName, exit: 4, values });
  });
  it('without sudo is nobody’s', async () => {
    const m = machine([]);
    expect(await allow(1000, [], { PATH: m.dir })).toMatchObject({ errorName: 'sudo.missing', exit: 4 });
  });
});
