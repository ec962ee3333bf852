/** The languages that everything is in. */
export type Lang = 'ko' | 'en';

export function spoken(env?: NodeJS.ProcessEnv): Lang;
export function languageOf(argv?: string[], env?: NodeJS.ProcessEnv): Lang;
