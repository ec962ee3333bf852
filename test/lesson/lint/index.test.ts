import { mkdirSync, rmSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { at, ID, markdown, steps, write } from '../checkout.ts';
import { accept } from '../../../runner/lesson/lint/agreed.ts';
import { lint } from '../../../runner/lesson/lint/index.ts';

const lesson = (id: string) => {
  write(`lessons/${id}/en.md`, markdown());
  write(`lessons/${id}/ko.md`, markdown());
  write(`lessons/${id}/steps.ts`, steps(id).replace(/, guide: \[.*\]/, ''));
};

beforeEach(() => accept());

describe('lint', () => {
  it('has nothing to say of a checkout in order', async () => {
    expect(await lint()).toEqual([]);
  });

  it.each(['en.md', 'ko.md', 'steps.ts'])('a lesson without %s', async (name) => {
    rmSync(at(`lessons/${ID}/${name}`));
    expect(await lint()).toEqual([{ file: `lessons/${ID}/${name}`, line: 1, text: 'this file is missing' }]);
  });

  it.each([
    [`lessons/${ID}/notes.md`, 'a stray file: a lesson holds en.md, ko.md, steps.ts'],
    [`lessons/${ID}/EN.md`, 'a stray file: a lesson holds en.md, ko.md, steps.ts'],
    ['lessons/README.md', 'a stray file: lessons/ holds folders and guide.yaml, agreed.yaml'],
  ])('a stray %s', async (file, text) => {
    write(file, 'x');
    expect(await lint()).toEqual([{ file, line: 1, text }]);
  });

  it.each(['drafts', '1-one', '02_second', '02-Second', '02-'])('a folder called %s', async (name) => {
    mkdirSync(at(`lessons/${name}`));
    expect(await lint()).toContainEqual({
      file: `lessons/${name}`,
      line: 1,
      text: 'a lesson’s folder is called NN-slug',
    });
  });

  it('a number that two lessons share', async () => {
    lesson('01-twin');
    accept();
    expect(await lint()).toEqual([{ file: 'lessons/01-twin', line: 1, text: `has the same number as ${ID}` }]);
  });

  it('prose that cannot be read, with its line, and the rest is still looked at', async () => {
    write(`lessons/${ID}/ko.md`, markdown().replace('{#own}', '{#look}'));
    write(`lessons/${ID}/en.md`, markdown().replace('{{command}}', '{{comand}}'));
    accept();
    expect(await lint()).toEqual([
      { file: `lessons/${ID}/en.md`, line: 10, text: 'look: the section does not show its command: {{command}}' },
      { file: `lessons/${ID}/en.md`, line: 10, text: 'look: no such placeholder: {{comand}}' },
      { file: `lessons/${ID}/ko.md`, line: 52, text: 'two sections have the id look' },
    ]);
  });

  it.each([
    ['03-throws', "throw new Error('two steps are called look');", 'two steps are called look'],
    ['03-syntax', 'export default {', /./],
    ['03-id', steps('03-other'), /its id is 03-other/],
  ])('a step module that cannot be loaded: %s', async (id, module, text) => {
    lesson(id);
    write(`lessons/${id}/steps.ts`, module);
    accept();
    expect(await lint()).toEqual([{ file: `lessons/${id}/steps.ts`, line: 1, text: expect.stringMatching(text) }]);
  });

  it('what each rule finds, by file and line', async () => {
    write('lessons/stray.txt', '');
    write(
      `lessons/${ID}/ko.md`,
      markdown().replace('### What you saw {#after}\n\nSeen.', '').replaceAll('trace-all', 'trace-al'),
    );
    const found = await lint();
    expect(found.map((m) => `${m.file}:${m.line}`)).toEqual([
      `lessons/${ID}/en.md:1`,
      `lessons/${ID}/ko.md:10`,
      `lessons/${ID}/ko.md:10`,
      `lessons/${ID}/ko.md:10`,
      'lessons/stray.txt:1',
    ]);
    expect(found.map((m) => m.text)).toEqual([
      expect.stringContaining('is behind ko.md'),
      'look: nothing is said once it has passed: ### … {#after}',
      'look: code block 1 differs from en.md by more than its comments',
      "look: does not show the guide's command all",
      expect.stringContaining('stray'),
    ]);
  });
});
