import { defineConfig } from 'vitest/config';

/** A whole machine made inside a test runs our tests too: there, the first two commands and the lessons are the point. */
const inside = process.env.WORKSHOP_TEST_INSIDE !== undefined;

/** Other kernels need scripts that boot them: see test/e2e/kernels.test.ts. */
const kernels = process.env.WORKSHOP_VM ? [] : ['test/e2e/kernels.test.ts'];

/** A cluster needs Docker, kind and kubectl: bin/test.mjs finds out. */
const clusters = process.env.WORKSHOP_TEST_KIND === '1' ? [] : ['test/e2e/kube-*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [inside ? 'test/{bootstrap,house,lesson,lessons}/**/*.test.ts' : 'test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: inside ? ['test/e2e/{tour,journey-*}.test.ts'] : ['test/e2e/**/*.test.ts'],
          exclude: [...kernels, ...clusters],
          globalSetup: ['test/e2e/setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // The real kernel is one: mounts, and who is left over, can be told apart only one file at a time.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
