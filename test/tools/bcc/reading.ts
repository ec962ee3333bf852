import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Evidence } from '../../../runner/evidence/model.ts';
import { readBcc } from '../../../runner/tools/bcc/read.ts';
import { codes, from, of } from '../bpftrace/reading.ts';

export { codes, from, of } from '../bpftrace/reading.ts';

const folder = new URL('../../fixtures/output/bcc/', import.meta.url);

/** What was run for each recording, by its path under the fixtures. */
export const labels = parse(readFileSync(new URL('LABELS.yaml', folder), 'utf8')) as Record<
  string,
  { tool: string; version: string; command: string; ran: string; pid?: number; exit: number }
>;
export const versions = ['0.26.0', '0.31.0', '0.37.0'] as const;

export const recording = (path: string): Buffer => readFileSync(new URL(path, folder));

/** Everything the reader yields for these pieces. */
export async function read(...pieces: (Uint8Array | string)[]): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for await (const evidence of readBcc(from(pieces))) found.push(evidence);
  return found;
}

/** A recording, with the prompt that came after it in a terminal: its last list is whole. */
export async function load(path: string) {
  const label = labels[path];
  if (!label) throw new Error(`${path} has no label`);
  const evidence = await read(recording(path), '$ ');
  return {
    evidence,
    pid: label.pid ?? 0,
    notices: codes(evidence),
    snapshots: of(evidence, 'snapshot'),
    requests: of(evidence, 'requests'),
  };
}
