import type { Opening, StageId } from '../model/environment.ts';

/** Runs what takes a while and tells as it begins and ends. */
export function staged(onStage: Opening['onStage']) {
  const run = async <T>(id: StageId, usualMs: number, work: () => Promise<T>): Promise<T> => {
    const began = Date.now();
    onStage?.({ id, state: 'began', usualMs });
    const result = await work();
    onStage?.({ id, state: 'done', usualMs, ms: Date.now() - began });
    return result;
  };
  return Object.assign(run, { there: (id: StageId): void => onStage?.({ id, state: 'there', usualMs: 0 }) });
}
