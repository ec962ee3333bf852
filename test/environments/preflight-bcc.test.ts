import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { host } from '../../runner/environments/host/index.ts';
import { leftovers } from '../../runner/environments/host/leftovers.ts';
import { type Machine, machine } from '../commands/machine.ts';
import { asUser, bin } from '../exec/fixtures.ts';

// The service is real, and BCC is a fake that prints what a real one printed of such a service.
let cache: string;
let state: string;
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'workshop-preflight-'));
});
afterAll(() => rmSync(cache, { recursive: true, force: true }));
beforeEach(() => {
  asUser(0);
  state = mkdtempSync(join(tmpdir(), 'workshop-preflight-'));
  rmSync(join(cache, 'ebpf-workshop/preflight-bcc'), { force: true });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true });
});

function fake(recording: string, version = '0.31.0'): Machine {
  const m = machine([], {
    XDG_CACHE_HOME: cache,
    XDG_STATE_HOME: state,
    WORKSHOP_BCC: bin('bcc'),
    FAKE_BCC: version,
    FAKE_RECORDING: recording,
  });
  for (const [name, value] of Object.entries(m.env)) vi.stubEnv(name, value);
  return m;
}
const attached = (m: Machine) => m.calls().filter((c) => c.includes('memleak-bpfcc'));
const functional = async () => {
  const { ok, version, findings } = await host.preflight('bcc');
  expect(leftovers()).toEqual([]);
  expect(readdirSync(join(state, 'ebpf-workshop/labs'))).toEqual([]);
  return { ok, version, functional: findings.find((f) => f.id === 'functional') };
};

describe('BCC that names the function of a real service', () => {
  it.each(['0.26.0', '0.31.0', '0.37.0'])('works, as %s prints it, and is not tried again', async (version) => {
    const m = fake(`${version}/memleak-leaker-threshold.txt`, version);
    for (let i = 0; i < 2; i++)
      expect(await functional()).toEqual({
        ok: true,
        version,
        functional: { id: 'functional', state: 'ok', seen: 'memory_leak_thread', fix: null },
      });
    expect(attached(m)).toEqual([
      expect.stringMatching(/^bcc \/usr\/bin\/python3 \S+\/bpf\/bcc-start\.py memleak-bpfcc -p \d+ 1 10$/),
    ]);
  });
});

describe('BCC that does not', () => {
  it.each([
    ['is refused', '0.26.0/fail-not-root.txt', /Operation not permitted/],
    ['has no headers', '0.31.0/fail-no-headers.txt', /kernel headers/],
    ['finds another tracer there', '0.31.0/fail-ref-ctr.txt', /Failed to attach/],
    ['has lost the caller', '0.26.0/memleak-leaker.txt', /./],
    ['sees nothing', '0.37.0/memleak-idle.txt', /./],
    ['prints nothing', '../../bin/nothing', /No such file|^$/],
  ])('(it %s) does not work here, and its last words are kept', async (_, recording, says) => {
    fake(recording);
    const { ok, functional: seen } = await functional();
    expect({ ok, state: seen?.state }).toEqual({ ok: false, state: 'wrong' });
    expect(seen?.seen).toMatch(says);
  });
});

it('without its Python side is missing, and nothing is tried', async () => {
  const m = fake('', '');
  const { ok, version, findings } = await host.preflight('bcc');
  expect({ ok, version, first: findings[0] }).toEqual({
    ok: false,
    version: null,
    first: { id: 'bcc', state: 'missing', seen: 'python3-bpfcc', fix: null },
  });
  expect(attached(m)).toEqual([]);
});
