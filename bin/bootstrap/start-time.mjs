import { readFileSync } from 'node:fs';

/**
 * Start time of a process in clock ticks since boot, so that a pid used again is not taken for it. Null when it is gone
 * (a zombie is gone), or where there is no /proc.
 * @param {number} pid
 * @returns {string | null}
 */
export function startTimeOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // comm may hold spaces and parentheses: fields count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
