// Adds up what vitest and verify say of themselves. What says nothing has failed.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/** @returns {Tally} from the file that vitest's JSON reporter has written, if it has */
export function fromVitest(file, code) {
  const report = parsed(file);
  if (!report) return oneFailed;
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: pending, numTodoTests: todo } = report;
  return checked({ passed, failed, skipped: pending + (todo ?? 0) }, code);
}

/** @returns {Tally} from a file with what `verify --json` has printed, if it has */
export function fromVerify(file, code) {
  const document = parsed(file);
  return document?.summary ? checked(document.summary, code) : oneFailed;
}

/** What vitest calls failed, a line each: its file and name, and the first line of why. */
export const failedOfVitest = (file) =>
  (parsed(file)?.testResults ?? []).flatMap(({ name, message, assertionResults = [] }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    const of = basename(name ?? '');
    // A file that did not load has no tests.
    if (failed.length === 0 && message) return [`${of}: ${first(message)}`];
    return failed.map((test) => `${of}: ${test.fullName}: ${first(test.failureMessages?.[0])}`);
  });

/** The tests that passed at a second try, a line each: what was wrong at first. */
export const retriedOfVitest = (file) =>
  (parsed(file)?.testResults ?? []).flatMap(({ name, assertionResults = [] }) =>
    assertionResults
      .filter(({ status, failureMessages = [] }) => status === 'passed' && failureMessages.length > 0)
      .map((test) => `${basename(name ?? '')}: ${test.fullName}: ${first(test.failureMessages[0])}; then it passed`),
  );

/** The steps that `verify` failed, a line each: where, in which language, and why. */
export const failedOfVerify = (file) =>
  (parsed(file)?.steps ?? [])
    .filter(({ outcome }) => outcome !== 'pass')
    .map(
      ({ lesson, step, lang, outcome, control, reasons = [] }) =>
        `${lesson}/${step} (${lang}): ${outcome}, control ${control?.outcome ?? '-'}: ${reasons.map(first).join(' · ')}`,
    );

/** The steps that `verify` tried again, a line each: what was wrong at first, and what came of it. */
export const retriedOfVerify = (file) =>
  (parsed(file)?.steps ?? [])
    .filter(({ retried = [] }) => retried.length > 0)
    .map(
      ({ lesson, step, lang, ok, retried }) =>
        `${lesson}/${step} (${lang}): ${retried.map(first).join(' · ')}; ${ok ? 'then in order' : 'and again'}`,
    );

/** @returns {Tally} */
export function sum(tallies) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const tally of tallies) for (const key of Object.keys(total)) total[key] += tally[key];
  return total;
}

export const line = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

export const oneFailed = { passed: 0, failed: 1, skipped: 0 };

/** A part that ended badly or ran nothing has failed, though it may count no failure: a file that didn't load, say. */
function checked({ passed, failed, skipped }, code) {
  const counts = [passed, failed, skipped].every(Number.isInteger);
  if (!counts) return oneFailed;
  const bad = code !== 0 || passed + failed === 0;
  return { passed, skipped, failed: bad ? Math.max(1, failed) : failed };
}

const first = (text) => String(text ?? '').split('\n', 1)[0];

function parsed(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
