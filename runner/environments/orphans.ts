import { alive } from '../process.ts';
import { type LabRecord, readRecords } from './lab-records.ts';

/** A lab of a session that is gone, or whose target is: what a crash or a power cut left. */
export function isOrphan(record: LabRecord): boolean {
  if (record.lifetime === 'session') return !alive(record.owner);
  // Kubernetes starts a pod again by itself: a lab there is lost only where it was never made.
  const there = record.environment === 'host' ? record.target : record.began;
  if (there === null) return !alive(record.owner);
  return record.environment === 'host' && record.target !== null && !alive(record.target);
}

export const orphans = (onBad?: (file: string) => void): LabRecord[] => readRecords(onBad).filter(isOrphan);
