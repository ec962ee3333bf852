import { alive, type ProcessId } from '../../process.ts';
import { bpfSeconds, cpuSeconds, memoryOf, pids, shown } from './proc.ts';

/** What one tracer after another has cost: sums that never fall. */
export interface Cost {
  /** Another one is attached to this process. */
  began(target: number): void;
  /** Seconds and bytes; null where nothing is known. */
  now(): { cpu: number | null; bpf: number | null; resident: number | null };
}

export function cost(): Cost {
  let tracer: ProcessId | null = null;
  const cpu = growing();
  const bpf = growing();
  return {
    began(target) {
      cpu.next();
      bpf.next();
      tracer = tracerOf(target);
    },
    now() {
      const there = tracer && alive(tracer) ? tracer.pid : null;
      if (there !== null) {
        cpu.take(cpuSeconds(there));
        bpf.take(bpfSeconds(there));
      }
      return { cpu: cpu.sum(), bpf: bpf.sum(), resident: there === null ? null : memoryOf(there).resident };
    },
  };
}

/** The sum of what several count from nothing, one after another; null until one has. */
function growing() {
  let before: number | null = null;
  let last: number | null = null;
  const sum = () => (last === null ? before : (before ?? 0) + last);
  return {
    take(value: number | null) {
      if (value !== null) last = Math.max(last ?? 0, value);
    },
    next() {
      before = sum();
      last = null;
    },
    sum,
  };
}

/** The tracer below us that watches a process: between us and it are the elevated parent and, where there is one, sudo. */
function tracerOf(target: number): ProcessId | null {
  const all = new Map(pids().flatMap((pid) => [shown(pid) ?? []].flat().map((one) => [pid, one] as const)));
  const below = (pid: number, depth = 0): boolean =>
    pid === process.pid || (depth < 16 && pid > 1 && below(all.get(pid)?.parent ?? 0, depth + 1));
  const is = (argv: readonly string[]) => argv.includes('--json') && argv[argv.indexOf('-p') + 1] === String(target);
  const found = [...all.values()].filter((one) => is(one.argv) && below(one.pid));
  // The innermost of them: its parents were told the same words.
  return found.find(({ pid }) => !found.some(({ parent }) => parent === pid)) ?? null;
}
