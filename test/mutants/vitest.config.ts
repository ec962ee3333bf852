import { join } from 'node:path';
import { defineConfig, type Plugin, type TestProjectInlineConfiguration } from 'vitest/config';
import type { Reporter } from 'vitest/node';
import { type Fate, MUTANTS, nameOf, UNCHANGED } from './index.ts';
import type { Mutant } from './mutant.ts';

const root = join(import.meta.dirname, '../..');

/** The patch is made in memory, as the file is loaded. */
const patched = ({ file, find, replace }: Mutant): Plugin => ({
  name: 'mutant',
  enforce: 'pre',
  transform: (code, id) => (id === join(root, file) ? code.replace(find, () => replace) : null),
});

/** A quarter of the cases will do, and the first one that fails: no one reads it. */
const project = (name: string, tests: string[], plugins: Plugin[]): TestProjectInlineConfiguration => ({
  plugins,
  test: {
    name,
    root,
    include: tests,
    setupFiles: ['test/mutants/setup.ts'],
    env: { WORKSHOP_RUNS: '0.25' },
    testTimeout: 60_000,
  },
});

/** One line of JSON on stdout: what became of each. */
const fates: Reporter = {
  onTestRunEnd(modules, errors) {
    const all = new Map<string, Fate>();
    for (const module of modules) {
      const { name } = module.project;
      const fate = all.get(name) ?? { name, ran: 0, failed: [], errors: errors.map(({ message }) => message) };
      for (const test of module.children.allTests()) {
        fate.ran++;
        if (test.result().state === 'failed') fate.failed.push(test.fullName);
      }
      fate.errors.push(...module.errors().map(({ message }) => message));
      all.set(name, fate);
    }
    process.stdout.write(`${JSON.stringify([...all.values()])}\n`);
  },
};

export default defineConfig({
  test: {
    reporters: [fates],
    projects: [
      project(UNCHANGED, [...new Set(MUTANTS.flatMap(({ tests }) => tests))], []),
      ...MUTANTS.map((mutant) => project(nameOf(mutant), mutant.tests, [patched(mutant)])),
    ],
  },
});
