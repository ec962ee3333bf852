import type { Document, StepReport } from './report.ts';

const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write these
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** JUnit XML: a suite is lesson × language × environment, a case a step. */
export function junit(document: Document): string {
  const suites = new Map<string, StepReport[]>();
  for (const step of document.steps) {
    const name = `${step.lesson} (${step.lang}, ${step.env})`;
    suites.set(name, [...(suites.get(name) ?? []), step]);
  }
  const properties = { kernel: document.machine.kernel, arch: document.machine.arch, pace: document.machine.pace, ...document.machine.tools };
  const body = [...suites].map(([name, steps]) => suite(name, steps, properties)).join('\n');
  const { passed, failed, skipped } = document.summary;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="${passed + failed + skipped}" failures="${failed}" skipped="${skipped}">\n${body}\n</testsuites>\n`;
}

function suite(name: string, steps: StepReport[], properties: Record<string, string | null>): string {
  const failures = steps.filter((s) => !s.ok && !isError(s)).length;
  const errors = steps.filter((s) => !s.ok && isError(s)).length;
  const seconds = (steps.reduce((n, s) => n + s.durationMs, 0) / 1000).toFixed(3);
  const props = Object.entries(properties).map(([k, v]) => `      <property name="${escaped(k)}" value="${escaped(v ?? '')}"/>`);
  const cases = steps.map((s) => {
    const open = `    <testcase classname="${escaped(s.lesson)}" name="${escaped(s.step)}" time="${(s.durationMs / 1000).toFixed(3)}" file="${escaped(s.file)}" line="${s.line}"`;
    if (s.ok) return `${open}/>`;
    const kind = isError(s) ? 'error' : 'failure';
    return `${open}>\n      <${kind} message="${escaped(s.reasons.at(-1) ?? s.outcome)}">${escaped(s.reasons.join('\n'))}</${kind}>\n    </testcase>`;
  });
  return [
    `  <testsuite name="${escaped(name)}" tests="${steps.length}" failures="${failures}" errors="${errors}" skipped="0" time="${seconds}">`,
    '    <properties>',
    ...props,
    '    </properties>',
    ...cases,
    '  </testsuite>',
  ].join('\n');
}

/** Wrong evidence is a failure; an environment that could not is an error. */
const isError = (s: StepReport): boolean => s.outcome === 'broken' || s.outcome === 'blocked';

/** GitHub annotations, one line each, pointing at the lesson's markdown. */
export function annotations(document: Document): string[] {
  const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return document.steps
    .filter((s) => !s.ok)
    .map((s) => `::error file=${data(s.file)},line=${s.line},title=${data(`${s.lesson}/${s.step}`).replaceAll(',', '%2C').replaceAll(':', '%3A')}::${data(s.reasons.join(' · '))}`);
}
