import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Terminal, terminal, terminalOf } from './terminal.ts';
import { eventually, type World, world } from './world.ts';

const CTRL_C = '\x03';

let w: World;
beforeEach(() => {
  w = world();
});
afterEach(() => w.end());

const open = (args: string[] = ['run', '4', '--pace', 'fast'], env: NodeJS.ProcessEnv = {}): Terminal =>
  terminal(w, args, env);

/** Interrupted, cleaned up, and the cursor is there again. */
async function ended(t: Terminal, code = 130): Promise<void> {
  expect((await t.exit).exitCode).toBe(code);
  const shown = t.raw();
  expect(shown.lastIndexOf('\x1b[?25h')).toBeGreaterThanOrEqual(shown.lastIndexOf('\x1b[?25l'));
  await eventually('nothing of the session is left', () => w.processes().length === 0);
  expect((await w.json(['down'])) as unknown).toMatchObject({ removed: [] });
}

async function toFirstStep(t: Terminal): Promise<void> {
  await t.sees(/Ready\?/);
  t.type('n');
  await t.sees(/What now\?/);
}

describe('Ctrl-C', () => {
  test('on the first screen', async () => {
    const t = open([], { WORKSHOP_ENV: 'host' });
    await t.sees(/What now\?/);
    t.type(CTRL_C);
    await ended(t);
  });

  test('while the lab starts', async () => {
    const t = open();
    await t.sees(/Starting the service/);
    t.type(CTRL_C);
    await ended(t);
  });

  test('at the introduction', async () => {
    const t = open();
    await t.sees(/Ready\?/);
    t.type(CTRL_C);
    await ended(t);
  });

  test('at a step, by way of npm, which passes the signal on once more', async () => {
    const t = terminalOf(w, ['npm', 'run', '-s', 'workshop', '--', 'run', '4', '--pace', 'fast']);
    await toFirstStep(t);
    t.type(CTRL_C);
    await ended(t);
  });

  test('while a tool runs ends the tool, judges what it printed, and the session goes on', async () => {
    const t = open(['run', '4', '--pace', 'real']);
    await toFirstStep(t);
    t.type('r');
    await t.sees(/watching malloc and free/);
    t.type(CTRL_C);
    await t.sees(/Not yet/);
    await t.sees(/What now\?/);
    expect(w.processes().filter((p) => /^bpftrace|elevated\.sh/.test(p.argv))).toEqual([]);
    t.type('q');
    await t.sees(/Your progress is saved/);
    await ended(t, 0);
  });

  test('while the command is edited leads back to the step', async () => {
    const t = open();
    await toFirstStep(t);
    t.type('e');
    await t.sees(/Edit the command/);
    t.type(CTRL_C);
    await t.sees(/What now\?/);
    t.type('q');
    await ended(t, 0);
  });

  test('while output is pasted leads back to the step', async () => {
    const t = open();
    await toFirstStep(t);
    t.type('c');
    await t.sees(/Paste what the tool printed/);
    t.type(CTRL_C);
    await t.sees(/What now\?/);
    t.type('q');
    await ended(t, 0);
  });

  test('in the learner’s own shell belongs to the shell', async () => {
    const t = open(['shell', '4', '--pace', 'fast']);
    await t.sees(/\(lab\)/);
    t.type('sleep 60\r');
    await t.sees(/sleep 60/);
    t.type(CTRL_C);
    await t.sees(/\^C/);
    t.type('exit\r');
    await t.sees(/Back in the workshop/);
    await ended(t, 0);
  });

  test('in an editor belongs to the editor', async () => {
    writeFileSync(
      join(w.dir, 'editor'),
      '#!/bin/bash\ntrap "echo caught; exit 0" INT\necho editing\nfor i in {1..600}; do sleep 0.1; done\n',
      { mode: 0o755 },
    );
    const t = open(['run', '4/by-call-site', '--pace', 'fast'], { EDITOR: join(w.dir, 'editor') });
    await t.sees(/What now\?/);
    t.type('e');
    await t.sees(/editing/);
    t.type(CTRL_C);
    await t.sees(/caught/);
    await t.sees(/What now\?/);
    t.type('q');
    await ended(t, 0);
  });

  test('in the tour', async () => {
    const t = open(['tour']);
    await t.sees(/watching malloc and free/);
    t.type(CTRL_C);
    await ended(t);
  });

  test('in verify', async () => {
    const t = open(['verify', '4', '--pace', 'fast']);
    await t.sees(/Verifying/);
    t.type(CTRL_C);
    await ended(t);
  });
});

