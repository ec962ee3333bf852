import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Checkout, checkout, run } from './checkout.ts';

/** Stands in for vitest: writes VITEST_REPORT where it is told to, logs its arguments, exits with VITEST_CODE. */
const vitest = `import { appendFileSync, writeFileSync } from 'node:fs';
appendFileSync('vitest.log', process.argv.slice(2).filter((a) => !a.startsWith('--')).join(' ') + '\\n');
const out = process.argv.find((a) => a.startsWith('--outputFile.json=')).slice('--outputFile.json='.length);
if (process.env.VITEST_REPORT) writeFileSync(out, process.env.VITEST_REPORT);
process.exitCode = Number(process.env.VITEST_CODE ?? 0);`;

const report = (passed: number, failed = 0, skipped = 0) =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped, numTodoTests: 0 });
const document = (passed: number, failed = 0, skipped = 0) => JSON.stringify({ summary: { passed, failed, skipped } });

async function npmTest(at: Checkout, env: Record<string, string>, args: string[] = []) {
  await run(at, 'bin/workshop.mjs');
  at.write('node_modules/.bin/vitest', vitest);
  const done = await run(at, 'bin/test.mjs', args, {
    env: { TMPDIR: at.file('fake'), WORKSHOP_TEST_KIND: '0', ...env },
  });
  expect(readdirSync(at.file('fake')), 'nothing is left in the temporary directory').toEqual(['npm']);
  return { code: done.code, last: done.stdout.trimEnd().split('\n').at(-1) };
}

describe('npm test', () => {
  it.each([
    ['adds both up', { VITEST_REPORT: report(3, 0, 1), FAKE_VERIFY: document(4) }, 0, '7 passed, 0 failed, 1 skipped'],
    [
      'verifies in a cluster, too, where there is one',
      { VITEST_REPORT: report(3, 0, 1), FAKE_VERIFY: document(4), WORKSHOP_TEST_KIND: '1' },
      0,
      '11 passed, 0 failed, 1 skipped',
    ],
    [
      'fails with a step in one of them',
      { VITEST_REPORT: report(3), FAKE_VERIFY: document(4, 1), FAKE_VERIFY_CODE: '1', WORKSHOP_TEST_KIND: '1' },
      1,
      '11 passed, 2 failed, 0 skipped',
    ],
    [
      'fails with a test',
      { VITEST_REPORT: report(3, 2), VITEST_CODE: '1', FAKE_VERIFY: document(4) },
      1,
      '7 passed, 2 failed, 0 skipped',
    ],
    [
      'fails with a step',
      { VITEST_REPORT: report(3), FAKE_VERIFY: document(4, 1), FAKE_VERIFY_CODE: '1' },
      1,
      '7 passed, 1 failed, 0 skipped',
    ],
    ['fails without a document', { VITEST_REPORT: report(3) }, 1, '3 passed, 1 failed, 0 skipped'],
    [
      'fails on a strange document',
      { VITEST_REPORT: report(3), FAKE_VERIFY: '{"summary":{}}' },
      1,
      '3 passed, 1 failed, 0 skipped',
    ],
    [
      'fails when verify crashed after its document',
      { VITEST_REPORT: report(3), FAKE_VERIFY: document(4), FAKE_VERIFY_CODE: '3' },
      1,
      '7 passed, 1 failed, 0 skipped',
    ],
    [
      'fails when a test file did not load',
      { VITEST_REPORT: report(3), VITEST_CODE: '1', FAKE_VERIFY: document(4) },
      1,
      '7 passed, 1 failed, 0 skipped',
    ],
    ['fails when vitest crashed', { VITEST_CODE: '1', FAKE_VERIFY: document(4) }, 1, '4 passed, 1 failed, 0 skipped'],
    [
      'fails when nothing ran',
      { VITEST_REPORT: report(0), FAKE_VERIFY: document(0) },
      1,
      '0 passed, 2 failed, 0 skipped',
    ],
    [
      'fails when the machine lacks something, and says only that',
      { VITEST_REPORT: report(3), FAKE_DOCTOR: '4' },
      4,
      '3 passed, 1 failed, 0 skipped',
    ],
  ])('%s', async (_, env, code, last) => {
    expect(await npmTest(checkout(), env)).toEqual({ code, last });
  });

  it('with arguments runs vitest alone', async () => {
    const at = checkout();
    expect(
      await npmTest(at, { VITEST_REPORT: report(2), FAKE_DOCTOR: '4' }, ['test/evidence', '--no-install']),
    ).toEqual({ code: 0, last: '2 passed, 0 failed, 0 skipped' });
    expect(at.lines('vitest.log')).toEqual(['run test/evidence']);
  });
});
