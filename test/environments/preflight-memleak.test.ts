import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { host } from '../../runner/environments/host/index.ts';
import { leftovers } from '../../runner/environments/host/leftovers.ts';
import { type Machine, machine } from '../commands/machine.ts';
import { asUser, bin } from '../exec/fixtures.ts';

// The service is real, and our tracer is a fake that prints what a real one printed of such a service.
let cache: string;
let state: string;
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'workshop-preflight-'));
});
afterAll(() => rmSync(cache, { recursive: true, force: true }));
beforeEach(() => {
  asUser(0);
  state = mkdtempSync(join(tmpdir(), 'workshop-preflight-'));
  rmSync(join(cache, 'ebpf-workshop/preflight-memleak'), { force: true });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true });
});

function fake(recording: string): Machine {
  const m = machine([], {
    XDG_CACHE_HOME: cache,
    XDG_STATE_HOME: state,
    WORKSHOP_MEMLEAK: bin('memleak'),
    FAKE_VERSION: 'memleak 0.1.0',
    FAKE_RECORDING: recording,
  });
  for (const [name, value] of Object.entries(m.env)) vi.stubEnv(name, value);
  return m;
}
const functional = async () => {
  const { ok, version, findings } = await host.preflight('memleak');
  expect(leftovers()).toEqual([]);
  expect(readdirSync(join(state, 'ebpf-workshop/labs'))).toEqual([]);
  return { ok, version, functional: findings.find((f) => f.id === 'functional'), ids: findings.map((f) => f.id) };
};

describe('a tracer that names the function of a real service', () => {
  it.each(['0.1.0-session/leaker.json', '0.1.0-perf/leaker.json'])(
    'works (%s), and is not tried again; it takes no headers',
    async (recording) => {
      const m = fake(recording);
      for (let i = 0; i < 2; i++) {
        const seen = await functional();
        expect(seen).toMatchObject({
          ok: true,
          version: '0.1.0',
          functional: { id: 'functional', state: 'ok', seen: 'memory_leak_thread', fix: null },
        });
        expect(seen.ids).not.toContain('headers');
      }
      expect(m.calls().filter((c) => c.includes(' -p '))).toEqual([
        expect.stringMatching(/^memleak -p \d+ --json -i 0\.4 -d 10$/),
      ]);
    },
  );
});

describe('a tracer that does not', () => {
  it.each([
    ['is refused', 'fail-no-bpf.txt', /^memleak: the kernel refuses to load BPF programs/],
    ['finds no types', 'fail-no-btf.txt', /\(BTF\)/],
    ['finds no malloc', 'fail-no-malloc.txt', /has no malloc to trace/],
    ['names another function', 'other-function.txt', /./],
    ['sees nothing', 'idle.txt', /./],
  ])('(it %s) does not work here, and its reason is kept', async (_, recording, says) => {
    fake(`0.1.0-session/${recording}`);
    const { ok, functional: seen } = await functional();
    expect({ ok, state: seen?.state }).toEqual({ ok: false, state: 'wrong' });
    expect(seen?.seen).toMatch(says);
  });
});
