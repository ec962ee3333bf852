import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { type Fate, MUTANTS, nameOf, UNCHANGED } from './index.ts';

const root = join(import.meta.dirname, '../..');

it('every mutant is a patch of one place in a file as it is today', () => {
  const times = ({ file, find }: (typeof MUTANTS)[number]) =>
    readFileSync(join(root, file), 'utf8').split(find).length - 1;
  const stale = MUTANTS.filter((mutant) => times(mutant) !== 1 || mutant.find === mutant.replace);
  expect(stale.map(nameOf)).toEqual([]);
  expect(new Set(MUTANTS.map(nameOf)).size).toBe(MUTANTS.length);
});

describe.runIf(process.env['WORKSHOP_TEST'] === 'ci')('the tests near it', () => {
  it('pass as the program is, and notice every mutant', async () => {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/mutants/vitest.config.ts'];
    // A vitest that believes to be a worker of another one waits for it.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
    const { stdout } = await execa('node', vitest, { cwd: root, env, extendEnv: false, reject: false });
    const fates = new Map((JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as Fate[]).map((f) => [f.name, f]));

    expect(fates.get(UNCHANGED)).toMatchObject({ failed: [], errors: [] });
    expect([...fates.values()].flatMap(({ errors }) => errors)).toEqual([]);
    const unnoticed = MUTANTS.map(nameOf).filter((name) => (fates.get(name)?.failed ?? []).length === 0);
    expect(unnoticed).toEqual([]);
  }, 600_000);
});
