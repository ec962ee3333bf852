#!/usr/bin/env node
// What `npm run check` runs: types, lint, dead code, lessons, shell scripts, side by side.
import('./bootstrap.mjs').then(({ launch, bootstrap, root }) => launch(() => check({ bootstrap, root })));

async function check({ bootstrap, root }) {
  await bootstrap({ dev: true });
  const { runChild } = await import('./bootstrap/child.mjs');
  const run = (file, args) => runChild(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const node = (path, ...args) => run(process.execPath, [`${root}/${path}`, ...args]);
  const checks = {
    types: node('node_modules/.bin/tsc', '-p', '.'),
    biome: node('node_modules/.bin/biome', 'check', '.'),
    knip: node('node_modules/.bin/knip'),
    lessons: node('bin/workshop.mjs', 'lint'),
    shell: shellcheck(run),
  };
  let bad = 0;
  for (const [name, running] of Object.entries(checks)) {
    const { code, output, error, received, skipped } = await running;
    if (received) return code;
    const state = skipped ? `skipped: ${skipped}` : code === 0 ? 'ok' : `FAILED (exit ${code})`;
    process.stdout.write(`${name.padEnd(8)} ${state}\n`);
    if (code === 0) continue;
    bad++;
    process.stdout.write(`${(output.trim() || error?.message || '(it printed nothing)').replace(/^/gm, '    ')}\n`);
  }
  return bad === 0 ? 0 : 1;
}

/** Scripts that git tracks, or would once added. */
async function shellcheck(run) {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '*.sh', '.ci/run', 'k8s/toolbox/bin/*', 'k8s/inspektor-gadget/*', ':!k8s/toolbox/bin/bpftrace']);
  if (listed.code !== 0) return { code: 0, skipped: 'not a git checkout' };
  const scripts = [...new Set(listed.output.split('\0').filter(Boolean))];
  if (scripts.length === 0) return { code: 0, skipped: 'no shell scripts' };
  const done = await run('shellcheck', scripts);
  return done.error?.code === 'ENOENT' ? { code: 0, skipped: 'shellcheck is not installed' } : done;
}
