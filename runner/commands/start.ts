import { release } from 'node:os';
import type { EnvironmentKind } from '../model/kinds.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS, environmentOf } from '../environments/index.ts';
import { catalog } from '../lesson/catalog.ts';
import { choose, chosen } from '../journal/preferred-environment.ts';
import { progressNow } from '../journal/progress.ts';
import { keyOf } from '../journal/progress.ts';
import { interactive } from '../terminal/ask.ts';
import type { Ui } from '../session/ui.ts';
import { uiFor } from '../cli/choose-ui.ts';
import { hasWords } from '../words/index.ts';
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
  const env = invocation.envGiven || chosen(ENVIRONMENTS) ? invocation.env : await whichEnvironment(ui);
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
    style.dim(
      say('ask.command', {
        command: `npm run workshop -- ${flag}${env === DEFAULT_ENVIRONMENT ? '' : ` --env ${env}`}`,
      }),
    ),
  );
  if (key === 't') return (await import('./tour.ts')).default({ ...invocation, env });
  if (key === 'd') return (await import('./doctor.ts')).default({ ...invocation, env });
  return (await import('./run.ts')).session({ ...invocation, env, command: 'run' }, ui);
};

/** Asked once, of those that may be taken here: what suits best comes first. Kept for the next time; --env says otherwise. */
async function whichEnvironment(ui: Ui): Promise<EnvironmentKind | null> {
  const choices = (
    await Promise.all(ENVIRONMENTS.map(async (env) => ({ env, suits: await (await environmentOf(env)).suits?.() })))
  ).filter(({ suits }) => suits !== undefined);
  const ranks = ['best', 'well', 'not-now'];
  choices.sort((a, b) => ranks.indexOf(a.suits as string) - ranks.indexOf(b.suits as string));
  const key = await ui.choose(
    ui.say('start.env'),
    choices.map(({ env, suits }) => ({
      key: env.slice(0, 1),
      label: named(`start.env.${env}`, ui) ?? env,
      hint: (suits === 'not-now' && named(`start.not-now.${env}`, ui)) || '',
    })),
  );
  const env = choices.find((choice) => choice.env.startsWith(key ?? ' '))?.env;
  if (env === undefined) return null;
  choose(env);
  ui.print(ui.style.dim(ui.say('ask.command', { command: `npm run workshop -- --env ${env}` })));
  return env;
}

const named = (key: `start.${'env' | 'not-now'}.${string}`, { say }: Ui): string | null =>
  hasWords<'start.env' | 'start.not-now'>(key) ? say(key) : null;

export default start;
