import type { ChildProcess } from 'node:child_process';
import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Checkout, checkout, run, until } from './checkout.ts';

const report = (passed: number, failed = 0, skipped = 0) =>
  JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped, numTodoTests: 0 });

/**
 * Stands in for vitest: logs its arguments, and reports and exits as VITEST_REPORT and VITEST_CODE say where it is asked
 * for all tests of units, or for some; where it is asked for another project, one test has passed.
 */
const vitest = `import { appendFileSync, writeFileSync } from 'node:fs';
if (process.env.VITEST_HANGS) {
  setInterval(() => {}, 1000);
  process.on('SIGTERM', () => setTimeout(() => {
    appendFileSync('vitest.log', 'cleaned up\\n');
    process.exit(143);
  }, 300));
}
const args = process.argv.slice(2);
appendFileSync('vitest.log', args.filter((a) => !/^--(reporter|outputFile)/.test(a)).join(' ') + '\\n');
const out = args.find((a) => a.startsWith('--outputFile.json=')).slice('--outputFile.json='.length);
const project = args[args.indexOf('--project') + 1];
const one = args.includes('--project') && project !== 'unit';
const report = one ? '${report(1)}' : process.env.VITEST_REPORT;
if (report) writeFileSync(out, report);
console.log('tests of ' + project);
process.exitCode = Number(one ? 0 : (process.env.VITEST_CODE ?? 0));`;

const document = (passed: number, failed = 0, skipped = 0) => JSON.stringify({ summary: { passed, failed, skipped } });

interface Options {
  args?: string[];
  onStart?: (child: ChildProcess) => void;
}

async function npmTest(at: Checkout, env: Record<string, string>, { args = [], onStart }: Options = {}) {
  await run(at, 'bin/workshop.mjs');
  at.write('node_modules/.bin/vitest', vitest);
  symlinkSync(join(import.meta.dirname, '../../node_modules/zx'), at.file('node_modules/zx'));
  const done = await run(at, 'bin/test.mjs', args, {
    env: { TMPDIR: at.file('fake'), ...env },
    ...(onStart ? { onStart } : {}),
  });
  expect(readdirSync(at.file('fake')), 'nothing is left in the temporary directory').toEqual(['npm']);
  return { code: done.code, last: done.stdout.trimEnd().split('\n').at(-1), said: done.stdout, err: done.stderr };
}

const CI = { WORKSHOP_TEST: 'ci', WORKSHOP_NODE_IMAGE: 'some/node' };

