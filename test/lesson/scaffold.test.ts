import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { at, ID, write } from './checkout.ts';
import { unwritten } from '../../runner/evidence/criteria/unwritten.ts';
import { newId, scaffold, withRow } from '../../runner/lesson/scaffold/index.ts';

const IDS = ['01-crime-scene', '08-inspektor-gadget', '10-clinic'];

describe('the id of a new lesson', () => {
  it.each([
    ['my-lesson', '11-my-lesson'],
    ['9-my-lesson', '09-my-lesson'],
    ['16-my-lesson', '16-my-lesson'],
    ['a1', '11-a1'],
  ])('%s is %s', (slug, id) => {
    expect(newId(slug, IDS)).toBe(id);
  });
  it.each(['', 'My-lesson', 'my_lesson', '-x', 'x-', 'x--y', '레슨', '../x', '100-x', '0-x', '12', '12-'])(
    '%j is none',
    (slug) => {
      expect(() => newId(slug, IDS)).toThrow(expect.objectContaining({ errorName: 'usage.bad-value', exit: 2 }));
    },
  );
  it.each([
    ['clinic', '10-clinic'],
    ['11-clinic', '10-clinic'],
    ['8-my-lesson', '08-inspektor-gadget'],
    ['01-crime-scene', '01-crime-scene'],
  ])('%s is taken, by %s', (slug, lesson) => {
    expect(() => newId(slug, IDS)).toThrow(
      expect.objectContaining({ errorName: 'usage.lesson-exists', exit: 2, values: { lesson } }),
    );
  });
});

describe('the row in a README', () => {
  const readme =
    'Lessons\n\n| | lesson |\n|---|---|\n| 2 | [B](lessons/02-b/en.md) |\n| 10 | [C](lessons/10-c/en.md) |\n\nMore.\n';
  const rows = (added: string) => withRow(readme, added).split('\n').slice(2, 7);
  it.each([
    [1, 2],
    [9, 3],
    [11, 4],
  ])('of number %i stands where it belongs', (number, line) => {
    const added = `| ${number} | [A](lessons/0-a/en.md) |`;
    expect(rows(added).indexOf(added)).toBe(line);
    expect(withRow(readme, added).replace(`${added}\n`, '')).toBe(readme);
  });
});

it('what its author has still to say, nothing passes', () => {
  expect(unwritten().judge({ evidence: [], subjects: null as never, truth: null as never })).toMatchObject({
    state: 'unmet',
  });
});

describe('a scaffold', () => {
  const begin = () => {
    for (const lang of ['en', 'ko'])
      write(
        lang === 'en' ? 'README.md' : 'README.ko.md',
        `| | |\n|---|---|\n| 1 | [Small](lessons/${ID}/${lang}.md) |\n`,
      );
    write('lessons/agreed.yaml', `${ID}: { ko: "0", en: "0" }\n`);
  };
  it('is four files, a link in both READMEs, and a note that both languages say the same', () => {
    begin();
    const made = scaffold('my-lesson');
    expect(made).toEqual({
      lesson: '02-my-lesson',
      files: ['steps.ts', 'en.md', 'ko.md']
        .map((f) => `lessons/02-my-lesson/${f}`)
        .concat('test/lessons/02-my-lesson.test.ts'),
      changed: ['README.md', 'README.ko.md', 'lessons/agreed.yaml'],
    });
    expect(readFileSync(at('README.md'), 'utf8')).toContain('\n| 2 | [My lesson](lessons/02-my-lesson/en.md) | ');
    expect(readFileSync(at('README.ko.md'), 'utf8')).toContain('\n| 2 | [My lesson](lessons/02-my-lesson/ko.md) | ');
    // What others have still to read stays unread.
    const agreed = parse(readFileSync(at('lessons/agreed.yaml'), 'utf8')) as Record<string, unknown>;
    expect(agreed[ID]).toEqual({ ko: '0', en: '0' });
    expect(Object.keys(agreed)).toEqual([ID, '02-my-lesson']);
  });
  it('overwrites nothing', () => {
    begin();
    write('test/lessons/02-my-lesson.test.ts', 'mine');
    expect(() => scaffold('my-lesson')).toThrow(/EEXIST/);
    expect(readFileSync(at('test/lessons/02-my-lesson.test.ts'), 'utf8')).toBe('mine');
  });
});
