import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Evidence } from '../../../runner/evidence/model.ts';
import { readGadget } from '../../../runner/tools/gadget/read.ts';
import { from } from '../bpftrace/reading.ts';

export { codes, from, of } from '../bpftrace/reading.ts';

const folder = new URL('../../fixtures/output/gadget/', import.meta.url);

/** What was run for each recording, by its path under the fixtures. */
export const labels = parse(readFileSync(new URL('LABELS.yaml', folder), 'utf8')) as Record<
  string,
  { version: string; command: string; ran: string; pid: number; mntns: number }
>;

export const recording = (path: string): Buffer => readFileSync(new URL(path, folder));

/** Everything the reader yields for these pieces. */
export async function read(...pieces: (Uint8Array | string)[]): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for await (const evidence of readGadget(from(pieces))) found.push(evidence);
  return found;
}

/** A call site as our gadget prints it, by hand: the recordings have no timestamps yet. */
export const site = (more: object = {}) => ({
  allocated_bytes: 8,
  allocs: 1,
  comm: 'a',
  freed_bytes: 0,
  frees: 0,
  mntns_id: 5,
  outstanding_bytes: 8,
  outstanding_count: 1,
  pid: 7,
  stack_id: 3,
  ustack: stack('f; main; '),
  ...more,
});
export const stack = (symbols: string, more: object = {}) => ({
  addresses: '',
  boot_timestamp: 1,
  inode: 1,
  stack_id: 3,
  symbols,
  ...more,
});
export const fetch = (...sites: object[]) => `${JSON.stringify(sites)}\n`;
/** As kubectl gadget prints it. */
export const onNode = (node: string, more: object = {}) =>
  site({ k8s: { namespace: 'n', node, podName: 'p' }, ...more });
/** Ns since 1970, at some second of a run. */
export const at = (seconds: number) => 1_795_452_318_000_000_000 + Math.round(seconds * 1e9);
