import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf } from '../environments/index.ts';
import { EXIT } from '../errors.ts';
import { loadProse } from '../lesson/load.ts';
import { root } from '../paths.ts';
import { workings } from '../session/sum.ts';
import { tools } from '../tools/index.ts';
import { blanks } from '../session/placeholders.ts';
import { append } from '../journal/events.ts';
import { words } from '../words/index.ts';
import { styleFor } from '../terminal/style.ts';
import { command } from '../cli/declare.ts';
import { env } from '../cli/options.ts';
import { printJson } from '../cli/print.ts';
import { anyLabFor, otherLab, STEP, stepOf, wordsOf } from '../cli/select.ts';

/** `workshop solution STEP`: the command, and the finished script; the learner's own is left as it is. */
export default command({
  name: 'solution',
  args: STEP,
  options: { env },
  json: 'solution',
  examples: ['solution 4/pair'],
  async run({ lang, env, json, ...at }) {
    const { lesson, step } = await stepOf(wordsOf(at));
    append({ type: 'solution', lesson: lesson.id, step: step.id });
    const say = words(lang);
    const style = styleFor(process.stdout);
    const { lab, other } = anyLabFor(await (await environmentOf(env)).labs(), lesson, step);
    const typed = blanks(lesson, step, lab, lang, env).command ?? '';
    const script =
      step.kind === 'script'
        ? { file: `bpf/${step.script}`, text: readFileSync(join(root, 'bpf', step.script), 'utf8') }
        : null;
    const from = step.kind === 'question' ? step.from : null;
    const diagnosis = step.kind === 'repair' ? step.diagnosis : null;
    if (json) {
      printJson('solution', {
        lesson: lesson.id,
        step: step.id,
        lab: lab?.id ?? null,
        command: typed,
        script,
        from,
        diagnosis,
      });
    } else {
      if (script) process.stdout.write(`${style.dim(say('solution.script', { file: script.file }))}\n${script.text}\n`);
      if (step.kind === 'question') {
        const told = lab
          ? await workings(say, lesson, step, step.from, lab, tools[step.reads])
          : [say('solution.question', { from: step.from })];
        process.stdout.write(`${told.join('\n')}\n`);
      }
      if (diagnosis !== null) {
        const { name = diagnosis } = loadProse(lesson.id, lang, env).diagnoses[diagnosis] ?? {};
        process.stdout.write(`${say('solution.diagnosis', { name })}\n`);
      }
      process.stdout.write(`${style.accent(typed)}\n`);
    }
    const told = !lab ? say('solution.no-lab') : other ? otherLab(say, lab, lesson, step) : null;
    if (told !== null) process.stderr.write(`${style.dim(told)}\n`);
    return EXIT.ok;
  },
});
