import { EXIT, WorkshopError } from '../errors.ts';
import { lessonIds, loadLesson } from '../lesson/load.ts';
import { lock } from '../journal/lock.ts';
import { readEvents } from '../journal/events.ts';
import { keyOf, progressNow } from '../journal/progress.ts';
import { walk } from '../session/walk.ts';
import type { Ui } from '../session/ui.ts';
import type { Lang } from '../words/index.ts';
import { ENVIRONMENTS, environmentOf } from '../environments/index.ts';
import { recorded } from '../environments/lab-records.ts';
import { surroundings } from '../cli/surroundings.ts';
import { nextStep } from '../journal/next-step.ts';
import { type Asked, command } from '../cli/declare.ts';
import { env, paceToLearn, part, yes } from '../cli/options.ts';
import { install, opened } from '../cli/ready.ts';
import { chooseLesson } from '../cli/choose-lesson.ts';
import { lessonId, STEP, stepOf, wordsOf } from '../cli/select.ts';
import { uiFor } from '../cli/choose-ui.ts';

/** What some step needs, and not the first of them: asked for when it is due. */
const LATER = new Set(['bpftrace', 'bpftool', 'mount', 'script']);

/** `workshop run [LESSON] [STEP]`: the learner's way through the lessons; continues where they left off. */
const options = { env, pace: paceToLearn, yes, ...part };

export default command({
  name: 'run',
  args: STEP,
  options,
  examples: ['run', 'run 4 --pace fast', 'run 4/pair'],
  run: (asked) =>
    session(
      asked,
      uiFor(asked, 'npm run workshop -- tour   (shows the leak being found), -- verify   (runs every lesson)'),
    ),
});

export async function session(asked: Asked<typeof STEP, typeof options>, ui: Ui): Promise<number> {
  const { lang, signal, env } = asked;
  const args = wordsOf(asked);
  const release = lock();
  try {
    await removeOrphans(ui);
    const environment = await environmentOf(env);
    for (const { id, what } of environment.lost?.() ?? []) ui.print(ui.say('down.lost', { id, what }));
    await install(
      environment,
      environment.needs('lab').filter((n) => !LATER.has(n.program)),
      asked,
    );
    await opened(environment, asked, { lifetime: 'session' });
    let at =
      args.length > 1 || args[0]?.includes('/')
        ? await stepOf(args).then(({ lesson, step }) => ({ lesson: lesson.id, step: lesson.steps.indexOf(step) }))
        : args[0]
          ? { lesson: lessonId(args[0]), step: firstOpen(await loadLesson(lessonId(args[0])), lang) }
          : await next(lang);
    while (!signal.aborted) {
      const lesson = await loadLesson(at.lesson);
      const end = await walk(lesson, at.step, await surroundings(asked, ui));
      if (end === 'quit') break;
      const ids = lessonIds();
      const following = ids[ids.indexOf(lesson.id) + 1];
      const chosen = end === 'done' ? await chooseLesson(ui, progressNow(lang), following) : end.lesson;
      if (chosen === null) break;
      at = { lesson: chosen, step: firstOpen(await loadLesson(chosen), lang) };
    }
    ui.print(ui.style.dim(ui.say('session.bye')));
    return EXIT.ok;
  } finally {
    release();
  }
}

/** Labs that a crash, a power cut or a session that is gone has left. */
async function removeOrphans(ui: Ui): Promise<void> {
  const onBad = (file: string) => ui.print(ui.say('down.aside', { file }));
  const known = recorded(ENVIRONMENTS, onBad);
  for (const kind of known) {
    const environment = await environmentOf(kind);
    for (const record of environment.records(onBad)) {
      const { what, orphan } = environment.describe(record);
      if (!orphan) continue;
      const { id } = record;
      try {
        const there = await environment.down(id);
        ui.print(ui.style.dim(there ? ui.say('down.orphan', { id, what }) : ui.say('down.gone.lab', { id })));
      } catch (error) {
        // A cluster that sleeps or is silent must not keep anybody from their lessons: its record stays for `down`.
        if (!(error instanceof WorkshopError)) throw error;
        ui.print(ui.style.dim(ui.say('down.later', { id, what })));
      }
    }
  }
}

/** The first step that is neither passed nor skipped; the first of all when none is left. */
function firstOpen(lesson: Awaited<ReturnType<typeof loadLesson>>, lang: Lang): number {
  const progress = progressNow(lang);
  const open = lesson.steps.findIndex(
    (s) => !['passed', 'skipped'].includes(progress.get(keyOf(lesson.id, s.id))?.state ?? 'new'),
  );
  return Math.max(0, open);
}

async function next(lang: Lang): Promise<{ lesson: string; step: number }> {
  const progress = progressNow(lang);
  const lessons = await Promise.all(lessonIds().map(loadLesson));
  const at = nextStep(lessons, progress, readEvents());
  const lesson = lessons.find((l) => l.id === at?.lesson);
  return lesson
    ? { lesson: lesson.id, step: lesson.steps.findIndex((s) => s.id === at?.step) }
    : { lesson: lessonIds()[0] as string, step: 0 };
}
