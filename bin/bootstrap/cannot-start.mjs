// How a start that cannot be made is told. Imports nothing: it parses on Node 14, like bootstrap.mjs.

/** The language of the person at the terminal, found as the runner finds it. */
export function language(argv = process.argv.slice(2), env = process.env) {
  const at = argv.findIndex((a) => a === '--lang' || a.startsWith('--lang='));
  const flag = at < 0 ? '' : argv[at].slice('--lang='.length) || argv[at + 1];
  return /^ko/i.test(flag || env.WORKSHOP_LANG || env.LC_ALL || env.LC_MESSAGES || env.LANG || '') ? 'ko' : 'en';
}

/** Something that a person must put right before we can start. Its message is whole: what, why, what next. */
export class CannotStart extends Error {
  /** @param {{ ko: string, en: string }} words @param {number} exitCode as in the table of exit codes */
  constructor(words, exitCode = 4) {
    super(words[language()]);
    this.exitCode = exitCode;
  }
}
