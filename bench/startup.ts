// From Enter to an answer: whole processes against a Node that does nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { makeCatalog } from '../runner/lesson/catalog.ts';
import { root } from '../runner/paths.ts';
import { LOG_VERSION } from '../runner/journal/events.ts';
import { words } from '../runner/words/index.ts';
import { type Most, report } from './lib/figures.ts';
import { BARE, bare, type Env, learner, whole, workshop } from './lib/processes.ts';
import { interleaved } from './lib/rounds.ts';

const ROUNDS = 30;

const VERSION = 'workshop --version';
const LIST = 'workshop list';
const SCREEN = 'workshop, first screen';
const targets = new Map<string, Most>([
  [VERSION, { times: 2 }],
  [LIST, { times: 3 }],
  [SCREEN, { times: 5 }],
]);

/** Bare `workshop` at a terminal, until the last choice of its first question is on the screen. */
function firstScreen(env: Env): Promise<number> {
  const last = words('en')('key.q');
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const terminal = spawn(process.execPath, workshop(), {
      name: 'xterm-256color',
      cols: 80,
      rows: 24,
      cwd: root,
      env: { ...env, WORKSHOP_ENV: 'host' },
    });
    let screen = '';
    let took: number | null = null;
    terminal.onData((data) => {
      screen += data;
      if (took !== null || !stripVTControlCharacters(screen).includes(last)) return;
      took = performance.now() - began;
      terminal.kill();
    });
    // Only then, so that the next contender does not share the processor with this one's end.
    terminal.onExit(() => (took === null ? reject(new Error(`no question on the screen:\n${screen}`)) : resolve(took)));
  });
}

/** A learner in the middle of the lessons, whose log is read at every start: every step shown and tried ten times. */
async function halfway(env: Env): Promise<void> {
  const steps = (await makeCatalog()).flatMap((lesson) =>
    lesson.steps.map((step) => ({ v: LOG_VERSION, at: Date.now(), lesson: lesson.id, step: step.id })),
  );
  const events = steps.flatMap((step) => Array.from({ length: 10 }, () => ({ ...step, type: 'shown' })));
  const dir = join(env.XDG_STATE_HOME as string, 'ebpf-workshop');
  mkdirSync(dir);
  writeFileSync(join(dir, 'progress.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

const learners = Array.from({ length: 4 }, learner);
const [base, version, list, screen] = learners.map(({ env }) => env) as [Env, Env, Env, Env];
try {
  for (const env of [list, screen]) await halfway(env);
  const times = await interleaved(ROUNDS, [
    bare(base),
    whole(VERSION, workshop('--version'), version),
    whole(LIST, workshop('list'), list),
    { name: SCREEN, time: () => firstScreen(screen) },
  ]);
  process.stdout.write(report(times, BARE, targets));
} finally {
  for (const { end } of learners) end();
}
