/**
 * `workshop lint`: are the lessons whole, and do both languages say the same? One file a concern; each takes what was
 * read and returns mistakes. What only a real kernel can tell is verify's.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../paths.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS } from '../../environments/index.ts';
import type { EnvironmentKind } from '../../model/kinds.ts';
import { lessonIds, lessonsDir, loadLesson, proseFile, readProse } from '../load.ts';
import type { Lang } from '../../words/index.ts';
import { type Prose, ProseError, parseProse } from '../prose.ts';
import { agreement } from './agreed.ts';
import { guide } from './guide.ts';
import { parity } from './parity.ts';
import type { Mistake, Read } from './read.ts';
import { structure } from './structure.ts';

const FILES = ['en.md', 'ko.md', 'steps.ts'];
const BESIDE = ['guide.yaml', 'agreed.yaml'];

/** All mistakes of all lessons, by file. */
export async function lint(): Promise<Mistake[]> {
  const mistakes: Mistake[] = stray();
  const lessons: Read[] = [];
  for (const id of lessonIds()) {
    const missing = FILES.filter((f) => !existsSync(join(lessonsDir(), id, f)));
    mistakes.push(...missing.map((f) => ({ file: `lessons/${id}/${f}`, line: 1, text: 'this file is missing' })));
    if (missing.length > 0) continue;
    const everywhere = new Map(
      ENVIRONMENTS.map((environment) => [
        environment,
        { ko: parsed(id, 'ko', environment, mistakes), en: parsed(id, 'en', environment, mistakes) },
      ]),
    );
    const prose = everywhere.get(DEFAULT_ENVIRONMENT) as Read['prose'];
    try {
      lessons.push({ id, lesson: await loadLesson(id), prose, everywhere });
    } catch (error) {
      mistakes.push({ file: `lessons/${id}/steps.ts`, line: 1, text: (error as Error).message });
    }
  }
  for (const read of lessons)
    for (const prose of read.everywhere.values())
      mistakes.push(...structure({ ...read, prose }), ...parity({ ...read, prose }));
  mistakes.push(...guide(lessons), ...agreement(lessons));
  return once(mistakes).sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

/** What is wrong in every environment is wrong once. */
const once = (mistakes: Mistake[]): Mistake[] =>
  mistakes.filter(
    (m, i) => mistakes.findIndex((n) => n.file === m.file && n.line === m.line && n.text === m.text) === i,
  );

function parsed(id: string, lang: Lang, environment: EnvironmentKind, mistakes: Mistake[]): Prose | null {
  try {
    return parseProse(readProse(id, lang), environment);
  } catch (error) {
    mistakes.push({
      file: proseFile(id, lang),
      line: error instanceof ProseError ? error.line : 1,
      text: (error as Error).message,
    });
    return null;
  }
}

/** Files that belong to no lesson, and numbers that two lessons share. */
function stray(): Mistake[] {
  const mistakes: Mistake[] = [];
  const numbers = new Map<string, string>();
  for (const entry of readdirSync(lessonsDir(), { withFileTypes: true })) {
    const file = `lessons/${entry.name}`;
    if (!entry.isDirectory()) {
      if (!BESIDE.includes(entry.name))
        mistakes.push({ file, line: 1, text: `a stray file: lessons/ holds folders and ${BESIDE.join(', ')}` });
      continue;
    }
    if (!/^\d\d-[a-z0-9]+(-[a-z0-9]+)*$/.test(entry.name)) {
      mistakes.push({ file, line: 1, text: 'a lesson’s folder is called NN-slug' });
      continue;
    }
    const number = entry.name.slice(0, 2);
    const other = numbers.get(number);
    if (other !== undefined) mistakes.push({ file, line: 1, text: `has the same number as ${other}` });
    numbers.set(number, entry.name);
    for (const name of readdirSync(join(root, file))) {
      if (!FILES.includes(name))
        mistakes.push({ file: `${file}/${name}`, line: 1, text: `a stray file: a lesson holds ${FILES.join(', ')}` });
    }
  }
  return mistakes;
}
