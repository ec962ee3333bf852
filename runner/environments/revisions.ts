import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A record on disk as a row of revisions in a folder of its own; the highest number holds, and none is ever changed. Who
 * writes the next one is told where somebody else was faster, so that no lock is needed that a killed runner could leave
 * held; and a folder that is gone takes no more, so that what was removed never comes back.
 */
export interface Revision {
  number: number;
  file: string;
}

const fileOf = (dir: string, number: number) => join(dir, `record.${number}.json`);

/** The revision that holds; null where there is none, or no such folder. */
export function latest(dir: string): Revision | null {
  const number = Math.max(-1, ...names(dir).map((name) => Number(/^record\.(\d+)\.json$/.exec(name)?.[1] ?? -1)));
  return number < 0 ? null : { number, file: fileOf(dir, number) };
}

/** Writes the revision of that number, whole and on the disk; false where somebody has, or the folder is gone. */
export function add(dir: string, number: number, text: string): boolean {
  const draft = join(dir, `draft.${randomUUID()}`);
  try {
    writeFileSync(draft, text, { flag: 'wx', flush: true });
    linkSync(draft, fileOf(dir, number)); // fails where one is: creation and content in one step
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function names(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
