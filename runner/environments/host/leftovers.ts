import { alive, type ProcessId, startTimeOf } from '../../process.ts';
import { labsDir } from '../lab-records.ts';
import { TRACEFS, tracefsHeld, tracefsIsOurs } from './mounts.ts';
import { processes, shareRoot } from './proc.ts';
import { hostLabs } from './record.ts';

const MARK = /^WORKSHOP_LAB=([a-z0-9-]+)$/;

/** A service of ours that no record tells of: its record could not be read, or is of a later release. */
export interface Stray extends ProcessId {
  id: string;
}

/**
 * Services of this learner that no record tells of, found by the mark in their environment. A lab's service works in its
 * lab's folder: somebody else's, on the same machine, is in another, and one in a root of its own may only be named so.
 */
export function strays(): Stray[] {
  const known = new Set(hostLabs.all().map((r) => r.marker));
  return processes().flatMap((one) => {
    const mark = one.environ.find((e) => MARK.test(e));
    if (!mark || known.has(mark) || !one.cwd.startsWith(`${labsDir()}/`) || !shareRoot(one.pid)) return [];
    return { pid: one.pid, startTime: one.startTime, id: MARK.exec(mark)?.[1] ?? '' };
  });
}

/** Tracers of ours whose runner is gone, or is this one: their small parent ends them, which takes as long as they detach. */
export function tracers(of: 'gone' | 'ours'): (ProcessId & { what: string })[] {
  return processes().flatMap(({ pid, startTime, argv }) => {
    const at = argv.findIndex((word) => word.endsWith('local/elevated.sh'));
    // Its arguments can be read by anybody, a root process's environment can't.
    const owner = Number(argv[at + 1]);
    if (at < 0 || !Number.isInteger(owner) || !shareRoot(pid)) return [];
    const its = of === 'ours' ? owner === process.pid : startTimeOf(owner) === null;
    return its ? { pid, startTime, what: argv.slice(at + 2).join(' ') } : [];
  });
}

/**
 * What labs of ours left behind on this machine: tracers still running under our elevated parent (a probe is gone with
 * who holds it), services whose lab is gone, a tracefs of ours that nobody holds. Empty when all is as it was.
 */
export function leftovers(): string[] {
  const mine = hostLabs.all().filter((r) => r.owner.pid === process.pid && r.lifetime === 'session');
  return [
    ...mine.map((r) => `lab ${r.id}${r.target && alive(r.target) ? ` (pid ${r.target.pid})` : ''}`),
    ...(tracefsIsOurs() && !tracefsHeld() ? [`mount ${TRACEFS}`] : []),
    ...tracers('ours').map(({ pid, what }) => `process ${pid}: ${what}`),
    ...strays().map(({ pid, id }) => `process ${pid} of lab ${id}`),
  ];
}
