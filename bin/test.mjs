#!/usr/bin/env node
// What `npm test` runs: vitest, then every lesson for real. With arguments, vitest alone, with them.
import('./bootstrap.mjs').then(({ launch, bootstrap, root }) => launch(() => test({ bootstrap, root })));

async function test({ bootstrap, root }) {
  const [{ closeSync, mkdtempSync, openSync, rmSync }, { tmpdir }, { join }] = await Promise.all([import('node:fs'), import('node:os'), import('node:path')]);
  const argv = process.argv.slice(2);
  const noInstall = argv.filter((a) => a === '--no-install');
  const filters = argv.filter((a) => a !== '--no-install');
  await bootstrap({ argv, dev: true });
  const [{ runChild }, { fromVerify, fromVitest, line, sum }] = await Promise.all([import('./bootstrap/child.mjs'), import('./bootstrap/tally.mjs')]);

  const dir = mkdtempSync(join(tmpdir(), 'workshop-test-'));
  const results = { vitest: join(dir, 'vitest.json'), verify: join(dir, 'verify.json') };
  const node = (args, stdout = 'inherit') => runChild(process.execPath, args, { cwd: root, stdio: ['inherit', stdout, 'inherit'] });
  const workshop = (args, stdout) => node([join(root, 'bin/workshop.mjs'), ...args, ...noInstall], stdout);
  const tallies = [];
  const add = (name, tally) => tallies.push({ name, ...tally });

  /** Each part adds its tally and resolves to its exit code. */
  const parts = {
    async doctor() {
      const { code, received } = await workshop(['doctor', '--install', '--for', 'tests']);
      if (code !== 0 && !received) add('doctor', { passed: 0, failed: 1, skipped: 0 });
      return { code, received };
    },
    async vitest() {
      const vitest = join(root, 'node_modules/.bin/vitest');
      const done = await node([vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${results.vitest}`, ...filters]);
      add('vitest', fromVitest(await parse(results.vitest), done.code));
      return done;
    },
    async verify() {
      const out = openSync(results.verify, 'w');
      const done = await workshop(['verify', '--env', 'host', '--pace', 'fast', '--require-all', '--json'], out);
      closeSync(out);
      add('verify', fromVerify(await parse(results.verify), done.code));
      return done;
    },
  };

  try {
    let prepared = 0;
    for (const name of filters.length > 0 ? ['vitest'] : ['doctor', 'vitest', 'verify']) {
      // Doctor has said why; lessons would only say so again.
      if (name === 'verify' && prepared !== 0) continue;
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

async function parse(file) {
  const { readFileSync } = await import('node:fs');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