test('Esc leads back from whatever is typed, and out of nothing', async () => {
  const t = open();
  await toFirstStep(t);
  for (const [key, asked] of [
    ['e', /Edit the command/],
    ['c', /Paste what the tool printed/],
    ['l', /Which lesson\?/],
  ] as const) {
    t.type(key);
    await t.sees(asked);
    t.type('\x1b');
    await t.sees(/What now\?/);
  }
  // The list takes more of the screen than what follows it.
  const shows = (pattern: RegExp) => eventually(String(pattern), () => pattern.test(t.screen()));
  t.type('?');
  await shows(/the text of this step again/);
  t.type('\x1b');
  await shows(/What now\? .*\? more$/);
  t.type('\x1b');
  // Typed in one go, the two would be Alt-h.
  await new Promise((resolve) => setTimeout(resolve, 300));
  t.type('h');
  await shows(/Hint 1 of 3[\s\S]*What now\? .*\? more$/);
  expect(w.processes().filter((p) => /stealth-leaker$/.test(p.argv))).toHaveLength(1);
  t.type('q');
  await ended(t, 0);
});

describe('Ctrl-D', () => {
  test('at a question of single keys ends the session as q does', async () => {
    const t = open();
    await toFirstStep(t);
    t.type('\x04');
    await ended(t, 0);
    expect(t.screen()).toMatch(/Your progress is saved/);
  });

  test('while pasting goes back to the step', async () => {
    const t = open();
    await toFirstStep(t);
    t.type('c');
    await t.sees(/Enter twice ends it/);
    t.type('\x04');
    await t.sees(/What now\?/);
    t.type('q');
    await ended(t, 0);
  });
});

test('Enter takes what is shown as chosen', async () => {
  const t = open(['run', '1', '--pace', 'fast']);
  await t.sees(/Ready\?/);
  t.type('\r');
  await t.sees(/What now\?/);
  t.type('q');
  await ended(t, 0);
});

describe('a closed terminal', () => {
  test('ends the learner’s own shell, and what runs in it', async () => {
    const t = open(['shell', '4', '--pace', 'fast']);
    await t.sees(/\(lab\)/);
    t.type('sleep 60\r');
    await t.sees(/sleep 60/);
    t.close();
    await t.exit;
    await eventually('nothing of it is left', () => w.processes().length === 0);
  });

  test('while a tool runs ends the tool, the session and its lab', async () => {
    const t = open(['run', '4', '--pace', 'real']);
    await toFirstStep(t);
    t.type('r');
    await t.sees(/watching malloc and free/);
    t.close();
    await t.exit;
    await eventually('nothing of the session is left', () => w.processes().length === 0);
  });

  test('loses nothing: the next start goes on at the same step', async () => {
    const t = open();
    await toFirstStep(t);
    t.type('k');
    await t.sees(/2\/5/);
    await t.sees(/What now\?/);
    t.close();
    await t.exit;
    await eventually('nothing of the session is left', () => w.processes().length === 0);

    const again = open([], { WORKSHOP_ENV: 'host' });
    await again.sees(/Welcome back/);
    again.type('n');
    await again.sees(/\d\/\d/);
    again.type('q');
    await ended(again, 0);
    const { lessons } = (await w.json(['status'])) as unknown as { lessons: { lesson: string; skipped: number }[] };
    expect(lessons.find((l) => l.lesson === '04-pairing')?.skipped).toBe(1);
  });
});
