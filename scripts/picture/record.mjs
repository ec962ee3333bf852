// Records a session as asciinema does: a header, then what came on the screen and when. What is typed goes to the real runner.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { $ } from 'zx/core';
import { LESSON, partOf, root, SCRIPTS, sourceOf } from './source.mjs';

const SIZE = { cols: 92, rows: 30 };
const PROMPT = '$ ';
/** What the paths of whoever makes the picture are called in it. */
const NEUTRAL = { root: '/opt/workshop', home: '/opt/learner' };
/** Between two letters, and before a key that somebody reads for. */
const [LETTER_MS, READING_MS] = [45, 1300];
const PATIENCE_MS = 120_000;

const COMMAND = `npm run workshop -- run ${Number(LESSON.slice(0, 2))}`;
/** Begin; run, what it means, next; over the question; a script of one's own, which is held against the twin; out. */
const KEYS = ['\r', 'r', 'm', 'n', 'k', 'e', 'm', 'q'];

/**
 * @param {'en' | 'ko'} lang
 * @returns {Promise<string>} the lines of an asciicast, version 2, its header with what a check and a caption need
 */
export async function record(lang) {
  const home = mkdtempSync(join(tmpdir(), 'learner-'));
  // The learner's editor: it finishes the script.
  writeFileSync(join(home, 'editor'), `#!/bin/sh\nexec cp ${join(root, SCRIPTS[1])} "$1"\n`, { mode: 0o755 });
  const screen = new xterm.Terminal({ ...SIZE, scrollback: 10_000, allowProposedApi: true });
  const pty = spawn('bash', ['--norc', '--noprofile'], {
    ...SIZE,
    name: 'xterm-256color',
    cwd: root,
    env: { ...environment(home), WORKSHOP_LANG: lang, EDITOR: join(home, 'editor'), PS1: PROMPT },
  });
  const began = Date.now();
  const events = [];
  let raw = '';
  pty.onData((data) => {
    raw += data;
    const seen = data.replaceAll(root, NEUTRAL.root).replaceAll(home, NEUTRAL.home);
    events.push([(Date.now() - began) / 1000, 'o', seen]);
    screen.write(seen);
  });
  const over = new Promise((resolve) => pty.onExit(resolve));
  const type = async (text) => {
    for (const letter of text) {
      pty.write(letter);
      await wait(LETTER_MS);
    }
  };
  try {
    await until(() => raw.includes(PROMPT), 'a shell');
    await type(`${COMMAND}\r`);
    let menu = -1;
    const page = partOf(lang, 'page.more');
    for (const keys = [...KEYS]; keys.length > 0; ) {
      const [key] = keys;
      // A menu hides the cursor for as long as it is there.
      const at = () => raw.lastIndexOf('\x1b[?25l');
      await until(() => at() > raw.lastIndexOf('\x1b[?25h') && at() !== menu, `a menu for ${JSON.stringify(key)}`);
      menu = at();
      await wait(READING_MS);
      // A long text comes in pages.
      if (raw.slice(menu).includes(page)) await type(' ');
      else await type(keys.shift());
    }
    // bash says first that it takes pasted text as such.
    await until(() => raw.endsWith(`\x1b[?2004h${PROMPT}`), 'the end');
    const last = events.length;
    await type('exit\r');
    await over;
    events.length = last;
  } finally {
    pty.kill();
    rmSync(home, { recursive: true, force: true });
  }
  const text = shown(screen);
  const version = /\d+\.\d+\.\d+/.exec((await $`bpftrace --version`).stdout)?.[0];
  const header = {
    version: 2,
    width: SIZE.cols,
    height: SIZE.rows,
    tool: `bpftrace ${version}`,
    kernel: `Linux ${/^\d+\.\d+/.exec(release())?.[0]}`,
    lang,
    source: sourceOf(lang, text),
  };
  if (!text.includes('memory_leak_thread')) throw new Error(`nothing was found:\n${text}`);
  const whole = events.map(([, , data]) => data).join('');
  if ([root, home].some((path) => whole.includes(path))) throw new Error('a path came in two pieces: once more');
  return `${[header, ...events].map((line) => JSON.stringify(line)).join('\n')}\n`;

  async function until(holds, what) {
    const patience = Date.now() + PATIENCE_MS;
    while (!holds()) {
      if (Date.now() > patience) throw new Error(`it never came to ${what}:\n${shown(screen)}`);
      await wait(30);
    }
  }
}

/** Nothing of whoever makes the picture: a home of its own. */
const environment = (home) => ({
  PATH: process.env.PATH,
  HOME: home,
  ...(process.env.XDG_CACHE_HOME ? { XDG_CACHE_HOME: process.env.XDG_CACHE_HOME } : {}),
  WORKSHOP_ENV: 'host',
  LANG: 'C.UTF-8',
  TERM: 'xterm-256color',
  // npm says what is new, now and then.
  NO_UPDATE_NOTIFIER: '1',
  npm_config_update_notifier: 'false',
});

function shown({ buffer: { active } }) {
  return Array.from({ length: active.length }, (_, i) => active.getLine(i)?.translateToString(true) ?? '').join('\n');
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
