import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { at, ID, markdown, steps, write } from './checkout.ts';
import { catalog, makeCatalog, writeCatalog } from '../../runner/lesson/catalog.ts';

const entry = (id: string, title = 'A small lesson') => ({
  id,
  minutes: 5,
  needs: ['bpftrace'],
  title: { ko: '작은 수업', en: title },
  summary: { ko: 'It has one step of each kind.', en: 'It has one step of each kind.' },
  steps: [
    { id: 'look', kind: 'command', title: { ko: 'Look at calls', en: 'Look at calls' } },
    { id: 'how-many', kind: 'question', title: { ko: 'How many', en: 'How many' } },
    { id: 'own', kind: 'script', title: { ko: 'Your own script', en: 'Your own script' } },
  ],
});

const lesson = (id: string) => {
  write(`lessons/${id}/ko.md`, markdown().replace('A small lesson', '작은 수업'));
  write(`lessons/${id}/en.md`, markdown());
  write(`lessons/${id}/steps.ts`, steps(id));
};

describe('the catalogue', () => {
  it('lists lessons in their order, in both languages', async () => {
    for (const id of ['10-later', ID, '02-second']) lesson(id);
    write('lessons/notes/README.md', 'no lesson');
    expect(await makeCatalog()).toEqual([entry(ID), entry('02-second'), entry('10-later')]);
  });
  it('is made where nothing was built', async () => {
    lesson(ID);
    expect(await catalog()).toEqual([entry(ID)]);
  });
  it('is read as built', async () => {
    lesson(ID);
    mkdirSync(at('dist'));
    await writeCatalog(at('dist'));
    write(`lessons/${ID}/en.md`, markdown().replace('A small lesson', 'Changed'));
    expect(await catalog()).toEqual([entry(ID)]);
    expect(await makeCatalog()).toEqual([entry(ID, 'Changed')]);
  });
  it('calls a step by its id where prose has no section for it', async () => {
    lesson(ID);
    write(`lessons/${ID}/ko.md`, markdown().replace('{#own}', '{#other}'));
    expect((await makeCatalog())[0]?.steps[2]?.title).toEqual({ ko: 'own', en: 'Your own script' });
  });
  it.each([
    // A module is read once: each case is a lesson of its own.
    ['03-id', 'steps.ts', steps('03-other'), '', 'its id is 03-other'],
    ['03-export', 'steps.ts', 'export const steps = [];', '', 'its id is undefined'],
    ['03-prose', 'ko.md', markdown().replace('{#own}', '{#look}'), ':52', 'two sections have the id look'],
  ])('%s, whose %s is wrong, is named', async (id, file, text, line, detail) => {
    lesson(id);
    write(`lessons/${id}/${file}`, text);
    await expect(makeCatalog()).rejects.toThrow(
      expect.objectContaining({
        errorName: 'lesson.invalid',
        values: { file: `lessons/${id}/${file}${line}`, detail },
      }),
    );
  });
});
