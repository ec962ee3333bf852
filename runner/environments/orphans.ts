import { alive } from '../process.ts';
import { type LabRecord, readRecords } from './lab-records.ts';

/** Labs of sessions that are gone, and labs whose target is: what a crash or a power cut left. */
export function orphans(onBad?: (file: string) => void): LabRecord[] {
  return readRecords(onBad).filter((r) => {
    if (r.lifetime === 'session') return !alive(r.owner);
    // Kubernetes starts a pod again by itself: a lab there is lost only where it was never made.
    const there = r.environment === 'host' ? r.target : r.began;
    if (there === null) return !alive(r.owner);
    return r.environment === 'host' && r.target !== null && !alive(r.target);
  });
}
