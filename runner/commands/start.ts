import { release } from 'node:os';
import type { EnvironmentKind } from '../model/lab.ts';
import { catalog } from '../lesson/catalog.ts';
import { choose, chosen } from '../journal/preferred-environment.ts';
import { progressNow } from '../journal/progress.ts';
import { keyOf } from '../journal/progress.ts';
import { interactive } from '../terminal/ask.ts';
import type { Ui } from '../session/ui.ts';
import { uiFor } from '../cli/choose-ui.ts';
import type { Run } from '../cli/parse.ts';

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
  if (begun) ui.print(say('start.back', { passed, of: steps.length }));
  const env = invocation.envGiven || chosen() ? invocation.env : await whichEnvironment(ui);
  if (env === null) return 0;
  ui.print(style.dim(say('start.found', { kernel: release(), env })));
  const key = await ui.choose(say('start.now'), [
    { key: 'n', label: say(begun ? 'start.continue' : 'start.begin') },
    { key: 't', label: say('start.tour') },
    { key: 'd', label: say('start.doctor') },
    { key: 'q', label: say('key.q') },
  ]);
  if (key === null || key === 'q') return 0;
  const flag = { n: 'run', t: 'tour', d: 'doctor' }[key];
  ui.print(
    style.dim(say('ask.command', { command: `npm run workshop -- ${flag}${env === 'host' ? '' : ` --env ${env}`}` })),
  );
  if (key === 't') return (await import('./tour.ts')).default({ ...invocation, env });
  if (key === 'd') return (await import('./doctor.ts')).default({ ...invocation, env });
  return (await import('./run.ts')).session({ ...invocation, env, command: 'run' }, ui);
};

/** Asked once: where Docker answers, kind comes first. Kept for the next time; --env says otherwise. */
async function whichEnvironment(ui: Ui): Promise<EnvironmentKind | null> {
  const { dockerAnswers } = await import('../environments/kind/docker.ts');
  const host = { key: 'h', label: ui.say('start.env.host') };
  const kind = { key: 'k', label: ui.say('start.env.kind') };
  const docker = await dockerAnswers();
  const key = await ui.choose(
    ui.say('start.env'),
    docker ? [kind, host] : [host, { ...kind, hint: ui.say('start.env.no-docker') }],
  );
  if (key === null) return null;
  const env = key === 'k' ? 'kind' : 'host';
  choose(env);
  ui.print(ui.style.dim(ui.say('ask.command', { command: `npm run workshop -- --env ${env}` })));
  return env;
}

export default start;
