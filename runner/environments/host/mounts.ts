import { readFileSync } from 'node:fs';
import { WorkshopError } from '../../errors.ts';
import { capture } from '../../exec.ts';
import { exclusively } from '../exclusively.ts';
import { removeRecord } from '../lab-records.ts';
import { hostLabs, type HostRecord, isOrphan } from './record.ts';
import { isRoot, sudoPath } from '../local/place.ts';

export const TRACEFS = '/sys/kernel/tracing';

/** The device that a mount of ours names, which the kernel shows: somebody else's is told apart even after a power cut. */
const OURS = 'ebpf-workshop';

/** What this process has mounted, whichever lab it was for. */
export const mountedHere = new Set<string>();

const table = () =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .map(([source, at, type]) => ({ source, at, type }));

/** Whether something of this type is mounted there (or, for tracefs, where older tools look for it). */
export const mounted = (type: string, at?: string): boolean =>
  table().some((m) => m.type === type && (at === undefined || m.at === at));

/** Whether what is seen there, the last that was mounted, is ours. */
const isOurs = (at: string): boolean => table().findLast((m) => m.at === at)?.source === OURS;

/** Runs a command of ours as root without a guard: a mount, an install. */
export async function asRoot(argv: readonly string[], options: { interactive?: boolean } = {}) {
  const sudo = sudoPath();
  return capture(isRoot() ? argv : [sudo ?? 'sudo', ...(options.interactive ? [] : ['-n']), '--', ...argv]);
}

/**
 * Mounts tracefs where it is missing, for as long as the lab is up. Resolves to whether it is there. What was there before
 * is nobody's to take away; what a lab has mounted is written down first, and in turn, since another lab may just be
 * unmounting it.
 */
export function needTracefs(labId: string): Promise<boolean> {
  return exclusively('mounts', async () => {
    if (mounted('tracefs') && !hostLabs.all().some((r) => r.mounts.includes(TRACEFS))) return true;
    if (!claim(labId, TRACEFS)) return false;
    if (mounted('tracefs')) return true;
    mountedHere.add(TRACEFS);
    await asRoot(['mount', '-t', 'tracefs', OURS, TRACEFS]);
    if (mounted('tracefs')) return true;
    hostLabs.update(labId, ({ mounts }) => ({ mounts: mounts.filter((at) => at !== TRACEFS) }));
    return false;
  });
}

/** Forgets a lab that has ended, and unmounts what it leaves to nobody. What can't be unmounted keeps its record. */
export function forget(labId: string): Promise<void> {
  return exclusively('mounts', async () => {
    const all = hostLabs.all();
    const others = all.filter((r) => r.id !== labId && !isOrphan(r));
    for (const at of all.find((r) => r.id === labId)?.mounts ?? []) if (!inherited(at, others)) await unmount(at);
    removeRecord(labId);
  });
}

/** Whether it goes on being held. A session's tools may have begun to use what they found there; a lab of `up` says what it needs. */
const inherited = (at: string, others: HostRecord[]): boolean =>
  others.some((r) => r.mounts.includes(at)) || others.some((r) => r.lifetime === 'session' && claim(r.id, at));

/** Writes down that a lab holds a mount; false where that lab is gone. */
const claim = (labId: string, at: string): boolean =>
  hostLabs.update(labId, ({ mounts }) => (mounts.includes(at) ? {} : { mounts: [...mounts, at] })) !== null;

async function unmount(at: string): Promise<void> {
  if (!isOurs(at)) return;
  // Lazily: a tool that has a file of it open keeps that file, and nobody has to wait for the tool.
  const said = await asRoot(['umount', '-l', at]);
  if (isOurs(at)) throw new WorkshopError('lab.still-mounted', { at, detail: said.error ?? said.text.trim() });
}
