import { WorkshopError } from '../errors.ts';
import type { Environment, Sweep } from '../model/environment.ts';
import type { LabRecord } from '../model/lab.ts';
import { alive } from '../process.ts';

/** Does one thing after another: what fails keeps nothing else from being done, and the first failure is told at the end. */
export interface Attempts {
  attempt(act: () => Promise<void>): Promise<void>;
  failed(): boolean;
  settle(): void;
}

export function attempts(): Attempts {
  let first: WorkshopError | null = null;
  return {
    async attempt(act) {
      try {
        await act();
      } catch (error) {
        if (!(error instanceof WorkshopError)) throw error;
        first ??= error;
      }
    },
    failed: () => first !== null,
    settle() {
      if (first) throw first;
    },
  };
}

type Labs = Pick<Environment, 'records' | 'describe' | 'down'>;

/** Labs by what becomes of them: those of sessions that are open stay. */
export function parted(labs: Labs, { all, onBad }: Sweep): { going: LabRecord[]; kept: LabRecord[] } {
  const records = labs.records(onBad);
  const kept = records.filter((r) => !all && r.lifetime === 'session' && alive(r.owner) && !labs.describe(r).orphan);
  return { going: records.filter((r) => !kept.includes(r)), kept };
}

export async function sweepLabs(labs: Labs, going: LabRecord[], { tell }: Sweep, { attempt }: Attempts): Promise<void> {
  for (const record of going)
    await attempt(async () => {
      const { what, orphan } = labs.describe(record);
      const state = (await labs.down(record.id)) ? 'removed' : 'gone';
      tell({ state, of: 'lab', id: record.id, what, orphan });
    });
}

export function tellKept(kept: readonly LabRecord[], { tell }: Sweep): void {
  for (const { id, owner } of kept) tell({ state: 'kept', of: 'lab', id, what: String(owner.pid) });
}
