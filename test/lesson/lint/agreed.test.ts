import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { at, ID, markdown, write } from '../checkout.ts';
import { accept, agreement } from '../../../runner/lesson/lint/agreed.ts';
import { read } from './reading.ts';

const said = () => agreement([read()]).map((m) => `${m.file}:${m.line} ${m.text}`);
const agreed = () =>
  parse(readFileSync(at('lessons/agreed.yaml'), 'utf8')) as Record<string, { ko: string; en: string }>;
const BOTH = `lessons/agreed.yaml:1 ${ID}: both languages are new or changed; read them side by side, then \`workshop lint --accept\``;

describe('which language is behind', () => {
  it('a new lesson was never read side by side', () => {
    expect(said()).toEqual([BOTH]);
    accept();
    expect(said()).toEqual([]);
    expect(agreed()).toEqual({
      [ID]: { ko: expect.stringMatching(/^[0-9a-f]{16}$/), en: expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
  });
  it.each([
    ['ko', 'en'],
    ['en', 'ko'],
  ] as const)('when %s.md changes, it is the other', (changed, behind) => {
    accept();
    write(`lessons/${ID}/${changed}.md`, `${markdown()}More.\n`);
    expect(said()).toEqual([expect.stringMatching(`^lessons/${ID}/${behind}.md:1 is behind ${changed}.md`)]);
    accept();
    expect(said()).toEqual([]);
  });
  it('when both change, nobody knows', () => {
    accept();
    write(`lessons/${ID}/ko.md`, `${markdown()}더.\n`);
    write(`lessons/${ID}/en.md`, `${markdown()}More.\n`);
    expect(said()).toEqual([BOTH]);
  });
  it('space at the ends of a file is no change', () => {
    accept();
    write(`lessons/${ID}/en.md`, `${markdown()}\n\n`);
    expect(said()).toEqual([]);
  });
  it('nor is how a checkout ends its lines', () => {
    accept();
    write(`lessons/${ID}/en.md`, markdown().replaceAll('\n', '\r\n'));
    expect(said()).toEqual([]);
  });
  it.each([`${ID}: { ko: a }\n`, `${ID}: { ko: a, en: b, fr: c }\n`, `${ID}: [a, b]\n`, '- a\n'])(
    'a file that holds something else: %j',
    (text) => {
      write('lessons/agreed.yaml', text);
      expect(agreement([read()])).toEqual([{ file: 'lessons/agreed.yaml', line: 1, text: expect.stringMatching(/./) }]);
    },
  );
});
