import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentKind } from '../model/kinds.ts';
import { stateDir } from '../paths.ts';

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

/** Keeps a choice. What writes is loaded then: every command reads, and one writes. */
export async function choose(kind: EnvironmentKind): Promise<void> {
  const [{ onDisk }, { default: writeFileAtomic }] = await Promise.all([
    import('./disk.ts'),
    import('write-file-atomic'),
  ]);
  onDisk(() => {
    mkdirSync(stateDir(), { recursive: true });
    writeFileAtomic.sync(file(), `${kind}\n`);
  });
}
