import type { Lab } from '../model/lab.ts';
import { readEvents } from './events.ts';
import { kept } from './transcripts.ts';

/**
 * The newest transcript of a step that passed in this very lab (same pid and start time), or null. An older lab's is
 * kept but never judged against a new one.
 */
export function evidenceFor(lesson: string, step: string, lab: Lab): Buffer | null {
  for (const event of readEvents().reverse()) {
    if (event.type !== 'attempt' || event.lesson !== lesson || event.step !== step) continue;
    const same = event.lab.pid === lab.target.pid && event.lab.startTime === lab.target.startTime;
    if (same && event.outcome === 'pass' && event.transcript) return kept(event.transcript);
  }
  return null;
}
