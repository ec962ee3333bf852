import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { alive, type ProcessId, startTimeOf } from '../../process.ts';
import { libcIn, type Mapping, mappingsIn } from '../process-maps.ts';

/** Where a process has its malloc from, as its own mount namespace names it: its libc or, of a static program, the program. */
export const libcOf = (pid: number): string | null => libcIn(mappings(pid));

/** Whether an address lies in the process now. */
export function owns(pid: number): ((address: string) => boolean) | null {
  const ranges = mappings(pid);
  if (ranges.length === 0) return null;
  return (address) => {
    const at = BigInt(address);
    return ranges.some(({ from, to }) => at >= from && at < to);
  };
}

function mappings(pid: number): Mapping[] {
  try {
    return mappingsIn(readFileSync(`/proc/${pid}/maps`, 'utf8'));
  } catch {
    return [];
  }
}

/** Its pid in the innermost pid namespace. */
export function innerPid(pid: number): number {
  try {
    const line = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(line?.trim().split(/\s+/).at(-1) ?? pid);
  } catch {
    return pid;
  }
}

/** Processes whose environment carries NAME=VALUE; finds what was started when nobody could write its pid down. */
export function carrying(marker: string): ProcessId[] {
  const found: ProcessId[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(marker)) continue;
      readlinkSync(`/proc/${name}/exe`);
      const startTime = startTimeOf(Number(name));
      if (startTime) found.push({ pid: Number(name), startTime });
    } catch {}
  }
  return found;
}

/** SIGTERM, and SIGKILL a second later; true once it is gone. Never touches a process that merely has its pid. */
export async function end(process_: ProcessId): Promise<boolean> {
  for (const [signal, patienceMs] of [
    ['SIGTERM', 1500],
    ['SIGKILL', 1500],
  ] as const) {
    if (!alive(process_)) return true;
    try {
      process.kill(process_.pid, signal);
    } catch {
      return !alive(process_);
    }
    for (let waited = 0; waited < patienceMs && alive(process_); waited += 15)
      await new Promise((r) => setTimeout(r, 15));
  }
  return !alive(process_);
}
