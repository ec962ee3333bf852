import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { onPath } from '../../runner/paths.ts';
import { type Terminal, terminal, terminalOf } from './terminal.ts';
import { eventually, root, type World, world } from './world.ts';

const WIDE = { cols: 160, rows: 50 };
const RUN = ['run', '4/by-call-site', '--pace', 'fast', '--env', 'host'];
/** Pairing without its verdict: half of what the step asks for, so that the shell says more than one word. */
const TRACE = `sudo bpftrace -p $TARGET_PID ${root}/bpf/outstanding.bt $TARGET_PID $TARGET_LIBC 600 4500`;

let w: World;
beforeEach(() => {
  w = world();
});
afterEach(() => w.end());

const tmux = (...argv: string[]): string =>
  execFileSync('tmux', ['-S', socket(), ...argv], {
    env: { ...process.env, TMUX: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString();
/** The learner's own tmux, or the one that the workshop started. */
const socket = (): string => {
  const ours = readdirSync(join(w.dir, 'tmp')).find((name) => name.startsWith('workshop-panes-'));
  return ours ? join(w.dir, 'tmp', ours, 'tmux') : join(w.dir, 'mine');
};
const shown = (pane: 'left' | 'right'): string => {
  try {
    return tmux('capture-pane', '-p', '-S', '-', '-t', pane === 'left' ? '{left}' : '{right}');
  } catch {
    return '';
  }
};
const shows = (pane: 'left' | 'right', pattern: RegExp): Promise<void> =>
  eventually(`${pane}: ${pattern}`, () => pattern.test(shown(pane)), 60_000).catch((error: Error) => {
    throw new Error(`${error.message}\n${shown('left')}\n${'─'.repeat(40)}\n${shown('right')}`);
  });
const pids = (pattern: RegExp): number[] =>
  w
    .processes()
    .filter((p) => pattern.test(p.argv))
    .map((p) => p.pid);
/** Runners, the outer one first. */
const runners = () => pids(/^\S*node \S*bin\/workshop\.mjs/).sort((a, b) => a - b);
const gone = () =>
  eventually('nothing is left', () => w.processes().length === 0).catch((error: Error) => {
    throw new Error(
      `${error.message}\n${w
        .processes()
        .map((p) => p.argv)
        .join('\n')}`,
    );
  });

/** From a terminal without tmux to both panes. */
async function opened(args = RUN): Promise<Terminal> {
  const t = terminal(w, args, {}, WIDE);
  await t.sees(/What now\?/);
  t.type('o');
  await shows('left', /What now\?/);
  await shows('right', /\(lab\).*[$#] *$/m);
  return t;
}

describe('two panes in a tmux of ours', () => {
  test('the lesson goes on in the left one in the same lab; the right one is heard, and what is being typed stays', async () => {
    const t = terminal(w, ['run', '4', '--pace', 'fast', '--env', 'host'], {}, WIDE);
    await t.sees(/Ready\?/);
    t.type('n');
    await t.sees(/What now\?/);
    const service = pids(/stealth-leaker$/);
    t.type('o');
    await shows('right', /\(lab\).*[$#] *$/m);
    await shows('left', /1\/5[\s\S]*What now\?/);
    expect(shown('left')).not.toMatch(/Ready\?/);
    expect(pids(/stealth-leaker$/)).toEqual(service);
    t.type(`${TRACE}\r`);
    await shows('right', /watching malloc and free/);
    t.type('echo typed meanwhile');
    await shows('right', /4\/pair: [^\n]*\n+Passed[\s\S]*\(lab\)[^\n]*[$#] echo typed meanwhile\s*$/);
    t.type('\x17here\r');
    await shows('right', /^typed here$/m);
    // The left one tells it as well, draws it, and offers what comes next.
    await shows('left', /4\/pair: [\s\S]*Memory leak detected[\s\S]*Passed\. What now\? {2}m what it means/);
    t.type('exit\r');
    await shows('left', /Passed\. What now\?[\s\S]*more/);
    await eventually('one pane', () => tmux('list-panes').trim().split('\n').length === 1);
    t.type('q');
    expect((await t.exit).exitCode).toBe(0);
    expect(t.screen()).toMatch(/Your progress is saved/);
    await gone();
  });

  test('q in the lesson ends the shell too', async () => {
    const t = await opened();
    t.type('sleep 600\r');
    await eventually('it runs', () => pids(/^sleep 600$/).length === 1);
    // Ctrl-C there is for what runs there.
    t.type('\x03');
    await shows('right', /\^C[\s\S]*\(lab\).*[$#] *$/m);
    t.type('sleep 600\r');
    await eventually('it runs again', () => pids(/^sleep 600$/).length === 1);
    tmux('select-pane', '-t', '{left}');
    t.type('q');
    expect((await t.exit).exitCode).toBe(0);
    await gone();
  });

  test('Ctrl-C in the lesson ends all of it, and says so by its exit code', async () => {
    const t = await opened();
    tmux('select-pane', '-t', '{left}');
    t.type('\x03');
    expect((await t.exit).exitCode).toBe(130);
    await gone();
  });

  test('a window that is left, or closed, ends it too', async () => {
    const t = await opened();
    t.type('\x02d');
    expect((await t.exit).exitCode).toBe(0);
    await gone();
    const closed = await opened();
    closed.close();
    await closed.exit;
    await gone();
  });

  test.each(['the runner in the pane', 'the runner that waits for it'] as const)('kill -9 of %s', async (which) => {
    const t = await opened();
    t.type('sleep 600\r');
    const [outer = 0, inner = 0] = runners();
    process.kill(which === 'the runner in the pane' ? inner : outer, 'SIGKILL');
    await t.exit;
    await eventually(
      'no shell, no tmux, no session',
      () => pids(/\btmux|^script|bash|^sleep|workshop\.mjs/).length === 0,
    );
    await w.run(['down']);
    await gone();
  });
});

describe("a pane beside ours in the learner's tmux", () => {
  const inTmux = async (): Promise<Terminal> => {
    const run = [process.execPath, join(root, 'bin/workshop.mjs'), ...RUN];
    const t = terminalOf(
      w,
      ['tmux', '-u', '-S', join(w.dir, 'mine'), '-f', '/dev/null', 'new-session', 'bash --norc'],
      {},
      WIDE,
    );
    await eventually('tmux is up', () => pids(/^bash --norc/).length > 0);
    tmux('send-keys', run.join(' '), 'Enter');
    // A text higher than the window comes in pages.
    await eventually(
      'the step',
      () => {
        const screen = tmux('capture-pane', '-p');
        if (/space: next/.test(screen)) tmux('send-keys', 'Space');
        return /What now\?/.test(screen);
      },
      60_000,
    );
    t.type('o');
    await shows('right', /\(lab\).*[$#] *$/m);
    return t;
  };
  const ends = async (t: Terminal) => {
    await eventually('one pane, and no more', () => tmux('list-panes').trim().split('\n').length === 1);
    await eventually('no shell', () => pids(/script -q/).length === 0);
    await w.run(['down']);
    tmux('kill-server');
    await t.exit;
    await gone();
  };

  test('opens once, is heard, and goes with the session', async () => {
    const t = await inTmux();
    t.type(`${TRACE}\r`);
    await shows('right', /4\/[\w-]+: /);
    tmux('select-pane', '-t', '{left}');
    t.type('o');
    await eventually('the right one again', () => tmux('display-message', '-p', '#{pane_at_right}').trim() === '1');
    expect(tmux('list-panes').trim().split('\n')).toHaveLength(2);
    tmux('select-pane', '-t', '{left}');
    t.type('q');
    await ends(t);
  });

  test('ends with a runner that was killed with -9', async () => {
    const t = await inTmux();
    process.kill(runners()[0] ?? 0, 'SIGKILL');
    await ends(t);
  });
});

test('without tmux `o` is not offered, and `?` says why', async () => {
  const bin = join(w.dir, 'bin');
  mkdirSync(bin);
  for (const dir of ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'])
    for (const name of readdirSync(dir)) {
      if (name === 'tmux') continue;
      try {
        symlinkSync(join(dir, name), join(bin, name));
      } catch {}
    }
  expect(onPath('tmux')).not.toBeNull();
  const t = terminal(w, RUN, { PATH: bin });
  await t.sees(/What now\?/);
  t.type('?');
  await t.sees(/package tmux[\s\S]*?workshop -- shell\s+4[\s\S]*?check a pasted output/);
  expect(t.screen()).not.toMatch(/o do it in my own shell/);
  t.type('q');
  await t.exit;
});
