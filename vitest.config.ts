import { defineConfig } from 'vitest/config';

/** A whole machine made inside a test runs our tests too, and must not make one in turn. */
const inside = process.env.WORKSHOP_TEST_INSIDE !== undefined;

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/e2e/**'], testTimeout: 60_000, hookTimeout: 60_000, sequence: { groupOrder: 0 } } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: inside ? ['test/e2e/bare.test.ts'] : [],
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
