import { describe, expect, it } from 'vitest';
import { junit } from '../../runner/verify/junit.ts';
import type { StepReport } from '../../runner/verify/report.ts';
import { documentOf, failing, HOSTILE, report } from './documents.ts';
import { all, parseXml } from './xml.ts';

const of = (steps: StepReport[], leftovers?: string[]) => parseXml(junit(documentOf(steps, leftovers)));
const count = (element: { attributes: Record<string, string> }) =>
  ['tests', 'failures', 'errors', 'skipped'].map((name) => Number(element.attributes[name]));

describe('junit', () => {
  it('a suite is a lesson in a language and an environment, a case a step', () => {
    const root = of([
      report(),
      report({ lang: 'ko', file: 'lessons/03-calls/ko.md' }),
      report({ step: 'again' }),
      report({ lesson: '04-more', durationMs: 250 }),
    ]);
    expect(
      root.children.map((s) => [
        s.attributes.name,
        s.attributes.time,
        all(s, 'testcase').map((c) => c.attributes.name),
      ]),
    ).toEqual([
      ['03-calls (en, host)', '3.000', ['look', 'again']],
      ['03-calls (ko, host)', '1.500', ['look']],
      ['04-more (en, host)', '0.250', ['look']],
    ]);
    expect(all(root, 'testcase')[0]?.attributes).toEqual({
      classname: '03-calls',
      name: 'look',
      time: '1.500',
      file: 'lessons/03-calls/en.md',
      line: '12',
    });
  });
  it('each suite says on what machine', () => {
    const [suite] = of([report()]).children;
    expect(
      Object.fromEntries(all(suite as never, 'property').map((p) => [p.attributes.name, p.attributes.value])),
    ).toEqual({ kernel: '6.1.0', arch: 'x64', pace: 'fast', bpftrace: '0.23.2', system: '' });
    expect(all(suite as never, 'properties')).toHaveLength(1);
  });

  it('a step that did not run is skipped, and neither failed nor an error', () => {
    const root = of([report(), report({ ok: false, error: true, outcome: 'blocked', skipped: 'no bpftrace' })]);
    expect(count(root)).toEqual([2, 0, 0, 1]);
    expect(count(root.children[0] as never)).toEqual([2, 0, 0, 1]);
    expect(all(root, 'skipped').map((s) => s.attributes.message)).toEqual(['no bpftrace']);
  });

  it('an error says first what kept the tool from seeing anything', () => {
    const notices = [{ code: 'empty-stream', detail: '[] × 9', text: 'Every list was empty ([] × 9).' }];
    const root = of([failing({ error: true, outcome: 'blocked', notices, reasons: ['solution: blocked'] })]);
    const [error] = all(root, 'error');
    expect(error?.attributes.message).toBe('Every list was empty ([] × 9).');
    expect(error?.text.trim().split('\n')).toEqual(['Every list was empty ([] × 9).', 'solution: blocked']);
  });

  const control = (outcome: StepReport['control']['outcome']) => ({ ...report().control, outcome });
  it.each<[string, Partial<StepReport>, 'failure' | 'error']>([
    ['a wrong solution', {}, 'failure'],
    ['a solution that needs more', { outcome: 'not yet' }, 'failure'],
    ['a solution that passed only once', { outcome: 'pass', reasons: ['second run: not yet'] }, 'failure'],
    ['a control that passes', { outcome: 'pass', control: control('pass') }, 'failure'],
    [
      'a guide that does something else',
      { outcome: 'pass', asWritten: [{ id: 'all', ok: false, saw: '' }], reasons: ['guide all: nothing'] },
      'failure',
    ],
    ['a lab that broke', { outcome: 'broken', error: true }, 'error'],
    ['a machine that cannot', { outcome: 'blocked', error: true }, 'error'],
    ['a control whose lab broke', { outcome: 'pass', control: control('broken'), error: true }, 'error'],
    ['a control that was blocked', { outcome: 'pass', control: control('blocked'), error: true }, 'error'],
    [
      'a second run whose lab broke',
      { outcome: 'pass', reasons: ['run: no compiler', 'second run: broken'], error: true },
      'error',
    ],
  ])('%s is told as such', (_, more, kind) => {
    const root = of([failing(more), report({ step: 'fine' })]);
    const counts = kind === 'failure' ? [2, 1, 0, 0] : [2, 0, 1, 0];
    expect([count(root), count(root.children[0] as never)]).toEqual([counts, counts]);
    const [bad, good] = all(root, 'testcase');
    expect(bad?.children.map((c) => c.name)).toEqual([kind]);
    expect(good?.children).toEqual([]);
  });

  it('what went wrong last is the message, all of it the text', () => {
    const [failure] = all(of([failing()]), 'failure');
    expect(failure).toMatchObject({
      attributes: { message: 'solution: wrong' },
      text: 'The size: 9.\nsolution: wrong',
    });
    expect(all(of([failing({ reasons: [] })]), 'failure')[0]).toMatchObject({
      attributes: { message: 'wrong' },
      text: '',
    });
  });

  it('the counts of suites add up to those of all', () => {
    const root = of(
      [
        report(),
        failing({ lang: 'ko' }),
        failing({ outcome: 'broken', error: true, step: 'b' }),
        failing({ lesson: '04-more', outcome: 'blocked', error: true }),
      ],
      ['process 12: bpftrace'],
    );
    const sums = root.children.map(count).reduce((a, b) => a.map((n, i) => n + (b[i] as number)));
    expect(count(root)).toEqual([5, 1, 3, 0]);
    expect(sums).toEqual(count(root));
    expect(all(root, 'testcase')).toHaveLength(5);
  });
  it('what was left behind is an error, though every step passed', () => {
    const root = of([report()], ['process 12: bpftrace -e "<x>"', 'lab leaker-1']);
    expect(count(root)).toEqual([2, 0, 1, 0]);
    expect(all(root, 'error')[0]?.text).toBe('process 12: bpftrace -e "<x>"\nlab leaker-1');
  });

  it.each(HOSTILE)('%j leaves it well formed', (text) => {
    const hostile = { lesson: text, step: text, file: text, reasons: [text, text] };
    const document = documentOf(
      [report(hostile), failing(hostile), failing({ ...hostile, lang: 'ko', outcome: 'broken', error: true })],
      [text],
    );
    document.machine.kernel = text;
    document.machine.tools[text] = text;
    // Half a pair is written to a file as U+FFFD.
    const written = (xml: string) => Buffer.from(xml).toString();
    const root = parseXml(written(junit(document)));
    expect(all(root, 'testcase')).toHaveLength(4);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these XML cannot hold
    const kept = written(text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, ''));
    expect(all(root, 'failure')[0]).toMatchObject({ attributes: { message: kept }, text: `${kept}\n${kept}` });
  });
});
