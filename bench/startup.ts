// From Enter to an answer: whole processes against a Node that does nothing, through a pipe and on a terminal.
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
import { type Contender, interleaved } from './lib/rounds.ts';

const ROUNDS = 30;

const COMMANDS: [name: string, args: string[], most: Most][] = [
  ['workshop --version', ['--version'], { times: 1.2 }],
  ['workshop list', ['list'], { times: 3 }],
  ['workshop --help', ['--help'], { times: 3 }],
];
const SCREEN = 'workshop, first screen';

/** A whole process at a terminal; until the text is on the screen where it waits for somebody there. */
function atTerminal(args: string[], env: Env, until?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const terminal = spawn(process.execPath, args, { name: 'xterm-256color', cols: 80, rows: 24, cwd: root, env });
    let screen = '';
    let took: number | null = null;
    terminal.onData((data) => {
      screen += data;
      if (took !== null || until === undefined || !stripVTControlCharacters(screen).includes(until)) return;
      took = performance.now() - began;
      terminal.kill();
    });
    // Only then, so that the next contender does not share the processor with this one's end.
    terminal.onExit(({ exitCode }) => {
      if (until === undefined && exitCode === 0) took = performance.now() - began;
      if (took === null) reject(new Error(`${args.join(' ')} ended with ${exitCode}:\n${screen}`));
      else resolve(took);
    });
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

const me = learner();
const host = { ...me.env, WORKSHOP_ENV: 'host' };
const piped: Contender[] = COMMANDS.map(([name, args]) => whole(name, workshop(...args), me.env));
const shown: Contender[] = [
  { name: BARE, time: () => atTerminal(['-e', '0'], me.env) },
  ...COMMANDS.map(([name, args]) => ({ name, time: () => atTerminal(workshop(...args), me.env) })),
  { name: SCREEN, time: () => atTerminal(workshop(), host, words('en')('key.q')) },
];
const targets = COMMANDS.map(([name, , most]) => [name, most] as const);
try {
  await halfway(me.env);
  const pipe = await interleaved(ROUNDS, [bare(me.env), ...piped]);
  process.stdout.write(`Through a pipe\n${report(pipe, BARE, new Map(targets))}\n`);
  const terminal = await interleaved(ROUNDS, shown);
  process.stdout.write(`On a terminal\n${report(terminal, BARE, new Map([...targets, [SCREEN, { times: 5 }]]))}`);
} finally {
  me.end();
}
