import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { EnvironmentKind } from '../model/kinds.ts';
import { stateDir } from '../paths.ts';
import { onDisk } from './disk.ts';

const file = () => join(stateDir(), 'environment');

/** The environment that the learner chose when asked; null before that, or where the file names none that is known. */
export function chosen(known: readonly EnvironmentKind[]): EnvironmentKind | null {
  try {
    const word = readFileSync(file(), 'utf8').trim();
    return known.find((kind) => kind === word) ?? null;
  } catch {
    return null;
  }
}

export const choose = (kind: EnvironmentKind): void =>
  onDisk(() => {
    mkdirSync(stateDir(), { recursive: true });
    writeFileAtomic.sync(file(), `${kind}\n`);
  });
