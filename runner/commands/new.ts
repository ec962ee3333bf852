import { command, required } from '../cli/declare.ts';
import { printJson } from '../cli/print.ts';
import { EXIT } from '../errors.ts';
import { scaffold } from '../lesson/scaffold/index.ts';
import { styleFor } from '../terminal/style.ts';
import { words } from '../words/index.ts';

/** A lesson to be written: in order for lint at once, refused by verify until somebody has written it. */
export default command({
  name: 'new',
  args: { slug: required('SLUG') },
  options: {},
  json: 'new',
  examples: ['new my-lesson', 'new 16-my-lesson'],
  async run({ slug, lang, json }) {
    const made = scaffold(slug);
    const number = Number(made.lesson.slice(0, 2));
    const next = ['lint', `verify ${number} --pace fast`, 'lint --accept'].map((line) => `npm run workshop -- ${line}`);
    if (json) {
      printJson('new', { ...made, next });
      return EXIT.ok;
    }
    const say = words(lang);
    const style = styleFor(process.stdout);
    const lines = [
      style.strong(say('new.made', { lesson: made.lesson })),
      ...made.files.map((file) => `  + ${file}`),
      ...made.changed.map((file) => `  ~ ${file}`),
      say('new.next'),
      ...(['new.lint', 'new.verify', 'new.accept'] as const).flatMap((key, i) => [
        `  ${style.accent(next[i] ?? '')}`,
        `      ${style.dim(say(key))}`,
      ]),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    return EXIT.ok;
  },
});
