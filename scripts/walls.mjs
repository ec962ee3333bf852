// The house's floors, from the ground up: what lives where, and what it may import. This table is the rule (npm run check
// holds the code to it, type imports included) and the one that CONTRIBUTING.md shows.

/** What nearly everything stands on. */
const ground = ['runner/errors.ts', 'runner/paths.ts', 'runner/disk.ts', 'runner/process.ts', 'runner/interrupts.ts'];

/**
 * One row a folder (or file). `may` names rows and ground files; a row may always import itself, and packages.
 * @type {{ at: string, lives: string, may: string[] }[]}
 */
export const FLOORS = [
  { at: 'runner/evidence', lives: 'what tools saw, criteria, the verdict: values in, values out', may: [] },
  { at: 'runner/words', lives: 'every word in both languages', may: ['runner/evidence'] },
  { at: 'runner/errors.ts', lives: 'errors by name; their words are in `words/`', may: ['runner/words'] },
  { at: 'runner/paths.ts', lives: 'where the checkout, state and cache lie', may: [] },
  {
    at: 'runner/disk.ts',
    lives: 'whether what we write can be written, and is ours',
    may: ['runner/errors.ts', 'runner/paths.ts'],
  },
  {
    at: 'bin/bootstrap/holding.mjs',
    lives: 'locks, which the start-up takes too, before anything is built',
    may: ['bin/bootstrap/start-time.mjs'],
  },
  {
    at: 'bin/bootstrap/bundle-file.mjs',
    lives: 'what lies where in a bundle, which the start-up reads too',
    may: ['bin/bootstrap/stamp.mjs'],
  },
  {
    at: 'runner/process.ts',
    lives: 'whether a process lives, by pid and start time',
    may: ['bin/bootstrap/start-time.mjs'],
  },
  { at: 'runner/interrupts.ts', lives: 'who a Ctrl-C is for', may: [] },
  {
    at: 'runner/model',
    lives: 'what a place, a lab, an environment, a tool, a need is: types',
    may: ['runner/evidence'],
  },
  { at: 'runner/exec.ts', lives: 'the only door to processes', may: [...ground, 'runner/model'] },
  {
    at: 'runner/install',
    lives: 'packages, and releases with their checksums',
    may: [...ground, 'runner/model', 'runner/exec.ts'],
  },
  {
    at: 'runner/tools',
    lives: 'all of a tool, one folder each; `text/` is what readers share',
    may: [...ground, 'runner/evidence', 'runner/model', 'runner/exec.ts', 'runner/install'],
  },
  {
    at: 'runner/shipped',
    lives: 'leaks that a distribution shipped: made from its packages, run under load; nothing of theirs is kept here',
    may: [...ground, 'runner/model', 'runner/exec.ts', 'runner/install'],
  },
  {
    at: 'runner/environments',
    lives: 'all of an environment, one folder each',
    may: [
      ...ground,
      'bin/bootstrap/bundle-file.mjs',
      'runner/evidence',
      'runner/model',
      'runner/exec.ts',
      'runner/install',
      'runner/tools',
    ],
  },
  {
    at: 'runner/lesson',
    lives: 'define, load, lint, prose, facts; `index.ts` is what lessons import',
    may: [...ground, 'runner/evidence', 'runner/words', 'runner/model', 'runner/tools', 'runner/environments'],
  },
  {
    at: 'lessons',
    lives: 'prose in two languages, and the step module it maps to',
    may: ['runner/lesson/index.ts'],
  },
  {
    at: 'runner/journal',
    lives: 'what is kept on disk: events, progress, attempts, transcripts, scripts, the lock',
    may: [...ground, 'bin/bootstrap/holding.mjs', 'runner/evidence', 'runner/words', 'runner/model', 'runner/lesson'],
  },
  {
    at: 'runner/session',
    lives: "the learner's walk; it knows interfaces, and adapters come with `Surroundings`",
    may: [
      ...ground,
      'runner/evidence',
      'runner/words',
      'runner/model',
      'runner/exec.ts',
      'runner/lesson',
      'runner/journal',
    ],
  },
  {
    at: 'runner/terminal',
    lives: 'prompts, markdown, plots: it shows, and starts nothing',
    may: [...ground, 'runner/evidence', 'runner/words', 'runner/session'],
  },
  {
    at: 'runner/verify',
    lives: 'plan, execute, judge, report',
    may: [
      ...ground,
      'runner/evidence',
      'runner/words',
      'runner/model',
      'runner/tools',
      'runner/lesson',
      'runner/session',
      'schemas',
    ],
  },
  {
    at: 'runner/monitor',
    lives: 'the exporter: what a process that is watched comes to, as metrics',
    may: [...ground, 'runner/evidence', 'runner/model', 'runner/tools'],
  },
  {
    at: 'runner/cli',
    lives: 'what all commands share: parse, help, select',
    may: [
      ...ground,
      'runner/words',
      'runner/model',
      'runner/exec.ts',
      'runner/install',
      'runner/tools',
      'runner/environments',
      'runner/lesson',
      'runner/journal',
      'runner/session',
      'runner/terminal',
      'schemas',
    ],
  },
  {
    at: 'runner/commands',
    lives: 'commands and nothing else, one file each, loaded when used',
    may: [
      ...ground,
      'runner/evidence',
      'runner/words',
      'runner/model',
      'runner/exec.ts',
      'runner/install',
      'runner/tools',
      'runner/environments',
      'runner/lesson',
      'runner/journal',
      'runner/session',
      'runner/terminal',
      'runner/verify',
      'runner/monitor',
      'runner/cli',
      'schemas',
    ],
  },
  {
    at: 'runner/main.ts',
    lives: 'the composition root: the only place that sets the exit code',
    may: [...ground, 'runner/words', 'runner/environments', 'runner/terminal', 'runner/cli', 'runner/commands'],
  },
  {
    at: 'schemas',
    lives: 'what `--json` prints',
    may: ['runner/evidence', 'runner/model', 'runner/environments/index.ts'],
  },
  { at: 'scripts', lives: 'the build, the formatter of C, the pictures, the dashboards, this table', may: [] },
  {
    at: 'bin',
    lives: 'start-up, before anything is installed; the four commands',
    may: ['scripts', 'runner/words/language.mjs'],
  },
  { at: 'bench', lives: 'ratios, measured in one run', may: ['runner', 'lessons'] },
  { at: 'test', lives: 'mirrors all of this; `test/e2e/` needs a real kernel', may: ['**'] },
];

