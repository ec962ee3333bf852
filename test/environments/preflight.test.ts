import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { host } from '../../runner/environments/host/index.ts';
import { leftovers } from '../../runner/environments/host/leftovers.ts';
import { asUser, bin } from '../exec/fixtures.ts';
import { type Machine, machine } from '../commands/machine.ts';

// The service is real, and the tracer is a fake that prints what a real one printed of such a service.
let cache: string;
let state: string;
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'workshop-preflight-'));
});
afterAll(() => rmSync(cache, { recursive: true, force: true }));
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'workshop-preflight-'));
  rmSync(join(cache, 'ebpf-workshop/preflight-bpftrace'), { force: true });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true });
});

function tracer(recording: string, env: Record<string, string> = {}, programs: string[] = []): Machine {
  // What is tried needs tracefs, and this machine keeps its mounts.
  const m = machine(['mount', ...programs], {
    XDG_CACHE_HOME: cache,
    XDG_STATE_HOME: state,
    WORKSHOP_BPFTRACE: bin('bpftrace'),
    FAKE_VERSION: 'v0.23.2',
    FAKE_RECORDING: recording,
    ...env,
  });
  for (const [name, value] of Object.entries(m.env)) vi.stubEnv(name, value);
  return m;
}
const attached = (m: Machine) => m.calls().filter((c) => c.startsWith('bpftrace -p'));
const functional = async () => {
  const { ok, version, findings } = await host.preflight('bpftrace');
  expect(leftovers()).toEqual([]);
  expect(readdirSync(join(state, 'ebpf-workshop/labs'))).toEqual([]);
  return { ok, version, functional: findings.find((f) => f.id === 'functional') };
};

describe('a tracer that names the function of a real service', () => {
  it.each(['0.17.0', '0.23.2', '0.27.1'])('works, as %s prints it, and is not tried again', async (version) => {
    asUser(0);
    const m = tracer(`${version}/malloc-stacks.txt`);
    for (let i = 0; i < 2; i++)
      expect(await functional()).toEqual({
        ok: true,
        version: '0.23.2',
        functional: { id: 'functional', state: 'ok', seen: 'memory_leak_thread', fix: null },
      });
    expect(attached(m)).toHaveLength(1);
    const asked = m.calls().join('\n');
    expect(asked).toContain(` -e ${readFileSync(join(import.meta.dirname, '../../bpf/malloc-stacks.bt'), 'utf8')} `);
    expect(asked).toMatch(/^bpftrace -p (\d+) -e [\s\S]* \1 \/proc\/\1\/root\/\S+libc\S* 10000$/m);
  });
  it('is tried again by another user', async () => {
    asUser(0);
    const m = tracer('0.23.2/malloc-stacks.txt', { FAKE_UID: '1000' }, ['sudo']);
    await functional();
    asUser(1000);
    expect(await functional()).toMatchObject({ ok: true });
    expect(attached(m)).toHaveLength(2);
  });
});

describe('a tracer that does not', () => {
  it.each([
    ['is refused', '0.23.2/fail-not-root.txt', /root/],
    ['finds no symbol', '0.23.2/fail-no-symbol.txt', /./],
    ['sees another function', '0.23.2/stack-entry.txt', /./],
    ['prints nothing', '../../bin/nothing', /No such file|^$/],
  ])('(it %s) does not work here, and its last words are kept', async (_, recording, says) => {
    asUser(0);
    tracer(recording);
    const { ok, functional: seen } = await functional();
    expect({ ok, state: seen?.state }).toEqual({ ok: false, state: 'wrong' });
    expect(seen?.seen).toMatch(says);
  });
});

describe('nothing is tried', () => {
  it('where it is missing', async () => {
    tracer('', { WORKSHOP_BPFTRACE: '/nowhere/bpftrace' });
    const { ok, version, findings } = await host.preflight('bpftrace');
    expect({ ok, version, first: findings[0] }).toEqual({
      ok: false,
      version: null,
      first: { id: 'bpftrace', state: 'missing', seen: 'bpftrace', fix: null },
    });
    expect(findings.map((f) => f.id)).toContain('kernel');
  });
  it.each([
    ['password', true],
    ['refuses', false],
  ])('where sudo is: %s', async (kind, ok) => {
    asUser(1000);
    const m = tracer('', { FAKE_SUDO: kind }, ['sudo']);
    expect(await host.preflight('bpftrace')).toMatchObject({ ok, version: '0.23.2' });
    expect(attached(m)).toEqual([]);
  });
  it('for what needs no tracing', async () => {
    tracer('');
    expect(await host.preflight('system')).toEqual({ ok: true, tool: 'system', version: null, findings: [] });
  });
});
