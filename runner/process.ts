import { startTimeOf } from '../bin/bootstrap/start-time.mjs';

export { startTimeOf };

/** A process told apart from a later one with the same pid. `startTime` is in clock ticks since boot. */
export interface ProcessId {
  pid: number;
  startTime: string;
}

/** This very process, as others can tell later whether it still lives. */
export const thisProcess = (): ProcessId => ({ pid: process.pid, startTime: startTimeOf(process.pid) ?? '0' });

export const alive = ({ pid, startTime }: ProcessId): boolean => startTimeOf(pid) === startTime;
