#!/usr/bin/env node
// What `npm run check` runs: types, lint and format, who imports whom, dead code, lessons, shell scripts, side by side. With --write, what
// a formatter can put right is put right first.
import('./bootstrap.mjs').then(({ launch, bootstrap, root }) => launch(() => check({ bootstrap, root })));

/** What dependency-cruiser looks at: wherever code of ours lies. */
const FLOORED = ['runner', 'lessons', 'bench', 'bin', 'scripts', 'schemas', 'test'];

async function check({ bootstrap, root }) {
  await bootstrap({ dev: true });
  const write = process.argv.includes('--write');
  const { runChild } = await import('./bootstrap/child.mjs');
  const run = (file, args) => runChild(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const node = (path, ...args) => run(process.execPath, [`${root}/${path}`, ...args]);
  if (write) await node('node_modules/.bin/biome', 'format', '--write', '.');
  const checks = {
    types: node('node_modules/.bin/tsc', '-p', '.'),
    biome: node('node_modules/.bin/biome', 'check', '.'),
    walls: node('node_modules/.bin/depcruise', '--config', '.dependency-cruiser.mjs', ...FLOORED),
    c: clangFormat(run, root, write),
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

async function clangFormat(run, root, write) {
  const files = await tracked(run, '*.c', '*.h');
  if (!files) return { code: 0, skipped: 'not a git checkout' };
  const { unformatted } = await import('../scripts/clang-format.mjs');
  const found = unformatted(root, files, { write });
  if (write || found.length === 0) return { code: 0 };
  return { code: 1, output: `${found.join('\n')}\nnot as clang-format would write it: npm run check -- --write` };
}

async function shellcheck(run) {
  const scripts = await tracked(
    run,
    '*.sh',
    '.ci/run',
    'k8s/toolbox/bin/*',
    'k8s/inspektor-gadget/*',
    ':!k8s/toolbox/bin/bpftrace',
  );
  if (!scripts) return { code: 0, skipped: 'not a git checkout' };
  if (scripts.length === 0) return { code: 0, skipped: 'no shell scripts' };
  const done = await run('shellcheck', scripts);
  return done.error?.code === 'ENOENT' ? { code: 0, skipped: 'shellcheck is not installed' } : done;
}

/** Files that git tracks, or would once added; null where this is no git checkout. */
async function tracked(run, ...patterns) {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...patterns]);
  if (listed.code !== 0) return null;
  const deleted = await run('git', ['ls-files', '-z', '--deleted', '--', ...patterns]);
  const gone = new Set(deleted.output.split('\0'));
  return [...new Set(listed.output.split('\0').filter((f) => f && !gone.has(f)))];
}
