import { en as asking } from './asking/en.ts';
import { en as causes } from './causes/en.ts';
import { en as clusterErrors } from './cluster-errors/en.ts';
import { en as clusters } from './clusters/en.ts';
import { en as criteria } from './criteria/en.ts';
import { en as doctor } from './doctor/en.ts';
import { en as help } from './help/en.ts';
import { en as judging } from './judging/en.ts';
import { en as labs } from './labs/en.ts';
import { en as machineErrors } from './machine-errors/en.ts';
import { en as monitoring } from './monitoring/en.ts';
import { en as notices } from './notices/en.ts';
import { en as outcomes } from './outcomes/en.ts';
import { en as progress } from './progress/en.ts';
import { en as runs } from './runs/en.ts';
import { en as session } from './session/en.ts';
import { en as sums } from './sums/en.ts';
import { en as usageErrors } from './usage-errors/en.ts';
import type { Only } from './blanks.ts';
import type { CauseMayHave, CriterionBlanks } from './shown.ts';

/** Every word that the runner itself says, in English. */
export const english = {
  ...usageErrors,
  ...machineErrors,
  ...clusterErrors,
  ...outcomes,
  ...judging,
  ...(criteria satisfies Only<typeof criteria, CriterionBlanks>),
  ...(causes satisfies Only<typeof causes, CauseMayHave>),
  ...notices,
  ...asking,
  ...doctor,
  ...labs,
  ...clusters,
  ...progress,
  ...session,
  ...sums,
  ...runs,
  ...monitoring,
  ...help,
};
