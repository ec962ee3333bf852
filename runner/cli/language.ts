import { WorkshopError } from '../errors.ts';
import type { Lang } from '../words/index.ts';

/** The language: --lang, WORKSHOP_LANG, then the locale as POSIX reads it; English where it is neither. */
export function language(flag: string | undefined, env: NodeJS.ProcessEnv = process.env): Lang {
  if (flag !== undefined) {
    if (flag === 'ko' || flag === 'en') return flag;
    throw new WorkshopError('usage.bad-value', { option: '--lang', value: flag, allowed: 'ko, en' });
  }
  const locale = env.WORKSHOP_LANG || env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^ko/i.test(locale) ? 'ko' : 'en';
}

/** The same from argv that may be wrong otherwise: errors are told in it. */
export function languageAsked(argv: readonly string[]): Lang {
  const at = argv.findIndex((word) => /^--lang(=|$)/.test(word));
  const value = argv[at]?.split('=')[1] ?? argv[at + 1];
  return language(at >= 0 && (value === 'ko' || value === 'en') ? value : undefined);
}
