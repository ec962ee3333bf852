import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Evidence } from '../../../runner/evidence/model.ts';
import { readMemleak } from '../../../runner/tools/memleak/read.ts';
import { codes, from, of } from '../bpftrace/reading.ts';

export { codes, from, of } from '../bpftrace/reading.ts';

const folder = new URL('../../fixtures/output/memleak/', import.meta.url);

/** What was run for each recording, by its path under the fixtures. */
export const labels = parse(readFileSync(new URL('LABELS.yaml', folder), 'utf8')) as Record<
  string,
  { version: string; command: string; ran: string; pid: number; exit: number }
>;
/** How probes were attached: one for entry and return, or two. */
export const modes = ['0.1.0-session', '0.1.0-perf'] as const;

export const recording = (path: string): Buffer => readFileSync(new URL(path, folder));

/** Everything the reader yields for these pieces. */
export async function read(...pieces: (Uint8Array | string)[]): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for await (const evidence of readMemleak(from(pieces))) found.push(evidence);
  return found;
}

export async function load(path: string) {
  const label = labels[path];
  if (!label) throw new Error(`${path} has no label`);
  const evidence = await read(recording(path));
  return {
    evidence,
    pid: label.pid,
    notices: codes(evidence),
    snapshots: of(evidence, 'snapshot'),
    requests: of(evidence, 'requests'),
    findings: of(evidence, 'finding'),
  };
}
