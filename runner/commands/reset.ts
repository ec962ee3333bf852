import { EXIT, WorkshopError } from '../errors.ts';
import { lessonIds, loadLesson } from '../lesson/load.ts';
import { append } from '../journal/events.ts';
import { resetScript } from '../journal/scripts.ts';
import { askYesNo, interactive } from '../terminal/ask.ts';
import { words } from '../words/index.ts';
import { command } from '../cli/declare.ts';
import { yes } from '../cli/options.ts';
import { printJson } from '../cli/print.ts';
import { lessonNamed, STEP, stepOf, wordsOf } from '../cli/select.ts';

/** `workshop reset [LESSON[/STEP]]`: forgets progress there; a learner's script is set aside, never deleted. */
export default command({
  name: 'reset',
  args: STEP,
  options: { yes },
  json: 'reset',
  examples: ['reset 4/pair', 'reset 4', 'reset --yes'],
  async run({ lang, json, yes, ...at }) {
    const say = words(lang);
    const args = wordsOf(at);
    const lesson = args.length === 1 ? lessonNamed(args[0] as string) : undefined;
    const whole = args.length === 0 ? lessonIds() : lesson ? [lesson] : null;
    const steps = whole
      ? (await Promise.all(whole.map(loadLesson))).flatMap((lesson) => lesson.steps.map((step) => ({ lesson, step })))
      : [await stepOf(args)];
    const what = whole ? whole.join(' ') : `${steps[0]?.lesson.id}/${steps[0]?.step.id}`;
    if (!yes && steps.length > 1) {
      if (!interactive())
        throw new WorkshopError('usage.needs-terminal', {
          command: 'reset',
          instead: 'npm run workshop -- reset … --yes',
        });
      if (!(await askYesNo(lang, say('reset.ask', { what }), '--yes'))) return EXIT.ok;
    }
    const kept: string[] = [];
    for (const { lesson, step } of steps) {
      append({ type: 'reset', lesson: lesson.id, step: step.id });
      const aside = step.kind === 'script' ? resetScript(lesson.id, step.id) : null;
      if (aside) kept.push(aside);
    }
    if (json) {
      printJson('reset', { steps: steps.map(({ lesson, step }) => `${lesson.id}/${step.id}`), kept });
      return EXIT.ok;
    }
    for (const file of kept) process.stdout.write(`${say('reset.aside', { file })}\n`);
    process.stdout.write(`${say('reset.done', { what })}\n`);
    return EXIT.ok;
  },
});
