import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EnvironmentKind } from '../model/kinds.ts';
import { DEFAULT_ENVIRONMENT } from '../environments/index.ts';
import { WorkshopError } from '../errors.ts';
import { root } from '../paths.ts';
import type { Lesson } from './define.ts';
import type { Lang } from '../words/index.ts';
import { type Prose, ProseError, parseProse } from './prose.ts';

export const lessonsDir = (): string => join(root, 'lessons');

/** Ids of all lessons, in their order. */
export function lessonIds(): string[] {
  return readdirSync(lessonsDir(), { withFileTypes: true })
    .filter((d) => d.isDirectory() && /^\d\d-/.test(d.name))
    .map((d) => d.name)
    .sort();
}

/** Whether this very code runs as it was written, as tests do; what was built goes with what was built. */
const asWritten = import.meta.url.endsWith('.ts');

/** The step module of a lesson. */
export async function loadLesson(id: string): Promise<Lesson> {
  const path = asWritten
    ? join(lessonsDir(), id, 'steps.ts')
    : join(process.env.WORKSHOP_DIST ?? join(root, 'dist'), 'lessons', id, 'steps.mjs');
  const lesson = ((await import(pathToFileURL(path).href)) as { default: Lesson }).default;
  if (lesson?.id !== id)
    throw new WorkshopError('lesson.invalid', { file: `lessons/${id}/steps.ts`, detail: `its id is ${lesson?.id}` });
  return lesson;
}

export const proseFile = (id: string, lang: Lang): string => join('lessons', id, `${lang}.md`);

export const readProse = (id: string, lang: Lang): string => readFileSync(join(root, proseFile(id, lang)), 'utf8');

export function loadProse(id: string, lang: Lang, environment: EnvironmentKind = DEFAULT_ENVIRONMENT): Prose {
  const file = proseFile(id, lang);
  try {
    return parseProse(readProse(id, lang), environment);
  } catch (error) {
    const where = error instanceof ProseError ? `${file}:${error.line}` : file;
    throw new WorkshopError('lesson.invalid', { file: where, detail: (error as Error).message });
  }
}
