#!/usr/bin/env node
// What `npm test` runs: vitest, then every lesson for real, on this host and, where Docker, kind and kubectl are, in a
// cluster. With arguments, vitest alone, with them. WORKSHOP_TEST_KIND=1 requires the cluster, 0 leaves it out.
import('./bootstrap.mjs').then(({ launch, bootstrap, root }) => launch(() => test({ bootstrap, root })));

async function test({ bootstrap, root }) {
  const [{ closeSync, mkdtempSync, openSync, rmSync }, { tmpdir }, { join }] = await Promise.all([
    import('node:fs'),
    import('node:os'),
    import('node:path'),
  ]);
  const argv = process.argv.slice(2);
  const noInstall = argv.filter((a) => a === '--no-install');
  const filters = argv.filter((a) => a !== '--no-install');
  await bootstrap({ argv, dev: true });
  const [{ runChild }, { fromVerify, fromVitest, line, sum }] = await Promise.all([
    import('./bootstrap/child.mjs'),
    import('./bootstrap/tally.mjs'),
  ]);

  const dir = mkdtempSync(join(tmpdir(), 'workshop-test-'));
  const results = { vitest: join(dir, 'vitest.json'), verify: join(dir, 'verify.json') };
  const node = (args, stdout = 'inherit') =>
    runChild(process.execPath, args, { cwd: root, stdio: ['inherit', stdout, 'inherit'] });
  const workshop = (args, stdout) => node([join(root, 'bin/workshop.mjs'), ...args, ...noInstall], stdout);
  const tallies = [];
  const add = (name, tally) => tallies.push({ name, ...tally });
  const withKind = await kindThere(runChild);
  process.env.WORKSHOP_TEST_KIND = withKind ? '1' : '0';
  if (!withKind && filters.length === 0)
    process.stdout.write(
      'Lessons are not verified in Kubernetes here: that takes Docker, kind and kubectl (npm run workshop -- doctor --env kind --install).\n',
    );

  /** Each part adds its tally and resolves to its exit code. */
  const parts = {
    async doctor() {
      const { code, received } = await workshop(['doctor', '--install', '--for', 'tests']);
      if (code !== 0 && !received) add('doctor', { passed: 0, failed: 1, skipped: 0 });
      return { code, received };
    },
    async vitest() {
      const vitest = join(root, 'node_modules/.bin/vitest');
      const done = await node([
        vitest,
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${results.vitest}`,
        ...filters,
      ]);
      add('vitest', fromVitest(await parse(results.vitest), done.code));
      return done;
    },
    verify: () => verify('host'),
    kind: () => verify('kind'),
  };

  async function verify(env) {
    const out = openSync(results.verify, 'w');
    const done = await workshop(['verify', '--env', env, '--pace', 'fast', '--require-all', '--json'], out);
    closeSync(out);
    add(env, fromVerify(await parse(results.verify), done.code));
    return done;
  }

  try {
    let prepared = 0;
    for (const name of filters.length > 0
      ? ['vitest']
      : ['doctor', 'vitest', 'verify', ...(withKind ? ['kind'] : [])]) {
      // Doctor has said why; lessons would only say so again.
      if ((name === 'verify' || name === 'kind') && prepared !== 0) continue;
      const { code, received } = await parts[name]();
      if (received) return code;
      if (name === 'doctor') prepared = code;
    }
    const total = sum(tallies);
    process.stdout.write(['', ...tallies.map((t) => `${t.name.padEnd(8)}${line(t)}`), line(total), ''].join('\n'));
    return total.failed === 0 ? 0 : total.failed === 1 && prepared !== 0 ? prepared : 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Whether lessons can be verified in a cluster: asked of Docker itself, since an engine that is installed may not run. */
async function kindThere(runChild) {
  const asked = process.env.WORKSHOP_TEST_KIND;
  if (asked === '1' || asked === '0') return asked === '1';
  const works = async (...argv) =>
    (await runChild(argv[0], argv.slice(1), { stdio: 'ignore', timeout: 10_000 })).code === 0;
  return (
    (await works('docker', 'info')) &&
    (await works('kind', 'version')) &&
    (await works('kubectl', 'version', '--client'))
  );
}

async function parse(file) {
  const { readFileSync } = await import('node:fs');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
