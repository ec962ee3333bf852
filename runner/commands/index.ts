/**
 * One file a command, imported only when it is asked for. A command gets what was parsed and returns its exit code;
 * it may import session, environments, tools and terminal, and nothing imports it.
 */
import type { Run } from '../cli/parse.ts';

type Module = Promise<{ default: Run }>;

export const commands = {
  help: (): Module => import('../cli/help.ts'),
  start: (): Module => import('./start.ts'),
  tour: (): Module => import('./tour.ts'),
  list: (): Module => import('./list.ts'),
  run: (): Module => import('./run.ts'),
  check: (): Module => import('./check.ts'),
  hint: (): Module => import('./hint.ts'),
  solution: (): Module => import('./solution.ts'),
  reset: (): Module => import('./reset.ts'),
  status: (): Module => import('./status.ts'),
  doctor: (): Module => import('./doctor.ts'),
  up: (): Module => import('./up.ts'),
  down: (): Module => import('./down.ts'),
  shell: (): Module => import('./shell.ts'),
  verify: (): Module => import('./verify.ts'),
  bundle: (): Module => import('./bundle.ts'),
  lint: (): Module => import('./lint.ts'),
} satisfies Record<string, () => Module>;

export type CommandName = keyof typeof commands;
