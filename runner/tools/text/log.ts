import type { Evidence } from '../../evidence/model.ts';

const LINE =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \w{1,10} 메모리 누수 점검: ([^(]{1,60}?) \(blocks=\d{1,15}\) \D{0,60}(\d{1,15})\s*$/;

/** What a line of the service's own log says of its memory; null where it is none. */
export function logLine(line: string, atMs: number | null): Evidence[] | null {
  const m = LINE.exec(line);
  if (!m) return null;
  return [
    { kind: 'claim', name: 'log', value: m[1] as string },
    { kind: 'counter', name: 'log_total', key: '', value: Number(m[2]), atMs },
  ];
}
