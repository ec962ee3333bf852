#!/usr/bin/env node
// What `npm run check` runs: types, lint and format, who imports whom, dead code, lessons, shell scripts, side by side.
// With --write, what a formatter can put right is put right first.
import('./bootstrap.mjs').then(({ launch, bootstrap, root }) => launch(() => check({ bootstrap, root })));

/** What dependency-cruiser looks at: wherever code of ours lies. */
const FLOORED = ['runner', 'lessons', 'bench', 'bin', 'scripts', 'schemas', 'test'];

async function check({ bootstrap, root }) {
  await bootstrap({ dev: true });
  const write = process.argv.includes('--write');
  const { programs, exitCode, interrupted } = await import('./programs.mjs');
  const $ = programs(root);
  if (write) await $`biome format --write .`;
  const checks = {
    types: $`tsc -p .`,
    biome: $`biome check .`,
    walls: $`depcruise --config .dependency-cruiser.mjs ${FLOORED}`,
    c: clangFormat($, root, write),
    knip: $`knip`,
    lessons: $`node bin/workshop.mjs lint`,
    shell: shellcheck($),
  };
  let bad = 0;
  for (const [name, running] of Object.entries(checks)) {
    const done = await running;
    const code = exitCode(done);
    if (interrupted.aborted) return code;
    const state = done.skipped ? `skipped: ${done.skipped}` : code === 0 ? 'ok' : `FAILED (exit ${code})`;
    process.stdout.write(`${name.padEnd(8)} ${state}\n`);
    if (code === 0) continue;
    bad++;
    const said = `${done.stdout}${done.stderr}`.trim();
    process.stdout.write(`${(said || '(it printed nothing)').replace(/^/gm, '    ')}\n`);
  }
  return bad === 0 ? 0 : 1;
}

async function clangFormat($, root, write) {
  const files = await tracked($, '*.c', '*.h');
  if (!files) return { exitCode: 0, skipped: 'not a git checkout' };
  const { unformatted } = await import('../scripts/clang-format.mjs');
  const found = unformatted(root, files, { write });
  if (write || found.length === 0) return { exitCode: 0 };
  const said = `${found.join('\n')}\nnot as clang-format would write it: npm run check -- --write`;
  return { exitCode: 1, stdout: said, stderr: '' };
}

async function shellcheck($) {
  const ours = ['*.sh', '.ci/run', 'k8s/toolbox/bin/*', 'k8s/inspektor-gadget/*', ':!k8s/toolbox/bin/bpftrace'];
  const scripts = await tracked($, ...ours);
  if (!scripts) return { exitCode: 0, skipped: 'not a git checkout' };
  if (scripts.length === 0) return { exitCode: 0, skipped: 'no shell scripts' };
  const there = await $`sh -c ${'command -v shellcheck'}`;
  if (there.exitCode !== 0) return { exitCode: 0, skipped: `shellcheck is not installed: ${INSTALL}` };
  return $`shellcheck ${scripts}`;
}

const INSTALL = 'npm run workshop -- doctor --install --for tests';

/** Files that git tracks, or would once added; null where this is no git checkout. */
async function tracked($, ...patterns) {
  const listed = await $`git ls-files -z --cached --others --exclude-standard -- ${patterns}`;
  if (listed.exitCode !== 0) return null;
  const deleted = await $`git ls-files -z --deleted -- ${patterns}`;
  const gone = new Set(deleted.stdout.split('\0'));
  return [...new Set(listed.stdout.split('\0').filter((file) => file && !gone.has(file)))];
}
