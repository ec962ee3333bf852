import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../schemas/check.ts';
import { verify } from '../../schemas/verify.ts';
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
    const { steps, summary, machine } = verify.parse(JSON.parse(out));
    expect(summary.passed).toBe(steps.length);
    expect(machine.tools.bpftrace).toMatch(/^\d+\.\d+/);
    // Each of the guide's commands in this lesson was run as written, and did what the lesson says.
    const treated = steps.filter((s) => s.lang === 'ko').flatMap((s) => s.asWritten);
    expect(treated.map((g) => g.id)).toEqual([
      'kernel-version',
      'bpffs',
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
    expect(verify.parse(JSON.parse(out)).steps.flatMap((s) => s.asWritten.map((g) => g.id))).not.toContain(
      'bpftrace-install-apt',
    );
  });

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
  expect(check.parse(JSON.parse(out))).toMatchObject({ outcome: 'wrong', lesson: '01-crime-scene', step: 'all-green' });
});
