import { provingAgeMs } from '../evidence/model.ts';
import type { Lab } from '../model/lab.ts';

/** Whom a report is about; `neededMs`: how old a block of this program has to be to prove something. */
export interface Pictured {
  pid: number;
  comm: string;
  neededMs?: number;
}

/** A lab's process, with what its workload says of ages. */
export const pictured = ({ target, truth }: Pick<Lab, 'target' | 'truth'>): Pictured => ({
  pid: target.pid,
  comm: target.comm,
  neededMs: provingAgeMs(truth),
});
