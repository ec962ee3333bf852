import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labNeeds, TEST_NEEDS } from '../../runner/environments/host/needs.ts';
import { parsed } from '../e2e/documents.ts';
import { terminal } from '../e2e/terminal.ts';
import { type World, world } from '../e2e/world.ts';
import { bin } from '../exec/fixtures.ts';
import { machine, user } from './machine.ts';

let w: World;
beforeAll(() => {
  w = world();
});
afterAll(() => w.end());

const FAKES = ['sudo', 'apt-get', 'id'];
/** A learner whose sudo asks for a password, so that nothing is traced; with this bpftrace, and a tracer of ours that is built. */
function learner(tracer: string, env: Record<string, string> = {}) {
  const m = machine(FAKES, { FAKE_SUDO: 'password', FAKE_VERSION: 'bpftrace v0.27.1\nmemleak 9.8.7', ...env });
  return {
    m,
    env: {
      ...m.env,
      ...user(1000, m.dir),
      WORKSHOP_BPFTRACE: tracer.replace('HERE', m.dir),
      WORKSHOP_MEMLEAK: bin('memleak'),
    },
  };
}
/** An install brings whatever this machine may lack. */
const BRINGS = {
  FAKE_BRINGS: labNeeds()
    .map((n) => n.program)
    .join(' '),
};
const doctor = async (env: Record<string, string>, ...args: string[]) => {
  const { code, out, err } = await w.run(['doctor', '--json', ...args], { env });
  return { code, err, document: parsed('doctor', out) };
};

describe('doctor --json', () => {
  it('is one document: what was looked at, how it stands, what mends it', async () => {
    const { code, err, document } = await doctor(learner(bin('bpftrace')).env);
    expect({ code, err }).toEqual({ code: document.ok ? 0 : 4, err: '' });
    expect(document).toMatchObject({
      schema: 'ebpf-workshop/doctor/1',
      ok: expect.any(Boolean),
      environment: 'host',
      platform: process.platform,
      tools: { bpftrace: '0.27.1', memleak: '9.8.7' },
    });
    const ids = document.findings.map((f: { id: string }) => f.id);
    // There or not, and if not, why.
    expect(ids.filter((id) => /^inspektor(?:-|$)/.test(id))).toHaveLength(1);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining([
        ...labNeeds().map((n) => `program:${n.program}`),
        'kernel',
        'btf',
        'privilege',
        'tracefs',
        'bpffs',
        'lockdown',
        'kprobes',
        'uprobes',
      ]),
    );
    for (const f of document.findings) {
      expect(f, f.id).toEqual({
        id: f.id,
        state: expect.stringMatching(/^(ok|missing|wrong|note)$/),
        seen: expect.any(String),
        fix: f.fix,
      });
      if (f.fix !== null)
        expect(f.fix, f.id).toEqual({ argv: expect.arrayContaining([expect.any(String)]), elevated: true });
    }
    expect(document.findings.find((f: { id: string }) => f.id === 'privilege')).toMatchObject({
      state: 'note',
      seen: 'sudo-password',
    });
  });

  it('names the one command for a tracer that is missing, exit 4', async () => {
    const { code, document } = await doctor(learner('HERE/bpftrace').env);
    expect({ code, ok: document.ok, version: document.tools.bpftrace }).toEqual({ code: 4, ok: false, version: null });
    expect(document.findings.find((f: { id: string }) => f.id === 'program:bpftrace')).toEqual({
      id: 'program:bpftrace',
      state: 'missing',
      seen: 'bpftrace',
      fix: { argv: ['apt-get', 'install', '-y', '--no-install-recommends', 'bpftrace'], elevated: true },
    });
  });

  it('says it where sudo refuses, exit 4', async () => {
    const { code, document } = await doctor(learner(bin('bpftrace'), { FAKE_SUDO: 'refuses' }).env);
    expect({ code, ok: document.ok }).toEqual({ code: 4, ok: false });
    expect(document.findings.find((f: { id: string }) => f.id === 'privilege')).toMatchObject({
      state: 'wrong',
      seen: 'learner is not in the sudoers file.',
    });
  });

  it('looks for what the tests need too, when asked', async () => {
    const { document } = await doctor(learner(bin('bpftrace')).env, '--for', 'tests');
    for (const { program } of TEST_NEEDS)
      expect(document.findings.map((f: { id: string }) => f.id)).toContain(`program:${program}`);
  });
});

describe('without a terminal and with a password', () => {
  it.each([
    ['en', 'Installing needs a password, and there is no terminal to type it on.'],
    ['ko', '설치하려면 암호가 필요한데, 입력할 터미널이 없습니다.'],
  ])('nothing is installed, and what to type is said (%s)', async (lang, reason) => {
    const { m, env } = learner('HERE/bpftrace');
    const { code, out, err } = await w.run(['doctor', '--install', '--lang', lang], { env });
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain(reason);
    expect(err).toMatch(/sudo apt-get install -y --no-install-recommends .*bpftrace/);
    expect(m.calls().filter((c) => c.startsWith('apt-get'))).toEqual([]);
  });

  it('the tour says that sudo asks for one, exit 4', async () => {
    const { code, err } = await w.run(['tour', '--no-install'], { env: learner(bin('bpftrace')).env });
    expect(err).toMatch(/sudo asks for a password, and there is no terminal/);
    expect(code).toBe(4);
  });
});

describe('on a terminal', () => {
  it('asks, installs after yes, and says which flag would have answered', async () => {
    const { m, env } = learner('HERE/bpftrace', BRINGS);
    const t = terminal(w, ['doctor', '--install'], env);
    await t.sees(/Missing on this machine: .*bpftrace/);
    await t.sees(/Install now with “sudo apt-get install/);
    expect(m.calls().filter((c) => c.startsWith('apt-get'))).toEqual([]);
    t.type('y\r');
    await t.sees(/Next time --yes answers this\./);
    await t.sees(/Installed: .*bpftrace/);
    await t.exit;
    expect(m.calls().filter((c) => c.startsWith('sudo -- '))).toEqual([
      'sudo -- apt-get update -qq',
      expect.stringMatching(/^sudo -- apt-get install -y --no-install-recommends .*bpftrace/),
    ]);
  });

  it.each(['n\r', '\r', '\x04'])('installs nothing after %j, exit 4', async (typed) => {
    const { m, env } = learner('HERE/bpftrace');
    const t = terminal(w, ['doctor', '--install'], env);
    await t.sees(/Install now with/);
    t.type(typed);
    await t.sees(/Installing was declined\./);
    expect((await t.exit).exitCode).toBe(4);
    expect(m.calls().filter((c) => c.startsWith('apt-get'))).toEqual([]);
  });

  it('--yes asks nothing but what sudo itself asks', async () => {
    const { m, env } = learner('HERE/bpftrace', BRINGS);
    const t = terminal(w, ['doctor', '--install', '--yes'], env);
    await t.sees(/Installed: .*bpftrace/);
    await t.exit;
    expect(t.screen()).not.toMatch(/Install now with/);
    expect(m.has('bpftrace')).toBe(true);
  });

  it('under CI asks nothing either, and installs nothing that needs a password', async () => {
    const { m, env } = learner('HERE/bpftrace');
    const t = terminal(w, ['doctor', '--install'], { ...env, CI: '1' });
    await t.sees(/Installing needs a password/);
    expect((await t.exit).exitCode).toBe(4);
    expect(m.calls().filter((c) => c.startsWith('apt-get'))).toEqual([]);
  });
});
