import { type CallSite, MAX_LIST, nodeOf } from './callsite.ts';

/** Running totals of a process. */
export interface Sums {
  allocs: number;
  frees: number;
  requested: number;
}

const NONE: Sums = { allocs: 0, frees: 0, requested: 0 };
const plus = (a: Sums, b: Sums, times: 1 | -1 = 1): Sums => ({
  allocs: a.allocs + times * b.allocs,
  frees: a.frees + times * b.frees,
  requested: a.requested + times * b.requested,
});

/** A call site that holds nothing any more is in no fetch: what it had handed out has come back. Another command begins anew. */
export interface Totals {
  /** Those of each process that this fetch tells of, or no more. */
  next(all: CallSite[]): Map<number, Sums>;
  clear(): void;
}

export function totals(): Totals {
  const sites = new Map<string, Sums>();
  const processes = new Map<number, Sums>();
  let before = new Map<string, number>();

  const change = (pid: number, key: string, to: Sums) => {
    processes.set(pid, plus(plus(processes.get(pid) ?? NONE, sites.get(key) ?? NONE, -1), to));
    sites.set(key, to);
  };
  return {
    next(all) {
      const sums = new Map<string, Sums>();
      const now = new Map<string, number>();
      for (const s of all) {
        // Those without a stack are one.
        const key = `${nodeOf(s)} ${s.pid} ${s.mntns_id} ${s.stack_id}`;
        if (!sites.has(key) && !sums.has(key) && sites.size + sums.size >= MAX_LIST) continue;
        sums.set(key, plus(sums.get(key) ?? NONE, { allocs: s.allocs, frees: s.frees, requested: s.allocated_bytes }));
        now.set(key, s.pid);
      }
      const told = new Map<number, Sums>();
      for (const [key, sum] of sums) change(now.get(key) as number, key, sum);
      for (const [key, pid] of before) {
        const last = sites.get(key);
        if (!now.has(key) && last) change(pid, key, { ...last, frees: last.allocs });
      }
      for (const pid of new Set([...now.values(), ...before.values()])) told.set(pid, processes.get(pid) ?? NONE);
      before = now;
      return told;
    },
    clear() {
      sites.clear();
      processes.clear();
      before = new Map();
    },
  };
}
