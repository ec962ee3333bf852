import { EXIT } from '../errors.ts';
import { catalog } from '../lesson/catalog.ts';
import { keyOf, progressNow } from '../journal/progress.ts';
import { words } from '../words/index.ts';
import { mark } from '../terminal/mark.ts';
import { styleFor } from '../terminal/style.ts';
import { command } from '../cli/declare.ts';
import { printJson } from '../cli/print.ts';

/** `workshop list`: the lessons, their steps, and where the learner stands. */
export default command({
  name: 'list',
  args: {},
  options: {},
  json: 'list',
  async run({ lang, json }) {
    const entries = await catalog();
    const progress = progressNow(lang);
    const stateOf = (lesson: string, step: string) => progress.get(keyOf(lesson, step))?.state ?? 'new';
    if (json) {
      const lessons = entries.map((e) => ({ ...e, steps: e.steps.map((s) => ({ ...s, state: stateOf(e.id, s.id) })) }));
      printJson('list', { lessons });
      return EXIT.ok;
    }
    const say = words(lang);
    const style = styleFor(process.stdout);
    // Lines are folded for a screen alone: a pipe is read by grep, and loading the widths of characters takes as long as the list itself.
    const fold = process.stdout.isTTY ? (await import('../terminal/wrap.ts')).wrapLine : (line: string) => line;
    const columns = Math.min(process.stdout.columns ?? 80, 100);
    const out = (line: string, indent: number) => process.stdout.write(`${fold(line, columns, indent)}\n`);
    for (const entry of entries) {
      const passed = entry.steps.filter((s) => stateOf(entry.id, s.id) === 'passed').length;
      out(
        `${style.strong(`${entry.id.slice(0, 2)} ${entry.title[lang]}`)}  ${style.dim(say('list.meta', { minutes: entry.minutes, passed, of: entry.steps.length }))}`,
        3,
      );
      out(`   ${entry.summary[lang]}`, 3);
      for (const step of entry.steps) {
        const state = stateOf(entry.id, step.id);
        const sign = state === 'passed' ? mark(say, style, 'met') : state === 'skipped' ? style.dim('–') : ' ';
        out(`   ${sign} ${step.title[lang]}  ${style.dim(`${entry.id.slice(3)}/${step.id}`)}`, 5);
      }
    }
    return EXIT.ok;
  },
});
