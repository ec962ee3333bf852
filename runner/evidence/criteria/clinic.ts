import type { Counter, Evidence, ProcessMemory } from '../model.ts';
import { criterion, met, more, unmet, UNNAMED } from './define.ts';

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
