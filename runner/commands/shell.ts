import { environmentOf } from '../environments/index.ts';
import { EXIT } from '../errors.ts';
import { variantOf } from '../lesson/define.ts';
import { lessonIds, loadLesson } from '../lesson/load.ts';
import { readEvents } from '../journal/events.ts';
import { progressNow } from '../journal/progress.ts';
import { equip } from '../session/equip.ts';
import { recordedShell } from '../session/shell.ts';
import { tools } from '../tools/index.ts';
import { nextStep } from '../journal/next-step.ts';
import { command, optional } from '../cli/declare.ts';
import { env, paceToLearn, part, yes } from '../cli/options.ts';
import { ready } from '../cli/ready.ts';
import { labFor, lessonId } from '../cli/select.ts';
import { uiFor } from '../cli/choose-ui.ts';

/** `workshop shell [LESSON]`: the learner's own shell beside the lab of the next open step; what is run there is seen and ticked. */
export default command({
  name: 'shell',
  args: { lesson: optional('LESSON') },
  options: { env, pace: paceToLearn, yes, ...part },
  async run(asked) {
    const { env, pace, signal, lang } = asked;
    const ui = uiFor(asked, 'npm run workshop -- check STEP < FILE');
    const environment = await environmentOf(env);
    const ids = asked.lesson === undefined ? lessonIds() : [lessonId(asked.lesson)];
    const lessons = await Promise.all(ids.map(loadLesson));
    const open = nextStep(lessons, progressNow(lang), readEvents());
    const lesson = lessons.find((l) => l.id === open?.lesson) ?? (lessons[0] as (typeof lessons)[number]);
    const step = lesson.steps.find((s) => s.id === open?.step) ?? (lesson.steps[0] as (typeof lesson.steps)[number]);
    for (const tool of lesson.needs) await ready(environment, tool, asked);
    const fits = environment.fits?.(step.reads) ?? {};
    const there = labFor(await environment.labs(), lesson, step, fits);
    const lab =
      there ??
      (await environment.up(
        { workload: lesson.workload, variant: variantOf(lesson, step), pace, lifetime: 'session', ...fits },
        signal,
      ));
    try {
      for (const each of lesson.steps) await equip(lab, tools[each.reads], each);
      await recordedShell(lessons, lab, tools, ui);
    } finally {
      if (!there) await lab.down();
    }
    return EXIT.ok;
  },
});
