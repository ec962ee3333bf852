import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsed } from './documents.ts';
import { type World, world } from './world.ts';

let w: World;
beforeAll(() => {
  w = world();
});
afterAll(() => w.end());

describe('verify', () => {
  test('prints the document that is published, and writes JUnit that says the same', async () => {
    const junit = join(w.dir, 'reports/results.xml');
    const { code, out } = await w.run(['verify', '2', '--pace', 'fast', '--json', '--yes', '--junit', junit]);
    expect(code).toBe(0);
    const { steps, summary, machine } = parsed('verify', out);
    expect(summary.passed).toBe(steps.length);
    expect(machine.tools.bpftrace).toMatch(/^\d+\.\d+/);
    // Each command of the guide and each that is broken in this lesson was run as written, and did what the lesson says.
    const treated = steps.filter((s) => s.lang === 'ko').flatMap((s) => s.asWritten);
    expect(treated.map((g) => g.id)).toEqual([
      'kernel-version',
      'bpffs',
      'capabilities-broken',
      'bpftrace-install-apt',
      'bpftrace-install-yum',
      'bpftool-version',
    ]);
    expect(treated.every((g) => g.ok)).toBe(true);
    const xml = readFileSync(junit, 'utf8');
    expect(xml.match(/<testcase /g)).toHaveLength(steps.length);
    expect(xml).toMatch(new RegExp(`<testsuites tests="${steps.length}" failures="0" `));
    expect(w.processes()).toEqual([]);
  });

  test('with --no-install runs no command that installs', async () => {
    const { out } = await w.run(['verify', '2', '--pace', 'fast', '--json', '--no-install']);
    expect(parsed('verify', out).steps.flatMap((s) => s.asWritten.map((g) => g.id))).not.toContain(
      'bpftrace-install-apt',
    );
  });

  test.each([
    [[], 4, 'skipped'],
    [['--require-all'], 1, 'failed'],
  ] as const)(
    'where a tool does not work, runs what can be run; the rest is not passed over: %j',
    async (more, exit, as) => {
      const args = ['verify', '1', '3', '--pace', 'fast', '--no-install', '--json', ...more];
      const { code, out, err } = await w.run(args, { env: { WORKSHOP_BPFTRACE: '/bin/false' } });
      const { steps, summary } = parsed('verify', out);
      const of = (lesson: string) => steps.filter((s) => s.lesson === lesson);
      const [ran, left] = [of('01-crime-scene'), of('03-bpftrace-calls')];
      expect(ran.every((s) => s.ok && s.skipped === undefined)).toBe(true);
      expect(
        left.every((s) => !s.ok && s.outcome === 'blocked' && (s.skipped !== undefined) === (as === 'skipped')),
      ).toBe(true);
      expect(summary).toEqual({ failed: 0, skipped: 0, passed: ran.length, [as]: left.length });
      expect(err).toContain('bpftrace is installed, but tracing does not work here.');
      expect(code).toBe(exit);
    },
  );

  test('that is interrupted cleans up, prints no document and exits 130', async () => {
    const running = w.start(['verify', '4', '--pace', 'fast', '--json']);
    await running.until(/\b1\/\d+ /);
    process.kill(running.pid, 'SIGINT');
    expect(await running.done).toMatchObject({ code: 130, out: '' });
    expect(w.processes()).toEqual([]);
  });
});

test('check --json prints the document that is published', async () => {
  await w.run(['up', '--pace', 'fast']);
  const { out } = await w.run(['check', '1/all-green', '--json'], {
    input: '  PID    VSZ   RSS COMMAND\n    1  87504  4732 init\n',
  });
  expect(parsed('check', out)).toMatchObject({ outcome: 'wrong', lesson: '01-crime-scene', step: 'all-green' });
});
