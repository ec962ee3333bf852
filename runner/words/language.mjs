// Imports nothing and parses on Node 14: bin/ asks it before anything is installed or built.

/** What the environment asks for: WORKSHOP_LANG, then the locale as POSIX reads it; English where it is neither. */
export function spoken(env = process.env) {
  return /^ko/i.test(env.WORKSHOP_LANG || env.LC_ALL || env.LC_MESSAGES || env.LANG || '') ? 'ko' : 'en';
}

/** The language of whoever typed this; a `--lang` that is none of ours is for the parser to refuse. */
export function languageOf(argv = process.argv.slice(2), env = process.env) {
  const at = argv.findIndex((a) => a === '--lang' || a.startsWith('--lang='));
  const flag = at < 0 ? '' : argv[at].slice('--lang='.length) || argv[at + 1];
  return flag === 'ko' || flag === 'en' ? flag : spoken(env);
}
