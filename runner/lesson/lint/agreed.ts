import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { lessonIds, lessonsDir, proseFile, readProse } from '../load.ts';
import type { Lang } from '../../words/index.ts';
import type { Mistake, Read } from './read.ts';

const FILE = 'lessons/agreed.yaml';
const agreed = z.record(z.string(), z.strictObject({ ko: z.string(), en: z.string() }));

const hash = (id: string, lang: Lang): string =>
  createHash('sha256').update(readProse(id, lang).replaceAll('\r\n', '\n').trim()).digest('hex').slice(0, 16);

/** Which language is behind: hashes of both texts as they were when somebody last read them side by side. */
export function agreement(lessons: Read[]): Mistake[] {
  const path = join(lessonsDir(), 'agreed.yaml');
  const parsed = agreed.safeParse(existsSync(path) ? parse(readFileSync(path, 'utf8')) : {});
  if (!parsed.success) return [{ file: FILE, line: 1, text: z.prettifyError(parsed.error) }];
  return lessons.flatMap(({ id }) => {
    const then = parsed.data[id];
    const changed = (['ko', 'en'] as const).filter((lang) => then?.[lang] !== hash(id, lang));
    const [one, other] = changed;
    if (one === undefined) return [];
    if (then === undefined || other !== undefined)
      return [
        {
          file: FILE,
          line: 1,
          text: `${id}: both languages are new or changed; read them side by side, then \`workshop lint --accept\``,
        },
      ];
    const behind = one === 'ko' ? 'en' : 'ko';
    return [
      {
        file: proseFile(id, behind),
        line: 1,
        text: `is behind ${one}.md, which changed since both were read side by side; bring it up to date, then \`workshop lint --accept\``,
      },
    ];
  });
}

/** Writes down that both languages of these lessons say the same now. */
export function accept(ids: readonly string[] = lessonIds()): void {
  const path = join(lessonsDir(), 'agreed.yaml');
  const before = agreed.safeParse(existsSync(path) ? parse(readFileSync(path, 'utf8')) : {}).data ?? {};
  const noted = lessonIds().flatMap((id) => {
    const then = before[id];
    const now = ids.includes(id) ? { ko: hash(id, 'ko'), en: hash(id, 'en') } : then;
    return now === undefined ? [] : [[id, now] as const];
  });
  writeFileAtomic.sync(
    path,
    `# Written by \`workshop lint --accept\`: what both languages were when they were last read side by side.\n${stringify(Object.fromEntries(noted))}`,
  );
}
