#!/usr/bin/env node
// What `npm test` runs: every part of bin/test/parts.mjs that this machine can prove; CI's too with WORKSHOP_TEST=ci. With
// arguments, vitest alone, with them.
import('./bootstrap.mjs').then(({ launch, bootstrap, root }) => launch(() => test({ bootstrap, root })));

/** What CI proves beside what `npm test` does; and the part of it that a bare machine made by a test proves. */
const SETS = ['ci', 'inside'];

async function test({ bootstrap, root }) {
  const argv = process.argv.slice(2);
  const noInstall = argv.filter((arg) => arg === '--no-install');
  const asked = argv.filter((arg) => arg !== '--no-install');
  const set = process.env.WORKSHOP_TEST;
  if (set && !SETS.includes(set)) {
    process.stderr.write(`There is no WORKSHOP_TEST=${set}: it is ${SETS.join(' or ')}, or not set.\n`);
    return 2;
  }
  await bootstrap({ argv, dev: true });
  const [{ mkdtempSync, rmSync }, { tmpdir }, { join }] = await Promise.all([
    import('node:fs'),
    import('node:os'),
    import('node:path'),
  ]);
  const dir = mkdtempSync(join(tmpdir(), 'workshop-test-'));
  try {
    if (asked.length > 0) {
      const { some } = await import('./test/some.mjs');
      return await some(root, dir, asked);
    }
    const { everything } = await import('./test/everything.mjs');
    return await everything(root, dir, noInstall);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
