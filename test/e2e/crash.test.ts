import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { terminal } from './terminal.ts';
import { eventually, type Sudo, type World, world } from './world.ts';

let w: World;
const begin = (as?: Sudo): World => {
  w = world(as);
  return w;
};
afterEach(() => w.end());

const tools = () => w.processes().filter((p) => /^bpftrace|elevated\.sh/.test(p.argv) && !/as-user/.test(p.argv));
const kill = (pid: number) => execFileSync('kill', ['-9', String(pid)]);
/** The process of ours whose argv matches; it must be there. */
const find = (pattern: RegExp): number => {
  const found = w.processes().find((p) => pattern.test(p.argv) && !/as-user|unshare/.test(p.argv));
  if (!found)
    throw new Error(
      `no ${pattern} in:\n${w
        .processes()
        .map((p) => p.argv)
        .join('\n')}`,
    );
  return found.pid;
};

describe('kill -9', () => {
  test('of the runner ends tool and service by themselves; down removes the record', async () => {
    const tour = begin().start(['tour']);
    await tour.until(/watching malloc and free/);
    kill(tour.pid);
    await tour.done;
    await eventually('nothing runs any more', () => w.processes().length === 0);
    const down = (await w.json(['down'])) as unknown as { removed: string[]; orphans: string[] };
    expect(down.removed).toHaveLength(1);
    expect(down.orphans).toEqual(down.removed);
    expect(w.processes()).toEqual([]);
  });

  test('of the runner: the next session removes the orphan too', async () => {
    const tour = begin().start(['tour']);
    await tour.until(/watching malloc and free/);
    const orphan = find(/stealth-leaker$/);
    kill(tour.pid);
    await tour.done;
    const t = terminal(w, ['run', '4', '--pace', 'fast']);
    await t.sees(/Removed what an earlier session left/);
    await t.sees(/Ready\?/);
    expect(w.processes().map((p) => p.pid)).not.toContain(orphan);
    t.type('q');
    expect((await t.exit).exitCode).toBe(0);
    await eventually('nothing is left', () => w.processes().length === 0);
  });

  test('of the runner of an ordinary user ends the tool that runs as root', async () => {
    const tour = begin('free').start(['tour']);
    await tour.until(/watching malloc and free/);
    kill(find(/node.*bin\/workshop\.mjs/));
    await eventually('the tool as root is gone', () => tools().length === 0);
    await w.run(['down']);
    expect(w.processes()).toEqual([]);
  });

  test.runIf(process.getuid?.() === 0)('down of an ordinary user waits for a tracer that is root’s', async () => {
    const { run, checkout } = begin('free');
    // Its runner, by a pid that nobody has, is gone; it detaches for a while yet.
    const guard = join(checkout, 'runner/environments/local/elevated.sh');
    const tracer = spawn('bash', [guard, '4194305', 'sleep', '2'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const { code, out, err } = await run(['down']);
    expect(code, err).toBe(0);
    expect(out).toMatch(/Waiting for a tracer whose session is gone to detach \(pid \d+\): sleep 2/);
    expect(tracer.exitCode).not.toBeNull();
  });

  test('of sudo ends the tool that it started', async () => {
    const tour = begin('free').start(['tour']);
    await tour.until(/watching malloc and free/);
    kill(find(/^\S*sudo -- \/bin\/bash/));
    await eventually('the tool as root is gone', () => tools().length === 0);
    await tour.done;
    expect(w.processes()).toEqual([]);
  });

  test('of the tool is told from its evidence, and the session goes on', async () => {
    const t = terminal(begin(), ['run', '4', '--pace', 'real']);
    await t.sees(/Ready\?/);
    t.type('n');
    await t.sees(/What now\?/);
    t.type('r');
    await t.sees(/watching malloc and free/);
    kill(find(/^bpftrace/));
    await t.sees(/Blocked/);
    await t.sees(/killed/i);
    await t.sees(/What now\?/);
    t.type('q');
    expect((await t.exit).exitCode).toBe(0);
    await eventually('nothing is left', () => w.processes().length === 0);
  });

  test('of the service breaks the lab, not the learner’s answer; a new one has a new pid', async () => {
    const t = terminal(begin(), ['run', '4', '--pace', 'fast']);
    await t.sees(/Ready\?/);
    t.type('n');
    await t.sees(/What now\?/);
    const dead = find(/stealth-leaker$/);
    t.type('r');
    await t.sees(/watching malloc and free/);
    kill(dead);
    await t.sees(/The lab is broken/);
    await t.sees(/What now\?/);
    t.type('r');
    await t.sees(new RegExp(`pid ${dead} is gone`));
    await t.sees(/Passed/);
    t.type('q');
    expect((await t.exit).exitCode).toBe(0);
    await eventually('nothing is left', () => w.processes().length === 0);
  });
});

test('what a power cut left, a record without its processes, is repaired by down', async () => {
  begin();
  await w.json(['up', '--pace', 'fast']);
  kill(find(/stealth-leaker$/));
  await eventually('the service is gone', () => w.processes().length === 0);
  expect(((await w.json(['down'])) as unknown as { removed: string[] }).removed).toHaveLength(1);
  expect(((await w.json(['down'])) as unknown as { removed: string[] }).removed).toHaveLength(0);
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(w.dir);
});
