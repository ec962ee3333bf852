import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { elevated, rootOf } from './roots.ts';
import { terminalOf } from './terminal.ts';
import { root, type World, world } from './world.ts';

const run = promisify(execFile);
const script = join(root, 'test/e2e/bare.sh');

let w: World;
let dir: string;
beforeAll(() => {
  w = world();
  dir = mkdtempSync(join(tmpdir(), 'workshop-bare-'));
  // A clone, as a learner has it, with what is not committed yet on top.
  const clone = join(dir, 'clone');
  execFileSync('git', ['clone', '--quiet', root, clone]);
  const changed = execFileSync('git', ['ls-files', '-z', '--modified', '--others', '--exclude-standard'], { cwd: root })
    .toString()
    .split('\0')
    .filter((f) => f !== '' && existsSync(join(root, f)));
  if (changed.length > 0) execFileSync('cp', ['-a', '--parents', ...changed, clone], { cwd: root });
});
afterAll(async () => {
  await w.end();
  execFileSync(...elevated('rm', '-rf', '--one-file-system', dir));
});

/** Processes whose root is in there. */
const inside = () =>
  readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/root`).startsWith(dir);
    } catch {
      return false;
    }
  });

describe.each(['bookworm', 'trixie'])('a bare Debian %s with Node and git', (suite) => {
  const machine = () => join(dir, suite);
  const bare = (command: string[]) => [script, 'run', machine(), ...command];
  const plain = async (command: string[]): Promise<{ out: string; all: string }> => {
    const [program = '', ...args] = bare(command);
    const running = run(program, args, { maxBuffer: 1 << 28 });
    running.child.stdin?.end();
    const ended = running.catch((error: { stdout: string; stderr: string }) => {
      // What the failed command said first is long scrolled away in an error's own message.
      throw new Error(`${command.join(' ')}:\n${(error.stdout + error.stderr).slice(-20_000)}`);
    });
    const { stdout, stderr } = await ended;
    return { out: stdout, all: stdout + stderr };
  };

  beforeAll(() => run(script, ['make', rootOf(suite, 'git,ca-certificates'), machine(), join(dir, 'clone')]));

  test('npm run workshop, without a terminal: installs, says so, and finds the leak', async () => {
    const shown = (await plain(['npm', 'run', 'workshop'])).all;
    expect(shown).toMatch(
      /Installing, because the lessons need it and no password is asked for: apt-get install .*bpftrace/,
    );
    expect(shown).toMatch(/Memory leak detected/);
    expect(shown).toMatch(/memory_leak_thread/);
    expect(inside()).toEqual([]);
  });

  test('npm run workshop, in a terminal: asks before it installs, and begins', async () => {
    const t = terminalOf(w, bare(['npm', 'run', 'workshop']));
    await t.sees(/Where shall the lab run\?/);
    t.type('h');
    await t.sees(/What now\?/);
    t.type('t');
    await t.sees(/Install now with “apt-get install/);
    t.type('y\r');
    await t.sees(/Memory leak detected/);
    // The tour from the menu comes back to it.
    await t.sees(/What now\?/);
    t.type('q');
    expect((await t.exit).exitCode).toBe(0);
    expect(inside()).toEqual([]);
  });

  const ending = /\n(\d+) passed, 0 failed, 0 skipped\s*$/;

  const inTerminal = async () => {
    const t = terminalOf(w, bare(['npm', 'test']));
    await t.sees(/Install now with “apt-get install/);
    t.type('y\r');
    // All is there, and the tests have begun. They pass on the other release, to the end.
    await t.sees(/Installed/);
    await t.sees(/✓ .*\.test\.ts/);
    t.type('\x03');
    // With which code is npm's affair.
    await t.exit;
    expect(t.screen()).not.toMatch(ending);
    await expect.poll(inside, { timeout: 20_000 }).toEqual([]);
  };
  const withoutTerminal = async () => {
    const { out, all } = await plain(['npm', 'test']);
    const passed = ending.exec(out)?.[1];
    expect(Number(passed), all.slice(-4000)).toBeGreaterThan(100);
    expect(inside()).toEqual([]);
  };

  // One way each: it takes minutes.
  if (suite === 'bookworm')
    test('npm test, without a terminal: installs what it needs and passes', withoutTerminal, 1_200_000);
  else test('npm test, in a terminal: asks before it installs, and begins', inTerminal, 600_000);
});
