import { release } from 'node:os';
import { catalog } from '../lesson/catalog.ts';
import { progressNow } from '../session/now.ts';
import { keyOf } from '../session/progress.ts';
import { interactive } from '../terminal/ask.ts';
import { uiFor } from './talk.ts';
import type { Run } from './options.ts';

/** Bare `workshop`: a session on a terminal, the tour without one. */
const start: Run = async (invocation) => {
  if (!interactive()) return (await import('./tour.ts')).default({ ...invocation, command: 'tour' });
  const ui = uiFor(invocation, '');
  const { say, style } = ui;
  const progress = progressNow(invocation.lang);
  const entries = await catalog();
  const steps = entries.flatMap((e) => e.steps.map((s) => progress.get(keyOf(e.id, s.id))?.state ?? 'new'));
  const passed = steps.filter((s) => s === 'passed').length;
  const begun = steps.some((s) => s !== 'new');
  ui.print(`\n${style.strong(say('start.title'))}`);
  ui.print(say('start.what'));
  ui.print(style.dim(say('start.found', { kernel: release(), env: invocation.env })));
  if (begun) ui.print(say('start.back', { passed, of: steps.length }));
  const key = await ui.choose(say('start.now'), [
    { key: 'n', label: say(begun ? 'start.continue' : 'start.begin') },
    { key: 't', label: say('start.tour') },
    { key: 'd', label: say('start.doctor') },
    { key: 'q', label: say('key.q') },
  ]);
  if (key === null || key === 'q') return 0;
  const flag = { n: 'run', t: 'tour', d: 'doctor' }[key];
  ui.print(style.dim(say('ask.command', { command: `npm run workshop -- ${flag}` })));
  if (key === 't') return (await import('./tour.ts')).default(invocation);
  if (key === 'd') return (await import('./doctor.ts')).default(invocation);
  return (await import('./run.ts')).session({ ...invocation, command: 'run' }, ui);
};

export default start;
