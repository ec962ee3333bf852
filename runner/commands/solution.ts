import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environments } from '../environments/index.ts';
import { EXIT } from '../errors.ts';
import { root } from '../paths.ts';
import { blanks } from '../session/blanks.ts';
import { append } from '../session/log.ts';
import { words } from '../terminal/messages/index.ts';
import { styleFor } from '../terminal/style.ts';
import type { Run } from './options.ts';
import { stepOf } from './select.ts';

/** `workshop solution STEP`: the command, and the finished script; the learner's own is left as it is. */
const solution: Run = async ({ args, lang, env }) => {
  const { lesson, step } = await stepOf(args.length > 0 ? args : ['']);
  append({ type: 'solution', lesson: lesson.id, step: step.id });
  const say = words(lang);
  const style = styleFor(process.stdout);
  const lab = (await environments[env].labs())[0] ?? null;
  if (step.kind === 'script') {
    process.stdout.write(`${style.dim(say('solution.script', { file: `bpf/${step.script}` }))}\n${readFileSync(join(root, 'bpf', step.script), 'utf8')}\n`);
  }
  if (step.kind === 'question') process.stdout.write(`${say('solution.question', { from: step.from })}\n`);
  process.stdout.write(`${style.accent(blanks(lesson, step, lab).command ?? '')}\n`);
  if (!lab) process.stderr.write(`${style.dim(say('solution.no-lab'))}\n`);
  return EXIT.ok;
};

export default solution;
