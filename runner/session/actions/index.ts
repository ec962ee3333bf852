// What a learner can do at a step, one file a key. Leaving (q, Ctrl-C, a closed terminal) is the step's own: it needs no lab.

import type { Actions } from './action.ts';
import { answer } from './answer.ts';
import { back } from './back.ts';
import { edit } from './edit.ts';
import { hint } from './hint.ts';
import { list } from './list.ts';
import { next } from './next.ts';
import { paste } from './paste.ts';
import { reset } from './reset.ts';
import { run } from './run.ts';
import { shell } from './shell.ts';
import { skip } from './skip.ts';
import { solution } from './solution.ts';

/** In the order of the menu. */
export const actions: Actions = {
  n: next,
  a: answer,
  r: run,
  e: edit,
  o: shell,
  c: paste,
  h: hint,
  s: solution,
  k: skip,
  b: back,
  l: list,
  x: reset,
};
