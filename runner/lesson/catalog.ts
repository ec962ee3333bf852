import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root as checkout } from '../paths.ts';
import type { Lang } from '../words/index.ts';
import type { Step } from './define.ts';

/** What `list`, `status` and the first screen need, without loading a lesson. */
export interface CatalogEntry {
  id: string;
  minutes: number;
  needs: string[];
  title: Record<Lang, string>;
  summary: Record<Lang, string>;
  steps: { id: string; kind: Step['kind']; title: Record<Lang, string> }[];
}

const file = (dist: string) => join(dist, 'catalog.json');

/** Written by the build, so that a list costs one small file. */
export async function writeCatalog(dist: string): Promise<void> {
  writeFileSync(file(dist), JSON.stringify(await makeCatalog()));
}

export async function makeCatalog(): Promise<CatalogEntry[]> {
  // Reading lessons costs a YAML parser, which those who only read the catalogue need not load.
  const { lessonIds, loadLesson, loadProse } = await import('./load.ts');
  return Promise.all(
    lessonIds().map(async (id) => {
      const lesson = await loadLesson(id);
      const ko = loadProse(id, 'ko');
      const en = loadProse(id, 'en');
      return {
        id,
        minutes: lesson.minutes,
        needs: lesson.needs,
        title: { ko: ko.title, en: en.title },
        summary: { ko: ko.summary, en: en.summary },
        steps: lesson.steps.map((s) => ({
          id: s.id,
          kind: s.kind,
          title: { ko: ko.steps.get(s.id)?.title ?? s.id, en: en.steps.get(s.id)?.title ?? s.id },
        })),
      };
    }),
  );
}

/** The catalogue as built, or made now where nothing was built. */
export async function catalog(): Promise<CatalogEntry[]> {
  const path = file(join(checkout, 'dist'));
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as CatalogEntry[]) : makeCatalog();
}
