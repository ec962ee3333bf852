// Imports nothing and parses on Node 14: bin/ asks it before anything is installed or built.

/** The language that nothing but a `--lang` overrides: WORKSHOP_LANG, then what was chosen once, then the locale as POSIX reads it; else English. */
export function spoken(env = process.env) {
  const asked = env.WORKSHOP_LANG || chosen(env) || env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^ko/i.test(asked) ? 'ko' : 'en';
}

/** What journal/preferences.ts keeps; null where nobody has chosen, there is no home to keep it in, or Node is too old to run any of this. */
function chosen({ XDG_STATE_HOME: state = '', HOME: home = '' }) {
  const dir = state.startsWith('/') ? state : home && `${home}/.local/state`;
  try {
    const word = process.getBuiltinModule('fs').readFileSync(`${dir}/ebpf-workshop/language`, 'utf8').trim();
    return word === 'ko' || word === 'en' ? word : null;
  } catch {
    return null;
  }
}

/** The language of whoever typed this; a `--lang` that is none of ours is for the parser to refuse. */
export function languageOf(argv = process.argv.slice(2), env = process.env) {
  const at = argv.findIndex((a) => a === '--lang' || a.startsWith('--lang='));
  const flag = at < 0 ? '' : argv[at].slice('--lang='.length) || argv[at + 1];
  return flag === 'ko' || flag === 'en' ? flag : spoken(env);
}
