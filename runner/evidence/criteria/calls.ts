import { mappingOf } from '../fold.ts';
import { type Allocation, type Evidence, PAGE, type Subject, type Syscall } from '../model.ts';
import { callSite, lostCaller } from '../site.ts';
import { commonest, periodOf } from '../rule/numbers.ts';
import { criterion, met, more, near, unmet, UNNAMED } from './define.ts';

const allocations = (evidence: readonly Evidence[]) => evidence.filter((e): e is Allocation => e.kind === 'allocation');
const syscalls = (evidence: readonly Evidence[], name: string) =>
  evidence.filter((e): e is Syscall => e.kind === 'syscall' && e.name === name);

/** Running totals that our scripts keep by process: their key is a pid. */
const BY_PROCESS: ReadonlySet<string> = new Set(['calls', 'requested', 'allocs', 'frees']);

function pidOf(e: Evidence): number | null {
  if ('pid' in e) return e.pid;
  return e.kind === 'counter' && BY_PROCESS.has(e.name) && /^\d+$/.test(e.key) ? Number(e.key) : null;
}

/** The evidence is of this lab's process: no pid but its own, and no address that it never had. */
export const ownProcess = () =>
  criterion('own-process', ({ evidence, subjects }) => {
    const pids = new Set(evidence.flatMap((e) => pidOf(e) ?? []));
    const foreign = [...pids].filter((pid) => pid !== subjects.pid && pid !== subjects.nodePid);
    const first = foreign[0];
    if (first !== undefined) {
      const inner = first === subjects.innerPid;
      return unmet(
        { seen: first, expected: subjects.pid, others: foreign.length },
        inner ? 'inner-pid' : pids.has(subjects.pid) ? 'unfiltered' : 'wrong-pid',
      );
    }
    const held = allocations(evidence).filter((a) => a.address !== null);
    const freed = new Set(evidence.flatMap((e) => (e.kind === 'free' ? [e.address] : [])));
    const last = held.filter((a) => !freed.has(a.address as string)).slice(-3);
    if (subjects.owns && last.length > 0 && !last.some((a) => subjects.owns?.(a.address as string))) {
      return unmet({ seen: last[0]?.address ?? '', expected: subjects.pid }, 'foreign-address');
    }
    return pids.size > 0 || held.length > 0 ? met({ seen: subjects.pid }) : more({ expected: subjects.pid });
  });

/** The evidence is of this lab's container, whatever its process is called where the tool runs; on a host, of its process. */
export const ownContainer = () =>
  criterion('own-container', ({ evidence, subjects }) => {
    const seen = evidence.filter((e): e is Subject => e.kind === 'subject');
    const foreign = seen.find((s) =>
      subjects.mntns === undefined || s.mntns === undefined
        ? s.pid !== subjects.pid && s.pid !== subjects.nodePid
        : s.mntns !== subjects.mntns,
    );
    const values = { seen: foreign?.pid ?? seen[0]?.pid ?? 0, others: seen.length };
    if (foreign) return unmet(values);
    return seen.length > 0 ? met(values) : more(values);
  });

/** At least so many calls of this kind were seen. */
export const enough = (what: 'malloc' | 'mmap', atLeast: number) =>
  criterion(`enough-${what}`, ({ evidence, truth }) => {
    const seen = what === 'mmap' ? syscalls(evidence, 'mmap').length : allocations(evidence).length;
    return seen >= atLeast
      ? met({ seen, atLeast })
      : more({ seen, atLeast, moreMs: (atLeast - seen) * truth.periodMs }, 'too-short');
  });

/** The commonest size is the block's; for mmap, the block's rounded up to pages with libc's header. */
export const blockSize = (what: 'malloc' | 'mmap') =>
  criterion(`block-size-${what}`, ({ evidence, truth }) => {
    const sizes =
      what === 'mmap'
        ? syscalls(evidence, 'mmap').map((s) => s.bytes)
        : allocations(evidence).flatMap((a) => a.bytes ?? []);
    if (sizes.length === 0) return more({});
    const expected = what === 'mmap' ? mappingOf(truth.blockBytes) : truth.blockBytes;
    const seen = commonest(sizes);
    if (seen === expected) return met({ seen, expected });
    const cause = what === 'malloc' && seen === truth.blockBytes + PAGE ? 'through-mmap' : undefined;
    return unmet({ seen, expected }, cause);
  });

/** No request is shown that is smaller than the block that leaks. */
export const onlyLarge = () =>
  criterion('only-large', ({ evidence, truth }) => {
    const sizes = allocations(evidence).flatMap((a) => a.bytes ?? []);
    if (sizes.length === 0) return more({});
    const smaller = sizes.find((bytes) => bytes < truth.blockBytes);
    if (smaller === undefined) return met({ seen: sizes.length });
    return unmet({ seen: smaller, expected: truth.blockBytes });
  });

/** Allocations come at the workload's pace. */
export const steadyPeriod = () =>
  criterion('period', ({ evidence, truth }) => {
    const births = allocations(evidence).flatMap((a) => a.atMs ?? []);
    const period = periodOf(births);
    if (!period)
      return more({ seen: births.length, atLeast: 3, moreMs: (3 - births.length) * truth.periodMs }, 'too-short');
    const values = { seen: Math.round(period.ms), expected: truth.periodMs };
    return near(period.ms, truth.periodMs, 0.2) ? met(values) : unmet(values);
  });

/** The stack names the function that asks for the memory. */
export const namesCallSite = () =>
  criterion('call-site', ({ evidence, truth }) => {
    const stacks = allocations(evidence).flatMap((a) => (a.stack ? [a.stack] : []));
    if (stacks.length === 0)
      return allocations(evidence).length > 0
        ? unmet({ seen: UNNAMED, expected: truth.function }, 'no-stack')
        : more({});
    const sites = stacks.map(callSite);
    const named = sites.filter((s) => s === truth.function).length;
    const values = {
      seen: sites.find((s) => s !== null) ?? UNNAMED,
      expected: truth.function,
      named,
      of: stacks.length,
    };
    if (named * 2 > stacks.length) return met(values);
    // An innermost frame at offset 0 is a function that has only just been entered.
    if (stacks.every((s) => lostCaller(s) || s[0]?.offset === 0)) return unmet(values, 'entry-probe');
    return unmet(values, sites.every((s) => s === null) ? 'no-symbols' : undefined);
  });
