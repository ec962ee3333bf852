import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { alive, type ProcessId, startTimeOf } from '../../process.ts';

/** The libc that a process maps, as its own mount namespace names it; null for a static program. */
export function libcOf(pid: number): string | null {
  for (const { path } of mappings(pid)) if (/\/(libc(-[\d.]+)?\.so(\.\d+)?|ld-musl[^/]*)$/.test(path)) return path;
  return null;
}

/** Whether an address lies in the process now. */
export function owns(pid: number): ((address: string) => boolean) | null {
  const ranges = mappings(pid);
  if (ranges.length === 0) return null;
  return (address) => {
    const at = BigInt(address);
    return ranges.some(({ from, to }) => at >= from && at < to);
  };
}

function mappings(pid: number): { from: bigint; to: bigint; path: string }[] {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [range = '', , , , , ...path] = line.split(/\s+/);
        const [from = '0', to = '0'] = range.split('-');
        return { from: BigInt(`0x${from}`), to: BigInt(`0x${to}`), path: path.join(' ') };
      });
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
  for (const [signal, patienceMs] of [['SIGTERM', 1500], ['SIGKILL', 1500]] as const) {
    if (!alive(process_)) return true;
    try {
      process.kill(process_.pid, signal);
    } catch {
      return !alive(process_);
    }
    for (let waited = 0; waited < patienceMs && alive(process_); waited += 15) await new Promise((r) => setTimeout(r, 15));
  }
  return !alive(process_);
}
