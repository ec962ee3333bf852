import { WorkshopError } from '../errors.ts';
import { stateDir } from '../paths.ts';
import { type Lang, retell, words } from '../words/index.ts';
import { styleFor } from './style.ts';

/** What happened, in a sentence. */
export const whatHappened = (error: WorkshopError, lang: Lang): string =>
  retell(words(lang), `error.${error.errorName}.what`, error.values);

/** Says an error to the person at the terminal, on stderr: what happened, why, what to do next. */
export function reportError(error: Error, lang: Lang, options: { debug: boolean }): void {
  const say = words(lang);
  const style = styleFor(process.stderr);
  const name = error instanceof WorkshopError ? error.errorName : 'fault';
  const given = error instanceof WorkshopError ? error.values : { detail: error.message };
  const values = { dir: stateDir(), ...given, meant: given.meant ? say('meant', { name: given.meant }) : '' };
  const part = (which: 'what' | 'why' | 'next') => retell(say, `error.${name}.${which}`, values);
  const line = (label: string, text: string) =>
    text.trim() ? [`  ${style.dim(label)}  ${text.trim().replaceAll('\n', '\n    ')}`] : [];
  const lines = [
    style.bad(part('what')),
    ...line(say('error.because'), part('why')),
    ...line(say('error.do'), part('next')),
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
  if (options.debug) process.stderr.write(`\n${error.stack ?? error.message}\n`);
}
