import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Evidence, Notice } from '../../../runner/evidence/model.ts';
import { bpftrace } from '../../../runner/tools/bpftrace/index.ts';

const folder = new URL('../../fixtures/output/bpftrace/', import.meta.url);

/** What was run for each recording, by its path under the fixtures. */
export const labels = parse(readFileSync(new URL('LABELS.yaml', folder), 'utf8')) as Record<
  string,
  { version: string; command: string; pid?: number }
>;
export const versions = ['0.17.0', '0.23.2', '0.27.1'] as const;

export const recording = (path: string): Buffer => readFileSync(new URL(path, folder));

/** Everything the reader yields for these pieces. */
export async function read(...pieces: (Uint8Array | string)[]): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for await (const evidence of bpftrace.read(from(pieces))) found.push(evidence);
  return found;
}

export async function* from<T>(pieces: Iterable<T>): AsyncGenerator<T> {
  yield* pieces;
}

export const of = <K extends Evidence['kind']>(evidence: Evidence[], kind: K) =>
  evidence.filter((e): e is Extract<Evidence, { kind: K }> => e.kind === kind);
export const codes = (evidence: Evidence[]) => of(evidence, 'notice').map((n: Notice) => n.code);
