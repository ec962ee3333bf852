import { EXIT, WorkshopError } from '../errors.ts';
import { fill } from '../lesson/prose.ts';
import { loadProse } from '../lesson/load.ts';
import { append } from '../journal/events.ts';
import { keyOf, progressNow } from '../journal/progress.ts';
import { renderMarkdown } from '../terminal/markdown.ts';
import { words } from '../words/index.ts';
import { styleFor } from '../terminal/style.ts';
import { blanks } from '../session/placeholders.ts';
import { environmentOf } from '../environments/index.ts';
import { command, text } from '../cli/declare.ts';
import { env } from '../cli/options.ts';
import { printJson } from '../cli/print.ts';
import { anyLabFor, otherLab, STEP, stepOf, wordsOf } from '../cli/select.ts';

/** The next hint, or the one asked for. */
export default command({
  name: 'hint',
  args: STEP,
  options: { level: text('level', '1|2|3'), env },
  json: 'hint',
  examples: ['hint 4/pair', 'hint 4 pair --level 3'],
  async run({ lang, env, json, level: asked, ...at }) {
    const { lesson, step } = await stepOf(wordsOf(at));
    const hints = loadProse(lesson.id, lang, env).steps.get(step.id)?.hints ?? [];
    const seen = progressNow(lang).get(keyOf(lesson.id, step.id))?.hints ?? 0;
    const level = asked === undefined ? Math.min(seen + 1, hints.length) : Number(asked);
    if (!Number.isInteger(level) || level < 1 || level > hints.length) {
      throw new WorkshopError('usage.bad-value', {
        option: '--level',
        value: String(asked),
        allowed: `1–${hints.length}`,
      });
    }
    append({ type: 'hint', lesson: lesson.id, step: step.id, level });
    const { lab, other } = anyLabFor(await (await environmentOf(env)).labs(), lesson, step);
    const say = words(lang);
    if (lab && other) process.stderr.write(`${styleFor(process.stderr).dim(otherLab(say, lab, lesson, step))}\n`);
    const filled = fill(hints[level - 1] as string, blanks(lesson, step, lab, lang, env));
    if (json) {
      printJson('hint', { lesson: lesson.id, step: step.id, lang, level, of: hints.length, text: filled });
      return EXIT.ok;
    }
    const style = styleFor(process.stdout);
    process.stdout.write(
      `${style.dim(say('hint.level', { level, of: hints.length }))}\n${renderMarkdown(filled, style, process.stdout.columns)}\n`,
    );
    return EXIT.ok;
  },
});
