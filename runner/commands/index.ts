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
  hint: () => import('./hint.ts'),
  solution: () => import('./solution.ts'),
  reset: () => import('./reset.ts'),
  status: () => import('./status.ts'),
  shell: () => import('./shell.ts'),
  up: () => import('./up.ts'),
  down: () => import('./down.ts'),
  doctor: () => import('./doctor.ts'),
  verify: () => import('./verify.ts'),
  bundle: () => import('./bundle.ts'),
  lint: () => import('./lint.ts'),
  new: () => import('./new.ts'),
  completion: () => import('./completion.ts'),
  help: () => import('./help.ts'),
};
