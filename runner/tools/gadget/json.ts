import type { Emit } from '../text/reading.ts';
import * as z from 'zod';

export const pid = z
  .int()
  .min(0)
  .max(2 ** 31);
export const count = z.int().min(0);
/** Nanoseconds: of the time of day they are more than a whole number of ours holds, by less than a microsecond. */
export const nanoseconds = z.number().min(0);

const MAX_SUBJECTS = 1000;

export function attempt(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Names each process once. */
export function subjects(emit: Emit): (pid: number, mntns: number | undefined) => void {
  const told = new Set<string>();
  return (of, mntns) => {
    const key = `${of} ${mntns}`;
    if (of === 0 || told.has(key) || told.size >= MAX_SUBJECTS) return;
    told.add(key);
    emit({ kind: 'subject', pid: of, ...(mntns ? { mntns } : {}) });
  };
}
