import { defineConfig } from 'vitest/config';

/** `ci` adds what bin/test/parts.mjs says; `inside` is a whole machine made by a test: there, the first two commands and the lessons are the point. */
const mode = process.env.WORKSHOP_TEST;
const inside = mode === 'inside';

const CI = [
  'bare',
  'callers',
  'journey-highlighted',
  'journey-keys',
  'kernels',
  'kube-kind',
  'newest',
  'panes',
  'shipped',
  'tracer-*',
  'user',
  'versions',
].map((name) => `test/e2e/${name}.test.ts`);

/** What looks at processes of its own, and neither at mounts nor at who is left over. */
const TRACING = ['bcc', 'builds', 'by-hand', 'export', 'gadget', 'inspektor', 'monitoring', 'new', 'tracer'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

/** The real kernel is one: mounts, and who is left over, can be told apart only one file at a time. */
const real = {
  globalSetup: ['test/e2e/setup.ts'],
  testTimeout: 300_000,
  hookTimeout: 300_000,
  fileParallelism: false,
  // Where others trace as well, the kernel puts a probe on seconds late, now and then; a second try is said in the report.
  retry: 1,
  sequence: { groupOrder: 1 },
};

const projects = [
  {
    test: {
      name: 'unit',
      include: [inside ? 'test/{bootstrap,house,lesson,lessons}/**/*.test.ts' : 'test/**/*.test.ts'],
      exclude: ['test/e2e/**'],
      testTimeout: 240_000,
      hookTimeout: 240_000,
      // Some start real processes, and CI runs them beside all else; a second try is named at the end.
      retry: mode === 'ci' ? 1 : 0,
      sequence: { groupOrder: 0 },
    },
  },
  {
    test: {
      name: 'host',
      include: inside ? ['test/e2e/{tour,journey-first,journey-accessible}.test.ts'] : ['test/e2e/**/*.test.ts'],
      exclude: [...CI, ...TRACING],
      env: { WORKSHOP_TEST_ALONE: '1' },
      ...real,
    },
  },
  { test: { name: 'tracing', include: inside ? [] : TRACING, ...real } },
  { test: { name: 'ci', include: CI, ...real } },
];

export default defineConfig({
  test: { projects: projects.filter(({ test: { name } }) => name !== 'ci' || mode === 'ci') },
});
