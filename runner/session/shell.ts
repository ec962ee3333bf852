import { mkdtempSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../model/lab.ts';
import { WorkshopError } from '../errors.ts';
import { handOver } from '../exec.ts';
import { quote } from '../lesson/commands.ts';
import { binDir } from '../paths.ts';
import { type Lesson, type Step, twinOf, variantOf } from '../lesson/define.ts';
import { withTwin } from '../evidence/criteria/apart.ts';
import type { Tool } from '../model/tool.ts';
import type { ToolKind } from '../model/kinds.ts';
import { saysSomething } from '../evidence/match.ts';
import { loadProse } from '../lesson/load.ts';
import { check, labEnv, observe } from './attempt.ts';
import { keyOf, progressNow } from '../journal/progress.ts';
import { record } from '../journal/attempts.ts';
import { inWords, onceDiagnosed } from './diagnosis.ts';
import { recordings } from './shell-marks.ts';
import type { Ui } from './ui.ts';

type Tools = Record<ToolKind, Tool>;

/**
 * The learner's own bash, recorded by script(1): each command's output is read as it ends, and a step that it fulfils
 * is ticked right there, without pasting. bash marks where commands begin and end with escape codes that show nothing.
 */
export async function recordedShell(lessons: readonly Lesson[], lab: Lab, tools: Tools, ui: Ui): Promise<void> {
  const { say, style } = ui;
  if (!(await lab.place.which('script')))
    throw new WorkshopError('tool.missing', { program: 'script', command: 'sudo apt-get install -y bsdutils' });
  const dir = mkdtempSync(join(tmpdir(), 'workshop-shell-'));
  const file = join(dir, 'transcript');
  const rc = join(dir, 'bashrc');
  writeFileSync(file, '', { mode: 0o600 });
  writeFileSync(rc, bashrc(say('shell.prompt'), lab.place.env()), { mode: 0o600 });
  const follower = follow(file, async (output) => {
    const lines = await tick(lessons, lab, output, tools, ui);
    // The prompt is there already: begin below it.
    if (lines.length > 0) process.stdout.write(`\r\n${lines.join('\n').replaceAll('\n', '\r\n')}\r\n`);
  });
  ui.print(say('shell.open', { pid: lab.target.pid }));
  ui.print(
    style.dim(
      say('shell.vars', {
        vars: Object.keys(labEnv(lab))
          .map((v) => `$${v}`)
          .join(' '),
      }),
    ),
  );
  try {
    await handOver(['script', '-q', '-f', '-c', `bash --noprofile --rcfile ${quote(rc)} -i`, file], {
      env: { ...lab.place.env(), ...labEnv(lab), SHELL: '/bin/bash' },
    });
  } finally {
    await follower.end();
    rmSync(dir, { recursive: true, force: true });
  }
  ui.print(style.dim(say('shell.closed')));
}

/** Learner's settings first, then the lab's cluster in place of theirs, then our marks around each command. */
const bashrc = (name: string, env: Record<string, string>): string => `[ -r ~/.bashrc ] && . ~/.bashrc
${env.KUBECONFIG ? `export KUBECONFIG=${quote(env.KUBECONFIG)} PATH="$PATH:"${quote(binDir())}\nunalias kubectl 2>/dev/null\n` : ''}PS1='(${name.replaceAll(/[^\p{L}\p{N} -]/gu, '')}) \\w \\$ '
PS0='\\e]133;C\\a'
PROMPT_COMMAND='printf "\\033]133;D\\007"'
`;

/** Which open step does this output fulfil? Its lines to show; none when it fulfils none and looks like none. */
async function tick(lessons: readonly Lesson[], lab: Lab, output: string, tools: Tools, ui: Ui): Promise<string[]> {
  const progress = progressNow(ui.lang);
  const isOpen = (lesson: Lesson, step: Step): step is Exclude<Step, { kind: 'question' }> =>
    step.kind !== 'question' &&
    variantOf(lesson, step) === lab.spec.variant &&
    progress.get(keyOf(lesson.id, step.id))?.state !== 'passed';
  let nearest: string[] = [];
  for (const lesson of lessons) {
    for (const step of lesson.steps) {
      if (!isOpen(lesson, step)) continue;
      const observed = await observe([Buffer.from(output)], tools[step.reads]);
      if (!observed.evidence.some(saysSomething)) continue;
      const here = await check(step, lab, observed.evidence);
      const on = twinOf(step);
      // What was recorded shows one service: `r` runs a script on the other.
      const diagnosed = progress.get(keyOf(lesson.id, step.id))?.diagnosed === true;
      const outcome = onceDiagnosed(step, on === null ? here : withTwin(here, { on, outcome: null }), diagnosed);
      const prose = loadProse(lesson.id, ui.lang);
      const lines = [
        ui.style.strong(`${lesson.id.slice(3)}/${step.id}  ${prose.steps.get(step.id)?.title ?? ''}`),
        ...ui.outcome(
          { ...outcome, criteria: inWords(outcome.criteria, prose) },
          lab.target.kube ? 'cluster' : 'machine',
        ),
      ];
      if (here.kind === 'pass') {
        record({ lesson, step, lab, outcome, spool: observed.spool, source: 'shell' });
        return lines;
      }
      // Of many lessons, one that was nearly meant can't be told.
      if (nearest.length === 0 && lessons.length === 1) {
        record({ lesson, step, lab, outcome, spool: observed.spool, source: 'shell' });
        nearest = lines;
      }
    }
  }
  return nearest;
}

/** Reads a growing recording and hands over each command's output once it has ended, in order. */
function follow(file: string, onOutput: (output: string) => Promise<void>): { end(): Promise<void> } {
  let seen = 0;
  let queue = Promise.resolve();
  const parser = recordings();
  const look = () => {
    const size = statSync(file).size;
    if (size <= seen) return;
    const fresh = readFileSync(file).subarray(seen);
    seen += fresh.length;
    for (const output of parser.add(fresh.toString('latin1'))) {
      queue = queue
        .then(() => onOutput(Buffer.from(output, 'latin1').toString('utf8')))
        .catch((error: Error) => void process.stderr.write(`\r\n${error.message}\r\n`));
    }
  };
  const watcher = watch(file, look);
  return {
    async end() {
      watcher.close();
      look();
      await queue;
    },
  };
}
