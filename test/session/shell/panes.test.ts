import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import '../../lesson/checkout.ts';
import { readEvents } from '../../../runner/journal/events.ts';
import type { Step } from '../../../runner/lesson/define.ts';
import type { OwnShell } from '../../../runner/session/shell/own-shell.ts';
import { panes } from '../../../runner/session/shell/panes.ts';
import { TOOLS } from '../../../runner/tools/index.ts';
import { eventually } from '../../e2e/world.ts';
import '../../journal/state.ts';
import { FakeLab, FakeTool, FakeUi } from '../fakes.ts';
import { lesson } from '../small.ts';

const [first] = lesson.steps as [Step];
const before = { ...process.env };
let dir: string;
let shell: OwnShell;
const tmux = (...argv: string[]) => execFileSync('tmux', ['-S', join(dir, 'tmux'), ...argv]).toString();
const right = () => tmux('capture-pane', '-p', '-t', '{right}').trimEnd();
const type = (...keys: string[]) => void tmux('send-keys', '-t', '{right}', ...keys);
const shows = (pattern: RegExp) =>
  eventually(String(pattern), () => pattern.test(right())).catch((error: Error) => {
    throw new Error(`${error.message}\n${right()}`);
  });
const paneCount = () => tmux('list-panes').trim().split('\n').length;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'panes-'));
  tmux('-f', '/dev/null', 'new-session', '-d', '-x', '160', '-y', '40', 'sleep 600');
  process.env.TMUX = `${join(dir, 'tmux')},1,0`;
  process.env.TMUX_PANE = tmux('list-panes', '-F', '#{pane_id}').trim();
  const tool = new FakeTool();
  shell = panes({
    tools: Object.fromEntries(TOOLS.map((kind) => [kind, tool])) as Parameters<typeof panes>[0]['tools'],
    ui: new FakeUi(),
    signal: new AbortController().signal,
    atOnce: false,
    outside: (work) => work(),
    again: () => ({ argv: [], env: {} }),
  });
});
afterEach(async () => {
  await shell.end();
  tmux('kill-server');
  process.env = { ...before };
  rmSync(dir, { recursive: true, force: true });
});

it('a command there is judged, told by its step, and what is being typed stays', async () => {
  const at = { lesson, step: first, lab: new FakeLab(100) };
  await shell.follow(at);
  expect(await shell.open(at)).toBe('here');
  await shows(/\(lab\).*[$#]$/);
  const news = shell.news();
  type('sleep 1; printf "malloc 1024\\n%.0s" 1 2 3 4 5 6', 'Enter');
  type('echo typed meanwhile');
  await shows(/^1\/look: Look at calls\noutcome: \w+\n\(lab\).*[$#] echo typed meanwhile$/m);
  expect(right().match(/echo typed meanwhile$/gm)).toHaveLength(1);
  await eventually('the lesson is told', () => news.aborted);
  expect(news.reason).toMatchObject({ name: '1/look: Look at calls' });
  expect(readEvents().map((e) => e.type)).toContain('attempt');
  type('C-a', 'x=1; ', 'Enter');
  await shows(/^typed meanwhile$/m);
});

it('it is opened once, learns of another lab at its next prompt, and goes with the session', async () => {
  const at = { lesson, step: first, lab: new FakeLab(100) };
  await shell.follow(at);
  await shell.open(at);
  await shell.open(at);
  expect(paneCount()).toBe(2);
  await shows(/\(lab\).*[$#]$/);
  type('echo $TARGET_PID', 'Enter');
  await shows(/^100$/m);
  await shell.follow({ ...at, lab: new FakeLab(200) });
  type('', 'Enter');
  type('echo $TARGET_PID', 'Enter');
  await shows(/^200$/m);
  type('sleep 4321', 'Enter');
  await eventually('it runs', () => running('sleep 4321'));
  await shell.end();
  await eventually('one pane', () => paneCount() === 1);
  await eventually('what ran there has ended', () => !running('sleep 4321'));
});

it('one that was closed is opened anew', async () => {
  const at = { lesson, step: first, lab: new FakeLab(100) };
  await shell.open(at);
  await shows(/\(lab\).*[$#]$/);
  type('exit', 'Enter');
  await eventually('one pane', () => paneCount() === 1);
  await shell.open(at);
  await shows(/\(lab\).*[$#]$/);
});

const running = (argv: string): boolean =>
  execFileSync('ps', ['-e', '-o', 'args=']).toString().split('\n').includes(argv);
