import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How all of our code is bundled. Dependencies too: as files of their own they cost half as much again at every start. */
export const bundling = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  outExtension: { '.js': '.mjs' },
  // Only --debug reads them, for its stack traces.
  sourcemap: 'linked',
  legalComments: 'none',
  logLevel: 'silent',
  // marked-terminal brings a highlighter for 190 languages and all emoji, of which markdown.ts asks for nothing: loading
  // them took as long as everything else before the first screen.
  alias: {
    'cli-highlight': 'data:text/javascript,export const highlight = String',
    'node-emoji': 'data:text/javascript,export const get = () => undefined',
  },
  banner: {
    // What CommonJS dependencies expect to find around them.
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;",
  },
};

/**
 * Bundles the runner and the step module of every lesson into `dist`, with shared chunks, and writes the catalogues.
 * @public bin/bootstrap/rebuild.mjs imports it by its path in the checkout
 */
export async function build(root, dist) {
  const { build: esbuild } = await import('esbuild');
  const lessons = readdirSync(join(root, 'lessons')).map((id) => `lessons/${id}/steps.ts`);
  await esbuild({
    ...bundling,
    absWorkingDir: root,
    entryPoints: ['runner/main.ts', THREAD, ...Object.keys(CATALOGUES).map((name) => `${name}.ts`), ...lessons].filter(
      (path) => existsSync(join(root, path)),
    ),
    outdir: dist,
    outbase: '.',
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
  });
  await catalogues(root, dist);
}

/** The exporter starts it as a thread. */
const THREAD = 'runner/monitor/exporter/worker.ts';

/** What lists and help read in place of lessons and commands: a module that knows, and its function that writes. */
const CATALOGUES = { 'runner/lesson/catalog': 'writeCatalog', 'runner/commands/index': 'writeShapes' };

/** Without them the runner makes them itself, and says of a lesson that can't be read which line is wrong. */
async function catalogues(root, dist) {
  Object.assign(process.env, { WORKSHOP_ROOT: root, WORKSHOP_DIST: dist });
  try {
    for (const [name, write] of Object.entries(CATALOGUES)) {
      const module = join(dist, `${name}.mjs`);
      if (existsSync(module)) await (await import(pathToFileURL(module).href))[write](dist);
    }
  } catch {
    // `workshop lint` is how its author finds out: it must start.
  } finally {
    delete process.env.WORKSHOP_DIST; // the build moves to its place now
  }
}
