import { readFileSync } from 'node:fs';

/** A process told apart from a later one with the same pid. `startTime` is in clock ticks since boot. */
export interface ProcessId {
  pid: number;
  startTime: string;
}

/** Start time of a process, or null when it is gone (a zombie is gone: nothing of it can be traced). */
export function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // comm may hold spaces and parentheses: fields count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** This very process, as others can tell later whether it still lives. */
export const thisProcess = (): ProcessId => ({ pid: process.pid, startTime: startTimeOf(process.pid) ?? '0' });

export const alive = ({ pid, startTime }: ProcessId): boolean => startTimeOf(pid) === startTime;
