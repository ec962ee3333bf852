/** `workshop new`: a lesson to be written, and all that has to know of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WorkshopError } from '../../errors.ts';
import { root } from '../../paths.ts';
import { accept } from '../lint/agreed.ts';
import { lessonIds } from '../load.ts';
import { prose, row, steps, test } from './texts.ts';

const READMES = { en: 'README.md', ko: 'README.ko.md' } as const;

/** The id of a lesson to be: the number that is given, or the one after the last. Numbers and names are each one lesson's. */
export function newId(slug: string, ids: readonly string[]): string {
  const [, given, name] = /^(?:(\d{1,2})-)?([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/.exec(slug) ?? [];
  const number = given === undefined ? Math.max(0, ...ids.map((id) => Number(id.slice(0, 2)))) + 1 : Number(given);
  if (name === undefined || number < 1 || number > 99)
    throw new WorkshopError('usage.bad-value', { option: 'SLUG', value: slug, allowed: 'my-lesson, 16-my-lesson' });
  const taken = ids.find((id) => Number(id.slice(0, 2)) === number || id.slice(3) === name);
  if (taken !== undefined) throw new WorkshopError('usage.lesson-exists', { lesson: taken });
  return `${String(number).padStart(2, '0')}-${name}`;
}

/** Writes the files of a new lesson, links it from both READMEs, and notes that its languages say the same. */
export function scaffold(slug: string): { lesson: string; files: string[]; changed: string[] } {
  const id = newId(slug, lessonIds());
  const words = id.slice(3).replaceAll('-', ' ');
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  const files = {
    [`lessons/${id}/steps.ts`]: steps(id),
    [`lessons/${id}/en.md`]: prose.en(title),
    [`lessons/${id}/ko.md`]: prose.ko(title),
    [`test/lessons/${id}.test.ts`]: test(id),
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text, { flag: 'wx' });
  }
  for (const lang of ['en', 'ko'] as const) {
    const file = join(root, READMES[lang]);
    writeFileSync(file, withRow(readFileSync(file, 'utf8'), row[lang](id, title)));
  }
  accept([id]);
  return { lesson: id, files: Object.keys(files), changed: [...Object.values(READMES), 'lessons/agreed.yaml'] };
}

/** A README with one more row in its table of lessons, in the order of their numbers. */
export function withRow(readme: string, added: string): string {
  const lines = readme.split('\n');
  const numberOf = (line: string) => Number(/^\| (\d+) \| \[[^\]]*\]\(lessons\//.exec(line)?.[1]);
  const before = lines.findLastIndex((line) => numberOf(line) < numberOf(added));
  // Before all others, it stands under the rule that ends the table's head.
  const at = before >= 0 ? before : lines.findIndex((line) => numberOf(line) > 0) - 1;
  return lines.toSpliced(at + 1, 0, added).join('\n');
}