/** Folders among the tools and the environments that are neither: their siblings may import these, and no others. */
const SHARED = ['tools/text', 'environments/kube', 'environments/local'];

/** @param {string} at a row or a file, as a pattern of paths */
const pattern = (at) => (/\.[a-z]+$/.test(at) ? `^${at.replaceAll('.', '\\.')}$` : `^${at}/`);

/** The rules for dependency-cruiser: whatever no row allows is refused. */
export const rules = {
  forbidden: [
    { name: 'circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'values-in-values-out',
      comment: 'What tools saw and what a lesson asks are values: nothing of the machine, no package.',
      severity: 'error',
      from: { path: '^(runner/evidence|lessons)/' },
      to: { pathNot: '^(runner/evidence|runner/lesson)/' },
    },
    {
      name: 'siblings',
      comment: 'A tool or an environment is a folder of its own; what two of them share lies beside them.',
      severity: 'error',
      from: { path: '^runner/(tools|environments)/([^/]+)/' },
      to: { path: '^runner/$1/[^/]+/', pathNot: ['^runner/$1/$2/', `^runner/(${SHARED.join('|')})/`] },
    },
    {
      name: 'shared-by-siblings',
      comment: 'What siblings share knows none of them.',
      severity: 'error',
      from: { path: `^runner/(${SHARED.join('|')})/` },
      to: { path: '^runner/(tools|environments)/[^/]+/', pathNot: `^runner/(${SHARED.join('|')})/` },
    },
  ],
  allowedSeverity: 'error',
  allowed: [
    { from: {}, to: { pathNot: '^(runner|lessons|bench|bin|scripts|schemas|test)/' } },
    ...FLOORS.map(({ at, may }) => ({
      from: { path: pattern(at) },
      to: may.includes('**') ? {} : { path: [at, ...may].map(pattern) },
    })),
  ],
};

/** The table as CONTRIBUTING.md shows it. */
export function table() {
  const names = (may) => {
    const named = may.filter((m) => !ground.includes(m));
    const all = ground.every((g) => may.includes(g))
      ? ['the ground', ...named.map((m) => `\`${m}\``)]
      : may.map((m) => `\`${m}\``);
    return may.includes('**') ? 'all' : all.join(', ').replaceAll('`runner/', '`') || 'nothing';
  };
  const rows = FLOORS.map(
    ({ at, lives, may }) => `| \`${at}${at.includes('.') ? '' : '/'}\` | ${lives} | ${names(may)} |`,
  );
  return ['| folder | what lives there | may import |', '|---|---|---|', ...rows].join('\n');
}
