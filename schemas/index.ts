import type * as z from 'zod';
import { bundle } from './bundle.ts';
import { check } from './check.ts';
import { doctor } from './doctor.ts';
import { down } from './down.ts';
import { hint } from './hint.ts';
import { judge } from './judge.ts';
import { lab } from './lab.ts';
import { lint } from './lint.ts';
import { list } from './list.ts';
import { created } from './new.ts';
import { reset } from './reset.ts';
import { solution } from './solution.ts';
import { status } from './status.ts';
import { tour } from './tour.ts';
import { verify } from './verify.ts';

/** Every document that `--json` prints, by the name in its `schema`. NAME.schema.json beside this file publishes it. */
export const documents = {
  bundle,
  check,
  doctor,
  down,
  hint,
  judge,
  lab,
  lint,
  list,
  new: created,
  reset,
  solution,
  status,
  tour,
  verify,
};

export type DocumentName = keyof typeof documents;
export type Documents = { [Name in DocumentName]: z.infer<(typeof documents)[Name]> };
