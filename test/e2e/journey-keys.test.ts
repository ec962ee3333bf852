import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { words } from '../../runner/words/index.ts';
import { type Terminal, terminal } from './terminal.ts';
import { eventually, root, type World, world } from './world.ts';

const say = words('en');
const [HOME, END, UP, DOWN, LEFT, ESC] = ['\x1b[H', '\x1b[F', '\x1b[A', '\x1b[B', '\x1b[D', '\x1b'];
const [CTRL_A, CTRL_C, CTRL_E, CTRL_U, CTRL_W] = ['\x01', '\x03', '\x05', '\x15', '\x17'];

let w: World;
beforeEach(() => {
  w = world();
});
afterEach(() => w.end());

const shows = (t: Terminal, pattern: RegExp) =>
  eventually(String(pattern), () => pattern.test(t.window()), 60_000).catch((error: Error) => {
    throw new Error(`${error.message}\n${t.window()}`);
  });
const quit = async (t: Terminal) => {
  t.type('q');
  expect((await t.exit).exitCode).toBe(0);
  await eventually('nothing is left', () => w.processes().length === 0);
};

test('a lesson is chosen by its number or by arrows; the cursor is on the one at hand, and Enter takes it', async () => {
  const t = terminal(w, ['run', '2', '--pace', 'fast']);
  await t.sees(/Ready\?/);
  t.type('\r');
  await t.sees(/What now\?/);
  t.type('l');
  await shows(t, /❯ 2 /);
  expect(t.window()).toMatch(/❯ 2 .*about \d+ min.*← next/);
  t.type(DOWN);
  await shows(t, /❯ 3 /);
  t.type(UP + UP);
  await shows(t, /❯ 1 /);
  // 1 is the beginning of 10: it moves, and starts nothing.
  t.type('1');
  t.type('0');
  await shows(t, /❯ 10 /);
  t.type('\r');
  await t.sees(/^10 {2}/m);
  await t.sees(/Ready\?/);
  await quit(t);
});

test('a command is edited by the keys of a shell, and by those of history', async () => {
  const t = terminal(w, ['run', '1/the-log', '--pace', 'fast']);
  await t.sees(/4\/5/);
  await t.sees(/What now\?/);
  t.type('e');
  await t.sees(/Edit the command/);
  t.type(`${CTRL_U}middle${HOME}echo begin; ${CTRL_E}-end junk${CTRL_W}${LEFT}${CTRL_A}: x;${END}\r`);
  await t.sees(/\$ : x;echo begin; middle-end/);
  await t.sees(/│ begin/);
  await t.sees(/What now\?/);
  t.type('e');
  await t.sees(/Edit the command/);
  t.type(`${CTRL_U}${UP}\r`);
  await t.sees(/\$ : x;echo begin; middle-end/);
  await t.sees(/What now\?/);
  await quit(t);
});

test('Esc and Ctrl-C lead back from an answer; the tour leads back to the first menu', async () => {
  const t = terminal(w, ['run', '1/how-fast', '--pace', 'fast']);
  await t.sees(/What now\?/);
  const service = w.processes().filter((p) => /stealth-leaker$/.test(p.argv));
  for (const key of [ESC, CTRL_C]) {
    t.type('a');
    await t.sees(/Your answer:/);
    t.type(`12${key}`);
    await t.sees(/What now\?/);
  }
  expect(w.processes().filter((p) => /stealth-leaker$/.test(p.argv))).toEqual(service);
  await quit(t);

  const first = terminal(w, [], { WORKSHOP_ENV: 'host' });
  await first.sees(/What now\?/);
  first.type('t');
  await first.sees(/Memory leak detected/);
  await first.sees(/What now\?/);
  await quit(first);
});

test('a script without what its step teaches passes on the leaker, is run on the twin, and is refused, with both curves', async () => {
  const whole = readFileSync(join(root, 'bpf/by-call-site.bt'), 'utf8');
  const mine = whole.replace(/^uprobe:[^\n]*:free\b[\s\S]*?^\}\n/m, '');
  expect(mine).not.toBe(whole);
  writeFileSync(join(w.dir, 'mine.bt'), mine);
  writeFileSync(join(w.dir, 'editor'), `#!/bin/sh\nexec cp ${join(w.dir, 'mine.bt')} "$1"\n`, { mode: 0o755 });
  const t = terminal(w, ['run', '4/by-call-site', '--pace', 'fast'], { EDITOR: join(w.dir, 'editor') });
  await t.sees(/What now\?/);
  t.type('e');
  await t.sees(/Now the same script on the healthy twin/);
  await t.sees(/, over time[\s\S]*?your service \(pid \d+\)[\s\S]*?the healthy twin/);
  await t.sees(/What the check says of the healthy twin:[\s\S]*?What now\?/);
  expect(t.window()).not.toContain(say('step.passed'));
  await quit(t);
});

test('after a run plot and verdict stand right above one line of keys; what they mean, and the text, come with a key', async () => {
  const t = terminal(w, ['run', '4/pair', '--pace', 'fast']);
  await t.sees(/Ready\?/);
  t.type('n');
  await t.sees(/What now\?/);
  t.type('r');
  await t.sees(/Passed\. What now\?/);
  const rows = t.window().split('\n');
  expect(rows.at(-1)).toMatch(/^Passed\. What now\? .*m what it means.*\? more$/);
  const from = rows.findIndex((row) => row.includes('Outstanding bytes under memory_leak_thread, over time'));
  const verdict = rows.indexOf('Memory leak detected');
  expect([from, verdict - from].every((n) => n > 0)).toBe(true);
  t.type('m');
  await t.sees(/Passed\. What now\? .*n next/);
  t.type('t');
  await t.sees(/1\/5[\s\S]*?Passed\. What now\?/);
  await quit(t);
});
