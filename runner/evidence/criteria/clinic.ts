import { folded, isBlock } from '../fold.ts';
import type { Counter, Evidence, ProcessMemory, Snapshot } from '../model.ts';
import { criterion, met, more, unmet, UNNAMED } from './define.ts';

/** What is outstanding is put down to one call site, and it is this function: a stack that is wrong further up makes many of one. */
export const oneSite = (name: string) =>
  criterion('one-site', ({ evidence, truth }) => {
    const last = evidence.findLast((e): e is Snapshot => e.kind === 'snapshot');
    const sites = (last ? folded(last).sites : []).filter((s) => isBlock(s.bytes / s.blocks, truth.blockBytes));
    const blocks = sites.reduce((n, s) => n + s.blocks, 0);
    const values = { sites: sites.length, blocks, expected: name, seen: sites[0]?.stack[0]?.symbol || UNNAMED };
    if (blocks < 5) return more({ ...values, atLeast: 5, moreMs: (5 - blocks) * truth.periodMs }, 'too-short');
    if (sites.length > 1) return unmet(values, 'scattered');
    return values.seen === name ? met(values) : unmet(values);
  });

/** The tracer's own row in what ps prints, the largest where there are several; null where none was running. */
export const tracersMemory = (evidence: readonly Evidence[], service: string): ProcessMemory | null => {
  const rows = evidence.filter(
    (e): e is ProcessMemory => e.kind === 'memory' && e.comm !== undefined && e.comm !== service,
  );
  return rows.toSorted((a, b) => (a.rss ?? 0) - (b.rss ?? 0)).at(-1) ?? null;
};

/** Both were looked at while one traced the other: the service's share of a processor, and the tracer's memory. */
export const tracerMeasured = (service: string) =>
  criterion('tracer-measured', ({ evidence }) => {
    const rows = evidence.filter((e): e is ProcessMemory => e.kind === 'memory');
    const cpu = evidence.findLast((e): e is Counter => e.kind === 'counter' && e.name === 'cpu_percent');
    const tracer = tracersMemory(evidence, service);
    const values = { rss: tracer?.rss ?? 0, name: tracer?.comm ?? UNNAMED, cpu: cpu?.value ?? -1 };
    if (tracer && cpu) return met(values);
    return rows.length >= 3 && cpu ? unmet(values) : more(values);
  });
