import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
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

/** A process as /proc shows it; the last two are read when they are asked for, and empty where we may not. */
interface Shown extends ProcessId {
  argv: string[];
  readonly environ: string[];
  /** A folder that was removed is named all the same. */
  readonly cwd: string;
}

/** All that runs here and is no zombie, with what it was started with. */
export function processes(): Shown[] {
  const found: Shown[] = [];
  for (const name of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    const argv = words(`/proc/${name}/cmdline`);
    const startTime = startTimeOf(Number(name));
    if (argv.length === 0 || !startTime) continue;
    found.push({
      pid: Number(name),
      startTime,
      argv,
      get environ() {
        return words(`/proc/${name}/environ`);
      },
      get cwd() {
        return linkOf(`/proc/${name}/cwd`);
      },
    });
  }
  return found;
}

/** Processes whose environment carries NAME=VALUE; finds what was started when nobody could write its pid down. */
export const carrying = (marker: string): ProcessId[] =>
  processes()
    .filter(({ environ }) => environ.includes(marker))
    .map(({ pid, startTime }) => ({ pid, startTime }));

/** Whether its root is ours, as far as we may look: an ordinary user's tracers are root's. */
export function shareRoot(pid: number): boolean {
  try {
    const [its, ours] = [`/proc/${pid}/root`, '/'].map((path) => statSync(path));
    return its?.dev === ours?.dev && its?.ino === ours?.ino;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

function words(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\0').filter(Boolean);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
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
