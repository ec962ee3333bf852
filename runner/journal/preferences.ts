import { makeDirs } from '../disk.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateDir } from '../paths.ts';

/** What a learner chose once when they were asked, and an option overrides: a file each, of one word. */
export type Preference = 'environment' | 'pace';

const file = (what: Preference) => join(stateDir(), what);

/** What was chosen; null before that, or where the file holds a word that is none of these. */
export function preferred<T extends string>(what: Preference, known: readonly T[]): T | null {
  try {
    const word = readFileSync(file(what), 'utf8').trim();
    return known.find((one) => one === word) ?? null;
  } catch {
    return null;
  }
}

/** Keeps a choice. What writes is loaded then: every command reads, and one writes. */
export async function prefer(what: Preference, word: string): Promise<void> {
  const [{ onDisk }, { default: writeFileAtomic }] = await Promise.all([
    import('./disk.ts'),
    import('write-file-atomic'),
  ]);
  onDisk(() => {
    makeDirs(stateDir());
    writeFileAtomic.sync(file(what), `${word}\n`);
  });
}
