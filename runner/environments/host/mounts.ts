import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkshopError } from '../../errors.ts';
import { capture } from '../../exec.ts';
import { root } from '../../paths.ts';
import type { ProcessId } from '../../process.ts';
import { isRoot, sudoPath } from '../local/place.ts';
import { processes } from './proc.ts';

export const TRACEFS = '/sys/kernel/tracing';

/** The device that a mount of ours names, as hold-tracefs.sh has it. */
const OURS = 'ebpf-workshop';
const SCRIPT = 'runner/environments/host/hold-tracefs.sh';

/** How long whoever holds it may take to see that its service has ended, ms. */
const PATIENCE_MS = 5000;

const table = () =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .map(([source, at, type]) => ({ source, at, type }));

/** Whether something of this type is mounted (for tracefs also where older tools look for it). */
export const mounted = (type: string): boolean => table().some((m) => m.type === type);

/** Whether what is seen there, the last that was mounted, is a tracefs of ours. */
export const tracefsIsOurs = (): boolean => table().findLast((m) => m.at === TRACEFS)?.source === OURS;

/** Runs a command of ours as root without a guard: a mount, an install. */
export async function asRoot(argv: readonly string[], options: { interactive?: boolean } = {}) {
  const sudo = sudoPath();
  return capture(isRoot() ? argv : [sudo ?? 'sudo', ...(options.interactive ? [] : ['-n']), '--', ...argv]);
}

const script = (...args: string[]) => asRoot(['/bin/bash', '--norc', join(root, SCRIPT), ...args]);

/**
 * Mounts tracefs where it is missing, for as long as the lab's service lives: the script stays and unmounts it then,
 * whatever has become of us. Resolves to whether it is there.
 */
export async function needTracefs(service: ProcessId): Promise<boolean> {
  if (!mounted('tracefs') || tracefsIsOurs()) await script('need', String(service.pid), service.startTime);
  return mounted('tracefs');
}

/** Whether somebody here holds our mount, for this service or for any. */
export const tracefsHeld = (service?: ProcessId): boolean =>
  processes().some(({ argv }) => {
    const at = argv.findIndex((word) => word.endsWith('/hold-tracefs.sh'));
    return at >= 0 && argv[at + 1] === 'hold' && (service === undefined || argv[at + 2] === String(service.pid));
  });

/** Waits until nobody holds tracefs for a service that has ended. */
export async function letGo(service: ProcessId): Promise<void> {
  if (!tracefsIsOurs()) return;
  for (let waited = 0; waited < PATIENCE_MS && tracefsHeld(service); waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Unmounts a tracefs of ours that nobody holds any more; resolves to whether there was one. Rejects where it can't be unmounted. */
export async function releaseTracefs(): Promise<boolean> {
  if (!tracefsIsOurs() || tracefsHeld()) return false;
  const said = await script('release');
  if (said.code !== 0)
    throw new WorkshopError('lab.still-mounted', { at: TRACEFS, detail: said.error ?? said.text.trim() });
  return !tracefsIsOurs();
}
