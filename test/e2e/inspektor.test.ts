import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parsed } from './documents.ts';
import { builtTracer } from './tracing.ts';
import { root, type Sudo, type World, world } from './world.ts';

// Lesson 8 on a host as it is with Inspektor Gadget's `ig`: this one stands in for it, on a kernel that need not have kprobes.
let w: World;
afterEach(() => w.end());

interface Ig {
  env: Record<string, string>;
  /** What it was asked, each after the user id of who asked. */
  asked(): string[];
}

/** A world where `ig` is; `traces`: it sees something of a process whose libc it finds. */
function withIg(traces: boolean, as?: Sudo): Ig {
  w = world(as);
  const cache = join(w.dir, 'cache');
  const bin = join(cache, 'ebpf-workshop/bin');
  const fakes = join(w.dir, 'fakes');
  for (const dir of [bin, fakes]) mkdirSync(dir, { recursive: true });
  const log = join(w.dir, 'asked');
  let memleak = '';
  if (traces) {
    memleak = builtTracer(w);
  }
  copyFileSync(join(root, 'test/e2e/ig.mjs'), join(bin, 'ig.mjs'));
  writeFileSync(join(bin, 'ig.json'), JSON.stringify({ memleak, log }));
  const script = (path: string, text: string) => {
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
  };
  script(join(bin, 'ig'), `exec '${process.execPath}' '${join(bin, 'ig.mjs')}' "$@"`);
  script(
    join(fakes, 'grep'),
    `case "$*" in *register_kprobe*) echo '0 T register_kprobe' ;; *) exec /usr/bin/grep "$@" ;; esac`,
  );
  return {
    env: { PATH: `${fakes}:${process.env.PATH}`, XDG_CACHE_HOME: cache },
    asked: () => readFileSync(log, 'utf8').trim().split('\n'),
  };
}

test('an ordinary user with sudo does all of it, and the service has the libc of the machine', async () => {
  const { env, asked } = withIg(true, 'free');
  const { code, out, err } = await w.run(['verify', '8', '--pace', 'fast', '--retry', '--json'], { env });
  expect(code, err).toBe(0);
  const { steps, machine, leftovers } = parsed('verify', out);
  expect(steps.map((s) => [s.tool, s.toolVersion, s.ok])).toEqual(steps.map(() => ['gadget', '0.55.1', true]));
  expect(machine.tools).toMatchObject({ gadget: '0.55.1' });
  expect(leftovers).toEqual([]);
  expect(err).not.toMatch(/does not run here/);
  // Its version is nobody's secret; all else is root's.
  const [versions, others] = [
    asked().filter((a) => a.endsWith(' version')),
    asked().filter((a) => !a.endsWith(' version')),
  ];
  expect(versions.length).toBeGreaterThan(0);
  expect(others[0]).toBe('0 image list');
  expect(others.filter((a) => !a.startsWith('0 '))).toEqual([]);
  expect(
    others.filter((a) => /^0 run memleak:(?:latest|mine) .*--host --pid \d+ --verify-image=false/.test(a)).length,
  ).toBe(others.filter((a) => a.startsWith('0 run ')).length);
  expect(w.processes()).toEqual([]);
});

test('where it sees nothing the lesson is blocked, and says why, as it holds on a host', async () => {
  const { env } = withIg(false);
  const junit = join(w.dir, 'results.xml');
  const { code, out, err } = await w.run(['verify', '8', '--pace', 'fast', '--json', '--junit', junit], { env });
  expect(code).toBe(1);
  const trace = parsed('verify', out).steps.find((s) => s.step === 'trace' && s.lang === 'en');
  expect(trace).toMatchObject({ tool: 'gadget', outcome: 'blocked', ok: false });
  expect(trace?.notices[0]?.code).toBe('empty-stream');
  expect(err).toMatch(/08-inspektor-gadget\/trace .*\n {4}! The gadget ran, and every list was empty/);
  expect(readFileSync(junit, 'utf8')).toMatch(
    /<error message="The gadget ran, and every list was empty[^"]*ld\.so\.cache/,
  );
  expect(err + out).not.toMatch(/pod name/);
});

test('check names it, whatever it printed; the lab of `up` has the libc that was asked for', async () => {
  const { env } = withIg(false);
  const up = async (...args: string[]) => (await w.json(['up', '--pace', 'fast', ...args], env)) as unknown as Up;
  interface Up {
    id: string;
    spec: { libc?: string };
    target: { pid: number; libc: string };
  }
  const own = await up();
  const system = await up('--libc', 'system');
  expect(own.spec).not.toHaveProperty('libc');
  expect(own.target.libc).toContain(w.dir);
  expect(system.spec.libc).toBe('system');
  expect(system.target.libc).not.toContain(w.dir);
  expect((await up('--libc', 'system')).id).toBe(system.id);

  const checked = async (lab: Up, input: string) =>
    parsed('check', (await w.run(['check', '8/trace', '--json', '--lab', lab.id], { env, input })).out);
  expect(await checked(system, '[]\n[]\n')).toMatchObject({ tool: 'gadget', outcome: 'blocked' });
  expect(await checked(own, '[]\n[]\n')).toMatchObject({ tool: 'memleak', outcome: 'blocked' });
  const recorded = readFileSync(join(root, 'test/fixtures/output/gadget/0.55.1/ig-host-leaker.json'), 'utf8');
  const ours = recorded.replaceAll('"pid":189,', `"pid":${system.target.pid},`);
  for (const lab of [system, own]) expect(await checked(lab, ours)).toMatchObject({ tool: 'gadget' });
  expect(await checked(system, ours)).toMatchObject({ outcome: 'pass' });
});
