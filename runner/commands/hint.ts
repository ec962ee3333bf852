import { EXIT, WorkshopError } from '../errors.ts';
import { fill } from '../lesson/prose.ts';
import { loadProse } from '../lesson/load.ts';
import { append } from '../journal/events.ts';
import { progressNow } from '../journal/progress.ts';
import { keyOf } from '../journal/progress.ts';
import { renderMarkdown } from '../terminal/markdown.ts';
import { words } from '../words/index.ts';
import { styleFor } from '../terminal/style.ts';
import { blanks } from '../session/placeholders.ts';
import { environmentOf } from '../environments/index.ts';
import type { Run } from '../cli/parse.ts';
import { labFor, stepOf } from '../cli/select.ts';

/** `workshop hint STEP [--level 1|2|3]`: the next hint, or the one asked for. */
const hint: Run = async ({ args, lang, env, json, flags }) => {
  const { lesson, step } = await stepOf(args.length > 0 ? args : ['']);
  const hints = loadProse(lesson.id, lang, env).steps.get(step.id)?.hints ?? [];
  const seen = progressNow(lang).get(keyOf(lesson.id, step.id))?.hints ?? 0;
  const level = flags.level === undefined ? Math.min(seen + 1, hints.length) : Number(flags.level);
  if (!Number.isInteger(level) || level < 1 || level > hints.length) {
    throw new WorkshopError('usage.bad-value', {
      option: '--level',
      value: String(flags.level),
      allowed: `1–${hints.length}`,
    });
  }
  append({ type: 'hint', lesson: lesson.id, step: step.id, level });
  const lab = labFor(await (await environmentOf(env)).labs(), lesson, step);
  const text = fill(hints[level - 1] as string, blanks(lesson, step, lab, lang, env));
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ schema: 'ebpf-workshop/hint/1', lesson: lesson.id, step: step.id, lang, level, of: hints.length, text }, null, 2)}\n`,
    );
    return EXIT.ok;
  }
  const style = styleFor(process.stdout);
  process.stdout.write(
    `${style.dim(words(lang)('hint.level', { level, of: hints.length }))}\n${renderMarkdown(text, style, process.stdout.columns)}\n`,
  );
  return EXIT.ok;
};

export default hint;
