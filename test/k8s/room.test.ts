import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = join(import.meta.dirname, '../../k8s/toolbox/bin/room');
const MIB = 2 ** 20;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-room-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Process {
  comm: string;
  argv?: string[];
}

const BCC: Process = {
  comm: 'python3',
  argv: ['/usr/bin/python3', '/workshop/bpf/bcc-start.py', '/usr/sbin/memleak-bpfcc'],
};
/** Who started it has the tool's name among its own words. */
const GUARD: Process = {
  comm: 'elevated.sh',
  argv: ['/bin/bash', '/usr/local/bin/elevated.sh', '7', '/usr/sbin/memleak-bpfcc'],
};

/** A container's memory and processes, as cgroup v2 or v1 and /proc show them. */
function container(version: 1 | 2, limit: string, usedMib: number, processes: Process[] = [], cachedMib = 0) {
  const at = (...path: string[]) => join(dir, 'cgroup', ...(version === 1 ? ['memory'] : []), ...path);
  mkdirSync(at(), { recursive: true });
  writeFileSync(at(version === 2 ? 'memory.max' : 'memory.limit_in_bytes'), `${limit}\n`);
  writeFileSync(at(version === 2 ? 'memory.current' : 'memory.usage_in_bytes'), `${usedMib * MIB}\n`);
  const cached = cachedMib * MIB;
  // In v1 a container's own sum is not that of the cgroups below it.
  writeFileSync(
    at('memory.stat'),
    `anon 1\ninactive_file ${version === 2 ? cached / 2 : 0}\nactive_file ${version === 2 ? cached / 2 : 0}\ntotal_inactive_file ${cached / 2}\ntotal_active_file ${cached / 2}\n`,
  );
  // One that has ended by the time one looks is among them.
  writeFileSync(at('cgroup.procs'), [...processes.map((_, i) => i + 10), 99].map((pid) => `${pid}\n`).join(''));
  for (const [i, { comm, argv = [comm] }] of processes.entries()) {
    const proc = join(dir, 'proc', String(i + 10));
    mkdirSync(proc, { recursive: true });
    writeFileSync(join(proc, 'comm'), `${comm}\n`);
    writeFileSync(join(proc, 'cmdline'), `${argv.join('\0')}\0`);
  }
}
function room(...command: string[]) {
  const { status, stderr, stdout } = spawnSync(script, command, {
    encoding: 'utf8',
    env: { ...process.env, CGROUP: join(dir, 'cgroup'), PROC: join(dir, 'proc'), CLAIMS: join(dir, 'claims') },
  });
  return { status, said: stderr + stdout };
}
const GIB = String(2 ** 30);
const fits = { status: 0, said: '' };

it.each([
  ['memleak-bpfcc', BCC],
  ['bpftrace', { comm: 'bpftrace' }],
])('has room for seven of %s, and no more', (name, tool) => {
  const manifest = readFileSync(join(import.meta.dirname, '../../k8s/toolbox/daemonset.yaml'), 'utf8');
  const limit = String(Number(/limits: \{memory: (\d+)Mi\}/.exec(manifest)?.[1]) * MIB);
  container(
    2,
    limit,
    2,
    Array.from({ length: 6 }, () => tool),
  );
  expect(room(name)).toEqual(fits);
  container(
    2,
    limit,
    2,
    Array.from({ length: 7 }, () => tool),
  );
  expect(room(name).status).toBe(1);
});

describe.each([1, 2] as const)('room in the toolbox, by cgroup v%i', (version) => {
  it('is there for one', () => {
    container(version, GIB, 20);
    expect(room('memleak-bpfcc', '-p', '1')).toEqual(fits);
  });
  const several = (n: number) => Array.from({ length: n }, () => [BCC, GUARD]).flat();
  it('is not where those that run leave too little; how much, and how many, is said', () => {
    container(version, GIB, 5 * 160 + 20, several(5));
    expect(room('/usr/sbin/memleak-bpfcc', '-p', '1')).toMatchObject({
      status: 1,
      said: expect.stringMatching(
        /^toolbox: Cannot allocate memory: memleak-bpfcc takes 160 MiB, and of 1024 MiB 140 are left; tools that run on this node: 5\. /,
      ),
    });
    // What takes less still has room.
    expect(room('memleak', '-p', '1')).toEqual(fits);
  });
  it('is kept for those that have only begun', () => {
    container(version, GIB, 40, several(4));
    expect(room('memleak-bpfcc')).toEqual(fits);
    container(version, GIB, 40, [...several(4), { comm: 'bpftrace' }]);
    expect(room('memleak-bpfcc').said).toContain(' 150 are left; tools that run on this node: 5.');
  });
  it('is not taken by what the kernel gives back, nor by who only waits for a tool, nor by other Pythons', () => {
    const others = Array.from({ length: 6 }, () => [GUARD, { comm: 'python3', argv: ['python3', '-c', 'import bcc'] }]);
    container(version, GIB, 1000, others.flat(), 500);
    expect(room('memleak-bpfcc')).toEqual(fits);
  });
  it('is never short where there is no limit', () => {
    container(version, version === 2 ? 'max' : '9223372036854771712', 60_000);
    expect(room('memleak-bpfcc')).toEqual(fits);
  });
});

describe('the last place', () => {
  const limit = String(300 * MIB);
  /** Who asks lives on, as a guard that becomes the tool's. */
  const asks = (name: string) => {
    const guard = spawn('bash', ['-c', '"$0" "$1"; echo "$?"; read -r _', script, name], {
      env: { ...process.env, CGROUP: join(dir, 'cgroup'), PROC: '/proc', CLAIMS: join(dir, 'claims') },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const code = once(guard.stdout, 'data').then(([data]) => Number(String(data)));
    return { guard, code };
  };
  const end = async ({ guard }: ReturnType<typeof asks>) => {
    guard.stdin.end();
    await once(guard, 'exit');
  };

  it('goes to one of those that ask at once, and to the next when that one has ended', async () => {
    container(2, limit, 2);
    const all = ['bpftrace', 'memleak-bpfcc', 'bpftrace', 'bpftrace'].map(asks);
    const codes = await Promise.all(all.map(({ code }) => code));
    expect(codes.sort()).toEqual([0, 1, 1, 1]);
    for (const one of all) await end(one);
    const next = asks('bpftrace');
    expect(await next.code).toBe(0);
    await end(next);
    expect(readdirSync(join(dir, 'claims')).length).toBeLessThanOrEqual(2);
  });
  it('is not counted twice once the tool runs', async () => {
    container(2, String(450 * MIB), 2);
    const one = asks('bpftrace');
    expect(await one.code).toBe(0);
    container(2, String(450 * MIB), 2, [{ comm: 'bpftrace' }]);
    // The tool is a child of who asked.
    writeFileSync(join(dir, 'proc/10/status'), `Name:\tbpftrace\nPPid:\t${one.guard.pid}\n`);
    expect(room('bpftrace')).toEqual(fits);
    await end(one);
  });
  it('is not kept for what is no tool, nor where nothing can be written', () => {
    container(2, limit, 2);
    expect(room('ls')).toEqual(fits);
    expect(readdirSync(join(dir, 'claims'))).toEqual(['lock']);
    rmSync(join(dir, 'claims'), { recursive: true });
    writeFileSync(join(dir, 'claims'), '');
    expect(room('ls')).toEqual(fits);
    expect(room('bpftrace')).toEqual(fits);
  });
});

it('is not looked for where the node shows no cgroup', () => {
  mkdirSync(join(dir, 'cgroup'));
  expect(room('memleak-bpfcc')).toEqual(fits);
});
