import { EXIT } from '../errors.ts';
import { accept } from '../lesson/lint/agreed.ts';
import { lint as lintAll } from '../lesson/lint/index.ts';
import { lessonIds } from '../lesson/load.ts';
import { words } from '../words/index.ts';
import { styleFor } from '../terminal/style.ts';
import type { Run } from '../cli/parse.ts';

/** `workshop lint`: the lessons are whole, and say the same in both languages. */
const lint: Run = async ({ lang, json, flags }) => {
  const say = words(lang);
  if (flags.accept) accept();
  const mistakes = await lintAll();
  if (json)
    process.stdout.write(
      `${JSON.stringify({ schema: 'ebpf-workshop/lint/1', ok: mistakes.length === 0, mistakes }, null, 2)}\n`,
    );
  else {
    for (const m of mistakes) process.stdout.write(`${m.file}:${m.line}: ${m.text}\n`);
    const style = styleFor(process.stdout);
    process.stdout.write(
      `${mistakes.length === 0 ? style.good(say('lint.ok', { lessons: lessonIds().length })) : style.bad(say('lint.bad', { n: mistakes.length }))}\n`,
    );
  }
  if (process.env.GITHUB_ACTIONS === 'true')
    for (const m of mistakes)
      process.stderr.write(`::error file=${m.file},line=${m.line}::${m.text.replaceAll('\n', '%0A')}\n`);
  return mistakes.length === 0 ? EXIT.ok : EXIT.checkFailed;
};

export default lint;
