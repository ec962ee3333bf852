import { environments } from '../environments/index.ts';
import { EXIT } from '../errors.ts';
import { loadLesson, lessonIds } from '../lesson/load.ts';
import { recordedShell } from '../session/shell.ts';
import { progressNow } from '../session/now.ts';
import { keyOf } from '../session/progress.ts';
import { tools } from '../tools/index.ts';
import { LAB_NEEDS } from '../tools/packages.ts';
import { uiFor } from './talk.ts';
import type { Run } from './options.ts';
import { install } from './ready.ts';
import { lessonId } from './select.ts';

/** `workshop shell [LESSON]`: the learner's own shell beside the lab; what is run there is seen and ticked. */
const shell: Run = async (invocation) => {
  const { args, env, pace, signal, lang } = invocation;
  const ui = uiFor(invocation, 'workshop check STEP < FILE');
  const environment = environments[env];
  await install(environment, LAB_NEEDS.filter((n) => ['cc', 'make', 'script'].includes(n.program)), invocation);
  const progress = progressNow(lang);
  let id = args[0] === undefined ? null : lessonId(args[0]);
  for (const candidate of lessonIds()) {
    if (id !== null) break;
    const lesson = await loadLesson(candidate);
    if (lesson.steps.some((s) => progress.get(keyOf(candidate, s.id))?.state !== 'passed')) id = candidate;
  }
  const lesson = await loadLesson(id ?? (lessonIds()[0] as string));
  const there = (await environment.labs()).find((l) => l.spec.variant === 'leaker');
  const lab = there ?? (await environment.up({ workload: lesson.workload, variant: 'leaker', pace, lifetime: 'session' }, signal));
  try {
    await recordedShell(lesson, lab, tools, ui);
  } finally {
    if (!there) await lab.down();
  }
  return EXIT.ok;
};

export default shell;
