import { readFileSync } from 'node:fs';
import { capture } from '../../exec.ts';
import { type HostRecord, hostRecords, writeRecord } from '../lab-records.ts';
import { isRoot, sudoPath } from '../local/place.ts';

export const TRACEFS = '/sys/kernel/tracing';

/** What this process has mounted, whichever lab it was for. */
export const mountedHere = new Set<string>();

/** Whether something of this type is mounted there (or, for tracefs, where older tools look for it). */
export function mounted(type: string, at?: string): boolean {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .some((line) => {
      const [, where, what] = line.split(' ');
      return what === type && (at === undefined || where === at);
    });
}

/** Runs a command of ours as root without a guard: a mount, an install. */
export async function asRoot(argv: readonly string[], options: { interactive?: boolean } = {}) {
  const sudo = sudoPath();
  return capture(isRoot() ? argv : [sudo ?? 'sudo', ...(options.interactive ? [] : ['-n']), '--', ...argv]);
}

/** Mounts tracefs for a lab where it is missing, written down before it is done. Resolves to whether it is there. */
export async function needTracefs(labId: string): Promise<boolean> {
  if (mounted('tracefs')) return true;
  const record = hostRecords().find((r) => r.id === labId);
  if (!record) return false;
  writeRecord({ ...record, mounts: [...record.mounts, TRACEFS] });
  mountedHere.add(TRACEFS);
  await asRoot(['mount', '-t', 'tracefs', 'nodev', TRACEFS]);
  return mounted('tracefs');
}

/**
 * Gives this lab's mounts to another lab that is up; true when nothing is left for us to unmount. Synchronous, so that
 * the caller can remove its record in the same turn and no duty is handed to a record that is already going.
 */
export function handOverMounts(id: string): boolean {
  const records = hostRecords();
  const mine = records.find((r) => r.id === id)?.mounts ?? [];
  if (mine.length === 0) return true;
  const heir = records.find((r) => r.id !== id);
  if (!heir) return false;
  writeRecord({ ...heir, mounts: [...new Set([...heir.mounts, ...mine])] });
  return true;
}

/** Unmounts what the last lab leaves. */
export async function unmountAll(record: HostRecord): Promise<void> {
  for (const at of hostRecords().find((r) => r.id === record.id)?.mounts ?? []) {
    if (mounted('tracefs', at)) await asRoot(['umount', at]);
  }
}
