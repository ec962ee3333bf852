import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '../errors.ts';
import { root } from '../paths.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS, environmentOf } from '../environments/index.ts';
import type { EnvironmentKind } from '../model/kinds.ts';
import { catalog } from '../lesson/catalog.ts';
import { prefer, preferred } from '../journal/preferences.ts';
import { keyOf, progressNow } from '../journal/progress.ts';
import { interactive } from '../terminal/ask.ts';
import type { Ui } from '../session/ui.ts';
import { uiFor } from '../cli/choose-ui.ts';
import { hasWords } from '../words/index.ts';
import { command, flag } from '../cli/declare.ts';
import { envToBegin, paceToLearn, part, yes } from '../cli/options.ts';

/** Bare `workshop`: a session on a terminal, the tour without one. */
export default command({
  name: 'start',
  args: {},
  options: { env: envToBegin, pace: paceToLearn, yes, version: flag('version', 'V'), ...part },
  json: 'tour',
  async run(asked) {
    if (asked.version) return version();
    if (!interactive()) return (await import('./tour.ts')).default.run({ ...asked, command: 'tour' });
    const ui = uiFor(asked, '');
    const { say, style } = ui;
    const progress = progressNow(asked.lang);
    const entries = await catalog();
    const steps = entries.flatMap((e) => e.steps.map((s) => progress.get(keyOf(e.id, s.id))?.state ?? 'new'));
    const passed = steps.filter((s) => s === 'passed').length;
    const begun = steps.some((s) => s !== 'new');
    ui.print(`\n${style.strong(say('start.title'))}`);
    ui.print(say('start.what'));
    if (begun) ui.print(say('start.back', { passed, of: steps.length }));
    const env =
      asked.given.has('env') || preferred('environment', ENVIRONMENTS) ? asked.env : await whichEnvironment(ui);
    if (env === null) return 0;
    ui.print(style.dim(say('start.found', { kernel: release(), env })));
    let pace = asked.pace;
    for (;;) {
      const other = pace === 'fast' ? 'real' : 'fast';
      const key = await ui.choose(say('start.now'), [
        { key: 'n', label: say(begun ? 'start.continue' : 'start.begin'), hint: say(`start.pace.${pace}`) },
        { key: 't', label: say('start.tour') },
        { key: 'p', label: say(other === 'real' ? 'start.pace.to-real' : 'start.pace.to-fast') },
        { key: 'i', label: say('key.i') },
        { key: 'd', label: say('start.doctor') },
        { key: 'q', label: say('key.q') },
      ]);
      if (key === null || key === 'q') return 0;
      if (key === 'p') {
        pace = other;
        await prefer('pace', pace);
        continue;
      }
      if (key === 'i') {
        const lang = ui.lang === 'ko' ? 'en' : 'ko';
        ui.speak(lang);
        await prefer('language', lang);
        ui.print(`\n${style.strong(say('start.title'))}\n${say('start.what')}`);
        continue;
      }
      const flags = `${env === DEFAULT_ENVIRONMENT ? '' : ` --env ${env}`}${key === 'n' ? ` --pace ${pace}` : ''}`;
      const name = { n: 'run', t: 'tour', d: 'doctor' }[key];
      ui.print(style.dim(say('ask.command', { command: `npm run workshop -- ${name}${flags}` })));
      if (key === 'n') {
        const { session } = await import('./run.ts');
        return session({ ...asked, lang: ui.lang, env, pace, command: 'run', lesson: undefined, step: undefined }, ui);
      }
      // A look, and back to this choice.
      if (key === 't') await (await import('./tour.ts')).default.run({ ...asked, lang: ui.lang, env, command: 'tour' });
      else {
        const doctor = (await import('./doctor.ts')).default;
        await doctor.run({ ...asked, lang: ui.lang, env, command: 'doctor', fix: false, for: undefined });
      }
      if (asked.signal.aborted) return 0;
    }
  },
});

/** Where bin/workshop.mjs has not said it already: there is another option beside it. */
function version(): number {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  process.stdout.write(`${version}\n`);
  return EXIT.ok;
}

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
  await prefer('environment', env);
  ui.print(ui.style.dim(ui.say('ask.command', { command: `npm run workshop -- --env ${env}` })));
  return env;
}

const named = (key: `start.${'env' | 'not-now'}.${string}`, { say }: Ui): string | null =>
  hasWords<'start.env' | 'start.not-now'>(key) ? say(key) : null;
