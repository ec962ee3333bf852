// What there is to test, and what of it this run will do.

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} proves in half a line
 * @property {string[]} [vitest] what vitest is told; without, `verify` names where every lesson is verified
 * @property {string} [verify]
 * @property {boolean} [givesWay] it computes, and lets those go first that measure
 * @property {boolean} [ownMounts] runs with mounts of its own where we may make them, else in turn with those that mount
 * @property {boolean} [whole] not in a machine that a test has made, where the first commands are the point
 * @property {boolean} [ci] only with WORKSHOP_TEST=ci
 * @property {keyof typeof LACKS} [takes] what not every machine has
 */

const file = (...names) => ['--project', 'ci', ...names.map((name) => `test/e2e/${name}.test.ts`)];

/**
 * Lanes run side by side, the parts of one take turns. Those that mount on this host, or look who is left over on it,
 * are in one; those in machines of their own are not in its way.
 * @type {Record<string, Part[]>}
 */
const LANES = {
  kernel: [
    { name: 'host', proves: 'the runner on this kernel', vitest: ['--project', 'host'] },
    { name: 'verify', proves: 'every lesson on this host, each step judged in both languages', verify: 'host' },
    { name: 'user', proves: 'every lesson as an ordinary user', vitest: file('user'), ci: true },
    // Six tracers at once, as on this host: side by side, each would attach too late for what it is to see.
    {
      name: 'kind',
      proves: 'every lesson in Kubernetes, each step judged in both languages',
      verify: 'kind',
      ci: true,
      takes: 'cluster',
    },
  ],
  processor: [
    { name: 'unit', proves: 'all that needs no kernel', vitest: ['--project', 'unit'], givesWay: true },
    { name: 'kernels', proves: 'lessons on other kernels', vitest: file('kernels'), ci: true, takes: 'kernels' },
  ],
  apart: [
    {
      name: 'tracing',
      proves: 'our tracer and the lessons’ scripts on this kernel',
      vitest: ['--project', 'tracing'],
      ownMounts: true,
      whole: true,
    },
    { name: 'cluster', proves: 'the runner in Kubernetes', vitest: file('kube-kind'), ci: true, takes: 'cluster' },
    {
      name: 'foreign',
      proves: 'the tracer on programs that do what others do',
      vitest: file(
        'callers',
        'tracer-command',
        'tracer-files',
        'tracer-lives',
        'tracer-reachable',
        'tracer-reasons',
        'tracer-sample',
        'tracer-unseen',
      ),
      ci: true,
      ownMounts: true,
    },
    {
      name: 'shipped',
      proves: 'the verdict on leaks that a distribution shipped, and on their fixes',
      vitest: file('shipped'),
      ci: true,
      ownMounts: true,
    },
  ],
  machines: [
    { name: 'bare', proves: 'the first commands on bare systems', vitest: file('bare'), ci: true },
    {
      name: 'enter',
      proves: 'whoever presses Enter alone gets to the end',
      vitest: file('journey-highlighted'),
      ci: true,
    },
    // In mounts of their own, and in nobody's way either.
    {
      name: 'keys',
      proves: 'each key of a session, and two panes',
      vitest: file('journey-keys', 'panes'),
      ci: true,
      ownMounts: true,
    },
    {
      name: 'versions',
      proves: 'lessons with the tools of other releases',
      vitest: file('versions'),
      ci: true,
      ownMounts: true,
    },
  ],
};

/** Each resolves to what this machine lacks, or to nothing. */
const LACKS = {
  kernels: ({ env }) => (env.WORKSHOP_VM ? null : 'WORKSHOP_VM does not say how to boot them'),
  /** Asked of Docker itself, since an engine that is installed may not run. Who names a node image means it to. */
  async cluster({ $, env }) {
    if (env.WORKSHOP_NODE_IMAGE) return null;
    const asked = [$`docker info`, $`kind version`, $`kubectl version --client`];
    const there = (await Promise.all(asked)).every((done) => done.exitCode === 0);
    return there ? null : 'Docker, kind and kubectl are not all here (npm run workshop -- doctor --env kind --install)';
  },
};

/**
 * The parts to run, lane by lane, and those left out, each with its reason.
 * @returns {Promise<{ lanes: [string, Part[]][], without: { part: Part, why: string }[] }>}
 */
export async function planned(surroundings) {
  const lanes = new Map(Object.keys(LANES).map((lane) => [lane, []]));
  const without = [];
  for (const [lane, all] of Object.entries(LANES)) {
    for (const part of all) {
      const why = await whyNot(part, surroundings);
      if (why) without.push({ part, why });
      else lanes.get(part.ownMounts && !surroundings.mayMount ? 'kernel' : lane).push(part);
    }
  }
  return { lanes: [...lanes].filter(([, parts]) => parts.length > 0), without };
}

async function whyNot({ ci, whole, takes }, surroundings) {
  if (whole && surroundings.env.WORKSHOP_TEST === 'inside') return 'this machine is one that a test has made';
  if (ci && surroundings.env.WORKSHOP_TEST !== 'ci') return 'CI adds it: WORKSHOP_TEST=ci';
  return takes ? LACKS[takes](surroundings) : null;
}
