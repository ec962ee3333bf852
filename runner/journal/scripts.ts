import { makeDirs } from '../disk.ts';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { stateDir } from '../paths.ts';
import { onDisk, unused } from './disk.ts';

/** Where a learner's own script of a step lies. */
export const scriptFile = (lesson: string, step: string): string => join(stateDir(), 'scripts', lesson, `${step}.bt`);

/** The learner's script, made from the starter on first use and never overwritten. */
export function ensureScript(lesson: string, step: string, starter: string): string {
  const file = scriptFile(lesson, step);
  if (!existsSync(file)) put(file, starter);
  return file;
}

/** Puts a text where the learner's script was; what was there is kept beside it. Resolves to the kept file's name. */
export function replaceScript(lesson: string, step: string, text: string): string | null {
  const aside = resetScript(lesson, step, text);
  put(scriptFile(lesson, step), text);
  return aside;
}

const put = (file: string, text: string): void =>
  onDisk(() => {
    makeDirs(dirname(file));
    writeFileAtomic.sync(file, text);
  });

/** Sets the learner's script aside; null when there is none, or it is the same as `than`. */
export function resetScript(lesson: string, step: string, than?: string): string | null {
  const file = scriptFile(lesson, step);
  if (!existsSync(file) || (than !== undefined && readFileSync(file, 'utf8') === than)) return null;
  const aside = unused((time) => file.replace(/\.bt$/, `.${time}.bt`));
  onDisk(() => renameSync(file, aside));
  return aside;
}
