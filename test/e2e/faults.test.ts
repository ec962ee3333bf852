import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parsed } from './documents.ts';
import { terminal, terminalOf } from './terminal.ts';
import { eventually, type World, world } from './world.ts';

let w: World;
beforeEach(() => {
  w = world();
});
afterEach(() => w.end());

const state = () => join(w.dir, 'state/ebpf-workshop');

describe('two sessions at once', () => {
  test('the second is told which process has the first, and the first is not disturbed', async () => {
    const first = terminal(w, ['run', '4', '--pace', 'fast']);
    await first.sees(/Ready\?/);
    const second = terminal(w, ['run', '4', '--pace', 'fast']);
    await second.sees(/already open in another terminal \(pid \d+\)/);
    expect((await second.exit).exitCode).toBe(4);
    expect((await w.run(['status'])).code).toBe(0);
    first.type('n');
    await first.sees(/What now\?/);
    first.type('q');
    expect((await first.exit).exitCode).toBe(0);
    await eventually('nothing is left', () => w.processes().length === 0);
  });
});

describe('a progress file', () => {
  const event = (step: string, v = 1) => JSON.stringify({ v, at: 1, type: 'skip', lesson: '04-pairing', step });

  test('that is corrupt is set aside and named; what could be read goes on', async () => {
    mkdirSync(state(), { recursive: true });
    const text = `${event('pair')}\n{"v":1,"at":\u0000garbage\n${event('how-old')}\n`;
    writeFileSync(join(state(), 'progress.jsonl'), text);
    const { code, err, out } = await w.run(['status', '--json']);
    expect(code).toBe(0);
    const aside = readdirSync(state()).find((n) => n.startsWith('progress.jsonl.corrupt-')) as string;
    expect(err).toContain(aside);
    expect(readFileSync(join(state(), aside), 'utf8')).toBe(text);
    const { lessons } = parsed('status', out);
    expect(lessons.find((l) => l.lesson === '04-pairing')?.skipped).toBe(2);
    expect((await w.run(['status'])).err).toBe('');
  });

  test('of a newer version is set aside and named, whole', async () => {
    mkdirSync(state(), { recursive: true });
    const text = `${event('pair', 7)}\n`;
    writeFileSync(join(state(), 'progress.jsonl'), text);
    const { code, err } = await w.run(['status', '--lang', 'ko']);
    expect(code).toBe(0);
    const aside = readdirSync(state()).find((n) => n.startsWith('progress.jsonl.newer-')) as string;
    expect(err).toContain(aside);
    expect(readFileSync(join(state(), aside), 'utf8')).toBe(text);
  });
});

/** A PATH with these programs only. */
function pathOf(programs: string[]): string {
  const dir = join(w.dir, 'bin');
  mkdirSync(dir);
  for (const p of programs) symlinkSync(execFileSync('which', [p], { encoding: 'utf8' }).trim(), join(dir, p));
  return dir;
}

describe('a machine', () => {
  const BASE = [
    'node',
    'bash',
    'sh',
    'ps',
    'curl',
    'cat',
    'tail',
    'sleep',
    'ldd',
    'mount',
    'umount',
    'script',
    'sudo',
    'apt-get',
  ];

  test('without a compiler: what is missing, the package and the command are named, exit 4', async () => {
    const { code, err } = await w.run(['up', '--no-install'], {
      env: { PATH: pathOf([...BASE, 'bpftrace']), XDG_CACHE_HOME: join(w.dir, 'cache') },
    });
    expect(err).toMatch(/cc, make/);
    expect(err).toMatch(/apt-get install .*gcc libc6-dev make/);
    expect(code).toBe(4);
    expect(w.processes()).toEqual([]);
  });

  test('whose tracer is missing: what to install is named, exit 4, in Korean as well', async () => {
    const env = { WORKSHOP_BPFTRACE: join(w.dir, 'nowhere/bpftrace') };
    for (const lang of ['en', 'ko']) {
      const { code, err } = await w.run(['tour', '--no-install', '--lang', lang], { env });
      expect(err).toContain('bpftrace');
      expect(code).toBe(4);
    }
    expect(w.processes()).toEqual([]);
  });

  test('whose disk is full: said plainly, exit 4, nothing is left running', async () => {
    const script = 'mount -t tmpfs -o size=64k tmpfs "$XDG_STATE_HOME" && exec "$@"';
    const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n', '-E', '--'];
    const t = terminalOf(w, [
      ...prefix,
      'unshare',
      '-m',
      '--propagation',
      'private',
      'bash',
      '-c',
      script,
      'full',
      process.execPath,
      'bin/workshop.mjs',
      'up',
      '--pace',
      'fast',
    ]);
    await t.sees(/Progress could not be written|No space|ENOSPC/);
    expect((await t.exit).exitCode).toBe(4);
    expect(t.screen()).not.toMatch(/\n\s+at /);
    await eventually('nothing is left', () => w.processes().length === 0);
  });
});
