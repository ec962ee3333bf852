import { ko as asking } from './asking/ko.ts';
import { ko as causes } from './causes/ko.ts';
import { ko as clusterErrors } from './cluster-errors/ko.ts';
import { ko as clusters } from './clusters/ko.ts';
import { ko as criteria } from './criteria/ko.ts';
import { ko as doctor } from './doctor/ko.ts';
import { ko as help } from './help/ko.ts';
import { ko as judging } from './judging/ko.ts';
import { ko as labs } from './labs/ko.ts';
import { ko as machineErrors } from './machine-errors/ko.ts';
import { ko as monitoring } from './monitoring/ko.ts';
import { ko as notices } from './notices/ko.ts';
import { ko as outcomes } from './outcomes/ko.ts';
import { ko as progress } from './progress/ko.ts';
import { ko as runs } from './runs/ko.ts';
import { ko as session } from './session/ko.ts';
import { ko as sums } from './sums/ko.ts';
import { ko as usageErrors } from './usage-errors/ko.ts';

/** 실행기가 스스로 하는 모든 말, 한국어. */
export const korean = {
  ...usageErrors,
  ...machineErrors,
  ...clusterErrors,
  ...outcomes,
  ...judging,
  ...criteria,
  ...causes,
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
