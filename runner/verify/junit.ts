import type { Document, StepReport } from './report.ts';

const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write these
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** What the tool said of itself is why the rest is as it is. */
const all = ({ notices, reasons }: StepReport): string[] => [...notices.map(({ text }) => text), ...reasons];

/** JUnit XML: a suite is lesson × language × environment, a case a step. */
export function junit(document: Document): string {
  const suites = new Map<string, StepReport[]>();
  for (const step of document.steps) {
    const name = `${step.lesson} (${step.lang}, ${step.env})`;
    suites.set(name, [...(suites.get(name) ?? []), step]);
  }
  const properties = {
    kernel: document.machine.kernel,
    arch: document.machine.arch,
    pace: document.machine.pace,
    ...document.machine.tools,
  };
  const body = [...[...suites].map(([name, steps]) => suite(name, steps, properties)), ...leftBehind(document)].join(
    '\n',
  );
  const { passed, failed, skipped } = document.summary;
  const failures = document.steps.filter((s) => !s.ok && !s.error).length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="${passed + failed + skipped}" failures="${failures}" errors="${failed - failures}" skipped="${skipped}">\n${body}\n</testsuites>\n`;
}

/** What the labs left on the machine is an error of no step: a suite of its own, so that whoever reads only this sees it. */
function leftBehind({ leftovers, machine }: Document): string[] {
  if (leftovers.length === 0) return [];
  const text = escaped(leftovers.join('\n'));
  return [
    `  <testsuite name="left behind (${machine.env})" tests="1" failures="0" errors="1" skipped="0" time="0.000">`,
    `    <testcase classname="verify" name="left behind" time="0.000">\n      <error message="${text}">${text}</error>\n    </testcase>`,
    '  </testsuite>',
  ];
}

function suite(name: string, steps: StepReport[], properties: Record<string, string | null>): string {
  const failures = steps.filter((s) => !s.ok && !s.error).length;
  const skipped = steps.filter((s) => s.skipped !== undefined).length;
  const errors = steps.filter((s) => !s.ok && s.error).length - skipped;
  const seconds = (steps.reduce((n, s) => n + s.durationMs, 0) / 1000).toFixed(3);
  const props = Object.entries(properties).map(
    ([k, v]) => `      <property name="${escaped(k)}" value="${escaped(v ?? '')}"/>`,
  );
  const cases = steps.map((s) => {
    const open = `    <testcase classname="${escaped(s.lesson)}" name="${escaped(s.step)}" time="${(s.durationMs / 1000).toFixed(3)}" file="${escaped(s.file)}" line="${s.line}"`;
    if (s.ok) return `${open}/>`;
    if (s.skipped !== undefined) return `${open}>\n      <skipped message="${escaped(s.skipped)}"/>\n    </testcase>`;
    const kind = s.error ? 'error' : 'failure';
    return `${open}>\n      <${kind} message="${escaped(s.notices[0]?.text ?? s.reasons.at(-1) ?? s.outcome)}">${escaped(all(s).join('\n'))}</${kind}>\n    </testcase>`;
  });
  return [
    `  <testsuite name="${escaped(name)}" tests="${steps.length}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${seconds}">`,
    '    <properties>',
    ...props,
    '    </properties>',
    ...cases,
    '  </testsuite>',
  ].join('\n');
}

/** GitHub annotations, one line each, pointing at the lesson's markdown. */
export function annotations(document: Document): string[] {
  const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string) => data(text).replaceAll(',', '%2C').replaceAll(':', '%3A');
  return document.steps
    .filter((s) => !s.ok && s.skipped === undefined)
    .map(
      (s) =>
        `::error file=${property(s.file)},line=${s.line},title=${property(`${s.lesson}/${s.step}`)}::${data(all(s).join(' · '))}`,
    );
}
