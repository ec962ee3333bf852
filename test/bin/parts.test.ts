// Every test file is in a part that CI runs: one that is in none would fail unseen.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { planned } from '../../bin/test/parts.mjs';
import { root } from '../../runner/paths.ts';

/** Of vitest's patterns, as ours are: whole paths, and stars. */
const fits = (pattern: string) => {
  const [deep, any] = ['(?:.*/)?', '[^/]*'];
  const source = pattern.split('**/').map((part) => part.replaceAll('.', '\\.').replaceAll('*', any));
  return (file: string) => new RegExp(`^${source.join(deep)}$`).test(file);
};

it('every end-to-end test is run in CI, but those with tools that are still to be released', async () => {
  const env = { WORKSHOP_TEST: 'ci', WORKSHOP_VM: 'there', WORKSHOP_NODE_IMAGE: 'there' };
  const { lanes, without } = await planned({ env, mayMount: true });
  expect(without).toEqual([]);
  const named = lanes.flatMap(([, parts]) => parts.flatMap(({ vitest = [] }) => vitest));
  const { default: config } = (await import('../../vitest.config.ts')) as unknown as {
    default: { test: { projects: { test: { name: string; include: string[]; exclude?: string[] } }[] } };
  };
  const files = readdirSync(join(root, 'test/e2e'))
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/e2e/${file}`);
  const byProject = config.test.projects
    .map(({ test }) => test)
    .filter(({ name }) => name === 'host' || name === 'tracing')
    .flatMap(({ include, exclude = [] }) =>
      files.filter((file) => include.some((p) => fits(p)(file)) && !exclude.some((p) => fits(p)(file))),
    );
  const run = [...named, ...byProject];
  expect(files.length).toBeGreaterThan(30);
  expect(files.filter((file) => !run.includes(file))).toEqual(['test/e2e/newest.test.ts']);
});
