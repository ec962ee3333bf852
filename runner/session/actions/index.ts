// What a learner can do at a step, one file a key. Leaving (q, Ctrl-C, a closed terminal) is the step's own: it needs no lab.

import type { Actions } from './action.ts';
import { answer } from './answer.ts';
import { back } from './back.ts';
import { diagnose } from './diagnose.ts';
import { edit } from './edit.ts';
import { go } from './go.ts';
import { hint } from './hint.ts';
import { language } from './language.ts';
import { list } from './list.ts';
import { meaning } from './meaning.ts';
import { next } from './next.ts';
import { paste } from './paste.ts';
import { reset } from './reset.ts';
import { run } from './run.ts';
import { shell } from './shell.ts';
import { skip } from './skip.ts';
import { solution } from './solution.ts';
import { text } from './text.ts';
import { whole } from './whole.ts';

/** In the order of the menu. */
export const actions: Actions = {
  m: meaning,
  n: next,
  a: answer,
  r: run,
  d: diagnose,
  e: edit,
  o: shell,
  c: paste,
  g: go,
  h: hint,
  s: solution,
  t: text,
  w: whole,
  k: skip,
  b: back,
  l: list,
  i: language,
  x: reset,
};