describe('npm test', () => {
  it.each([
    ['adds all up', { VITEST_REPORT: report(3, 0, 1), FAKE_VERIFY: document(4) }, 0, '9 passed, 0 failed, 1 skipped'],
    [
      'adds what CI does, which verifies in a cluster, too',
      { VITEST_REPORT: report(3, 0, 1), FAKE_VERIFY: document(4), ...CI },
      0,
      '20 passed, 0 failed, 1 skipped',
    ],
    [
      'fails with a step in each of them',
      { VITEST_REPORT: report(3), FAKE_VERIFY: document(4, 1), FAKE_VERIFY_CODE: '1', ...CI },
      1,
      '20 passed, 2 failed, 0 skipped',
    ],
    [
      'fails with a test',
      { VITEST_REPORT: report(3, 2), VITEST_CODE: '1', FAKE_VERIFY: document(4) },
      1,
      '9 passed, 2 failed, 0 skipped',
    ],
    [
      'fails with a step',
      { VITEST_REPORT: report(3), FAKE_VERIFY: document(4, 1), FAKE_VERIFY_CODE: '1' },
      1,
      '9 passed, 1 failed, 0 skipped',
    ],
    ['fails without a document', { VITEST_REPORT: report(3) }, 1, '5 passed, 1 failed, 0 skipped'],
    [
      'fails on a strange document',
      { VITEST_REPORT: report(3), FAKE_VERIFY: '{"summary":{}}' },
      1,
      '5 passed, 1 failed, 0 skipped',
    ],
    [
      'fails when verify crashed after its document',
      { VITEST_REPORT: report(3), FAKE_VERIFY: document(4), FAKE_VERIFY_CODE: '3' },
      1,
      '9 passed, 1 failed, 0 skipped',
    ],
    [
      'fails when a test file did not load',
      { VITEST_REPORT: report(3), VITEST_CODE: '1', FAKE_VERIFY: document(4) },
      1,
      '9 passed, 1 failed, 0 skipped',
    ],
    ['fails when vitest crashed', { VITEST_CODE: '1', FAKE_VERIFY: document(4) }, 1, '6 passed, 1 failed, 0 skipped'],
    [
      'fails when nothing ran',
      { VITEST_REPORT: report(0), FAKE_VERIFY: document(0) },
      1,
      '2 passed, 2 failed, 0 skipped',
    ],
    [
      'fails when the machine lacks something, and says only that',
      { VITEST_REPORT: report(3), FAKE_DOCTOR: '4' },
      4,
      '5 passed, 1 failed, 0 skipped',
    ],
  ])('%s', async (_, env, code, last) => {
    expect(await npmTest(checkout(), env)).toMatchObject({ code, last });
  });

  it('says what it will run, what it leaves out and why, and at the end how long each part took', async () => {
    const { said } = await npmTest(checkout(), { VITEST_REPORT: report(3), FAKE_VERIFY: document(4) });
    const [before, after] = said.split(/^host +\| tests of host$/m) as [string, string];
    expect(before).toMatch(/^ {2}kernel +verify +every lesson on this host, each step judged/m);
    expect(before).toMatch(/^ {2}bare +the first commands on bare systems\. CI adds it: WORKSHOP_TEST=ci$/m);
    expect(after).toMatch(/^verify +\d+ s {2}4 passed, 0 failed, 0 skipped$/m);
    const other = await npmTest(checkout(), { WORKSHOP_TEST: 'ci', WORKSHOP_VM: '', WORKSHOP_NODE_IMAGE: 'some/node' });
    expect(other.said).toMatch(/^ {2}kernels +lessons on other kernels\. WORKSHOP_VM does not say/m);
  });

  it('names what failed at the end, where it stands even if the beginning is cut off', async () => {
    const failing = {
      ...JSON.parse(report(3, 2)),
      testResults: [
        {
          name: '/somewhere/sums.test.ts',
          assertionResults: [
            { status: 'passed', fullName: 'sums add up', failureMessages: ['too slow\n  at sums.test.ts:9'] },
            {
              status: 'failed',
              fullName: 'sums of none',
              failureMessages: ['expected 1 to be 0\n  at sums.test.ts:3'],
            },
          ],
        },
        { name: '/somewhere/broken.test.ts', message: 'SyntaxError: a brace\nmore', assertionResults: [] },
      ],
    };
    const control = { outcome: 'wrong' };
    const steps = [
      {
        lesson: '03-calls',
        step: 'look',
        lang: 'en',
        outcome: 'pass',
        control,
        reasons: [],
        ok: true,
        retried: ['solution: not yet'],
      },
      { lesson: '04-pairing', step: 'pair', lang: 'en', outcome: 'pass', control, reasons: [] },
      {
        lesson: '04-pairing',
        step: 'oldest',
        lang: 'ko',
        outcome: 'wrong',
        control,
        reasons: ['no block\nmore', 'none'],
      },
    ];
    const { said } = await npmTest(checkout(), {
      VITEST_REPORT: JSON.stringify(failing),
      VITEST_CODE: '1',
      FAKE_VERIFY: JSON.stringify({ summary: { passed: 1, failed: 1, skipped: 0 }, steps }),
      FAKE_VERIFY_CODE: '1',
    });
    const end = said.slice(said.indexOf('\nFailed:\n'));
    expect(said).toMatch(
      /^Tried again:\nunit +sums\.test\.ts: sums add up: too slow; then it passed\nverify +03-calls\/look \(en\): solution: not yet; then in order\n\nFailed:$/m,
    );
    expect(end).toMatch(/^unit +sums\.test\.ts: sums of none: expected 1 to be 0$/m);
    expect(end).toMatch(/^unit +broken\.test\.ts: SyntaxError: a brace$/m);
    expect(end).toMatch(/^verify +04-pairing\/oldest \(ko\): wrong, control wrong: no block · none$/m);
    expect(end).not.toContain('04-pairing/pair');
    expect(end).toMatch(/^verify +\d+ s {2}1 passed, 1 failed/m);
  });

  it('refuses a set of tests that it does not know', async () => {
    const { code, err } = await npmTest(checkout(), { WORKSHOP_TEST: 'CI' });
    expect(code).toBe(2);
    expect(err).toMatch(/WORKSHOP_TEST=CI/);
  });

  it('that is told to end tells all that it has started, and waits for them', async () => {
    const at = checkout();
    const { code } = await npmTest(
      at,
      { VITEST_HANGS: '1', FAKE_VERIFY: document(4) },
      {
        onStart: async (child) => {
          await until(() => at.lines('vitest.log').length === 3);
          child.kill('SIGTERM');
        },
      },
    );
    expect(code).toBe(143);
    expect(at.lines('vitest.log').filter((line) => line === 'cleaned up')).toHaveLength(3);
  });

  it('with arguments runs vitest alone', async () => {
    const at = checkout();
    const args = ['test/evidence', '--no-install'];
    expect(await npmTest(at, { VITEST_REPORT: report(2), FAKE_DOCTOR: '4' }, { args })).toMatchObject({
      code: 0,
      last: '2 passed, 0 failed, 0 skipped',
    });
    expect(at.lines('vitest.log')).toEqual(['run test/evidence']);
  });
});
