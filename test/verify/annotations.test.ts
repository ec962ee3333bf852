import { describe, expect, it } from 'vitest';
import { annotations } from '../../runner/verify/junit.ts';
import { documentOf, failing, HOSTILE, report } from './documents.ts';

/** What the runner of GitHub Actions makes of a line. */
function read(line: string) {
  const [, properties = '', message = ''] = /^::error (.*?)::(.*)$/s.exec(line) ?? [];
  const data = (text: string) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  const property = (text: string) => data(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
  return {
    ...Object.fromEntries(
      properties.split(',').map((p) => [p.slice(0, p.indexOf('=')), property(p.slice(p.indexOf('=') + 1))]),
    ),
    message: data(message),
  };
}

describe('annotations', () => {
  it('are one line for each step that failed, at its prose', () => {
    expect(
      annotations(
        documentOf([
          report(),
          failing(),
          failing({ lang: 'ko', file: 'lessons/03-calls/ko.md', line: 9, reasons: ['크기: 9.'] }),
        ]),
      ),
    ).toEqual([
      '::error file=lessons/03-calls/en.md,line=12,title=03-calls/look::The size: 9. · solution: wrong',
      '::error file=lessons/03-calls/ko.md,line=9,title=03-calls/look::크기: 9.',
    ]);
  });
  it('of what passed are none', () => {
    expect(annotations(documentOf([report()]))).toEqual([]);
  });
  it.each(HOSTILE)('%j stays in its place', (text) => {
    const [line = '', ...more] = annotations(
      documentOf([failing({ lesson: text, step: 'look', file: text, reasons: [text, 'x'] })]),
    );
    expect(more).toEqual([]);
    expect(line).not.toMatch(/[\r\n]/);
    expect(read(line)).toEqual({ file: text, line: '12', title: `${text}/look`, message: `${text} · x` });
  });
});
