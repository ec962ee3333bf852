import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { ProcessId } from '../../process.ts';
import { startTimeOf } from '../../process.ts';

/** Clock ticks a second, as /proc counts them on every platform that Linux has today. */
const TICKS = 100;
const KIB = 1024;

/** What may not be read, or has gone, is null. */
function text(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** A process as far as its successor can be told by it. */
export interface Shown extends ProcessId {
  comm: string;
  argv: string[];
  /** Its program's path, though that file may be another by now; null where it may not be read. */
  exe: string | null;
  /** Which file that is: another one under the same path is another binary. */
  file: string | null;
  parent: number;
}

/** Null where it is gone, or a zombie. */
export function shown(pid: number): Shown | null {
  const startTime = startTimeOf(pid);
  const comm = text(`/proc/${pid}/comm`);
  if (startTime === null || comm === null) return null;
  return {
    pid,
    startTime,
    comm: comm.replace(/\n$/, ''),
    argv: (text(`/proc/${pid}/cmdline`) ?? '').split('\0').filter(Boolean),
    exe: exeOf(pid),
    file: fileOf(pid),
    parent: fieldOf(pid, 1) ?? 0,
  };
}

function exeOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch {
    return null;
  }
}

function fileOf(pid: number): string | null {
  try {
    const { dev, ino, size, mtimeMs } = statSync(`/proc/${pid}/exe`);
    return [dev, ino, size, mtimeMs].join(':');
  } catch {
    return null;
  }
}

export const pids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** Children of any of its threads; none where the kernel does not tell. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((tid) =>
      (text(`/proc/${pid}/task/${tid}/children`) ?? '').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** A number of /proc/PID/stat behind the name, which may hold anything: 0 is the state, 1 the parent. */
function fieldOf(pid: number, nth: number): number | null {
  const stat = text(`/proc/${pid}/stat`);
  const field = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[nth];
  return field === undefined ? null : Number(field);
}

/** User and system time, seconds. */
export function cpuSeconds(pid: number): number | null {
  const [user, system] = [fieldOf(pid, 11), fieldOf(pid, 12)];
  return user === null || system === null ? null : (user + system) / TICKS;
}

/** Seconds since the epoch. */
export function startedAt({ startTime }: ProcessId): number | null {
  const boot = /^btime (\d+)$/m.exec(text('/proc/stat') ?? '')?.[1];
  return boot === undefined ? null : Number(boot) + Number(startTime) / TICKS;
}

/** Bytes; null where the kernel does not say, or not to us. */
export interface Memory {
  resident: number | null;
  virtual: number | null;
  proportional: number | null;
  swap: number | null;
}

export function memoryOf(pid: number): Memory {
  const status = text(`/proc/${pid}/status`) ?? '';
  const rollup = text(`/proc/${pid}/smaps_rollup`) ?? '';
  const field = (from: string, name: string) => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(from)?.[1];
    return kib === undefined ? null : Number(kib) * KIB;
  };
  return {
    resident: field(status, 'VmRSS'),
    virtual: field(status, 'VmSize'),
    proportional: field(rollup, 'Pss'),
    swap: field(status, 'VmSwap'),
  };
}

/** The least memory.max of its cgroup (version 2) and those above it, bytes; null without one. */
export function cgroupLimit(pid: number): number | null {
  const path = /^0::(\/.*)$/m.exec(text(`/proc/${pid}/cgroup`) ?? '')?.[1];
  if (path === undefined) return null;
  const parts = path.split('/').filter(Boolean);
  const limits = parts.map((_, i) =>
    Number.parseInt(text(`/sys/fs/cgroup/${parts.slice(0, i + 1).join('/')}/memory.max`) ?? '', 10),
  );
  const known = limits.filter(Number.isFinite);
  return known.length === 0 ? null : Math.min(...known);
}

/** Time in the BPF programs that a process holds, seconds; null where the kernel does not count it, or not for us. */
export function bpfSeconds(pid: number): number | null {
  if (text('/proc/sys/kernel/bpf_stats_enabled')?.trim() !== '1') return null;
  try {
    const programs = new Map<string, number>();
    for (const fd of readdirSync(`/proc/${pid}/fdinfo`)) {
      const told = runTimeIn(text(`/proc/${pid}/fdinfo/${fd}`) ?? '');
      if (told) programs.set(told.program, told.ns);
    }
    return programs.size === 0 ? null : [...programs.values()].reduce((a, b) => a + b, 0) / 1e9;
  } catch {
    return null;
  }
}

/** What /proc/PID/fdinfo says of a BPF program; of a link to one, which has no time, null. */
export function runTimeIn(fdinfo: string): { program: string; ns: number } | null {
  const program = /^prog_id:\s+(\d+)$/m.exec(fdinfo)?.[1];
  const ns = /^run_time_ns:\s+(\d+)$/m.exec(fdinfo)?.[1];
  return program === undefined || ns === undefined ? null : { program, ns: Number(ns) };
}
