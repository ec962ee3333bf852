import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Shape } from '../cli/declare.ts';
import { root } from '../paths.ts';

/**
 * One file a command, whole: what it takes, what it prints, what it does (`cli/declare.ts`). Each is loaded when it is
 * asked for, and no other file imports it.
 */
export const commands = {
  start: () => import('./start.ts'),
  tour: () => import('./tour.ts'),
  list: () => import('./list.ts'),
  run: () => import('./run.ts'),
  check: () => import('./check.ts'),
  judge: () => import('./judge.ts'),
  hint: () => import('./hint.ts'),
  solution: () => import('./solution.ts'),
  reset: () => import('./reset.ts'),
  status: () => import('./status.ts'),
  shell: () => import('./shell.ts'),
  up: () => import('./up.ts'),
  down: () => import('./down.ts'),
  doctor: () => import('./doctor.ts'),
  export: () => import('./export.ts'),
  verify: () => import('./verify.ts'),
  bundle: () => import('./bundle.ts'),
  lint: () => import('./lint.ts'),
  new: () => import('./new.ts'),
  completion: () => import('./completion.ts'),
  help: () => import('./help.ts'),
};

const file = (dist: string) => join(dist, 'commands.json');

/** Written by the build, so that help of all commands loads none. */
export const writeShapes = async (dist: string): Promise<void> =>
  writeFileSync(file(dist), JSON.stringify(await declared()));

/** What every command takes: as built, or from the commands themselves where they run as written. */
export async function shapes(): Promise<readonly Shape[]> {
  const path = file(join(root, 'dist'));
  return !import.meta.url.endsWith('.ts') && existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as Shape[])
    : declared();
}

const declared = (): Promise<Shape[]> =>
  Promise.all(Object.values(commands).map(async (load) => (await load()).default));
