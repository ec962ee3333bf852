import { EXIT } from '../errors.ts';
import { accept as agree } from '../lesson/lint/agreed.ts';
import { lint as lintAll } from '../lesson/lint/index.ts';
import { lessonIds } from '../lesson/load.ts';
import { words } from '../words/index.ts';
import { styleFor } from '../terminal/style.ts';
import { command, flag } from '../cli/declare.ts';
import { printJson } from '../cli/print.ts';

/** `workshop lint`: the lessons are whole, and say the same in both languages. */
export default command({
  name: 'lint',
  args: {},
  options: { accept: flag('accept') },
  json: 'lint',
  async run({ lang, json, accept }) {
    const say = words(lang);
    if (accept) agree();
    const mistakes = await lintAll();
    if (json) printJson('lint', { ok: mistakes.length === 0, mistakes });
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
  },
});
