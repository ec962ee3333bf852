#!/usr/bin/env node
// What `npm run bench -- NAME…` runs: the modules bench/NAME.ts, one after another. Without a name it lists them.
import('./bootstrap.mjs').then(({ launch, bootstrap, root }) => launch(() => bench({ bootstrap, root })));

async function bench({ bootstrap, root }) {
  const [{ readdirSync, rmSync }, { join }, { pathToFileURL }] = await Promise.all([
    import('node:fs'),
    import('node:path'),
    import('node:url'),
  ]);
  const asked = process.argv.slice(2).filter((a) => !a.startsWith('--'));
  const names = readdirSync(join(root, 'bench'))
    .filter((f) => f.endsWith('.ts'))
    .map((f) => f.slice(0, -'.ts'.length));
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0 || asked.length === 0) {
    const out = unknown.length > 0 ? process.stderr : process.stdout;
    if (unknown.length > 0) out.write(`There is no bench/${unknown[0]}.ts.\n`);
    out.write(`Benchmarks: ${names.join(' ') || 'none yet'}\nRun one: npm run bench -- NAME\n`);
    return unknown.length > 0 ? 2 : 0;
  }
  await bootstrap({ dev: true });
  const { bundling } = await import('../scripts/build.mjs');
  const { build } = await import('esbuild');
  const { workDir } = await import('./bootstrap/lock.mjs');
  // Inside the checkout, so that what isn't bundled is found.
  const dir = join(workDir(root), `bench-${process.pid}`);
  try {
    for (const name of asked) {
      await build({
        ...bundling,
        absWorkingDir: root,
        entryPoints: [`bench/${name}.ts`],
        outdir: dir,
        external: ['esbuild', '@lydell/node-pty'],
      });
      await import(pathToFileURL(join(dir, `${name}.mjs`)).href);
    }
  } catch (error) {
    // Ctrl-C, after cleaning up.
    if (error.name !== 'AbortError') throw error;
    return 130;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return Number(process.exitCode ?? 0);
}
