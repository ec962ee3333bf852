import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { stateDir } from '../../paths.ts';
import { mounted, mountedHere } from './mounts.ts';
import { hostLabs } from './record.ts';
import { alive } from '../../process.ts';

/**
 * What labs of ours left behind on this machine: tracers still running under our elevated parent (a probe is gone with
 * who holds it), services whose lab is gone, a tracefs that this process mounted and no lab accounts for. Empty when all
 * is as it was.
 */
export function leftovers(): string[] {
  const found: string[] = [];
  const records = hostLabs.all();
  const mine = records.filter((r) => r.owner.pid === process.pid && r.lifetime === 'session');
  for (const r of mine) found.push(`lab ${r.id}${r.target && alive(r.target) ? ` (pid ${r.target.pid})` : ''}`);
  for (const at of mountedHere)
    if (mounted('tracefs', at) && !records.some((r) => r.mounts.includes(at))) found.push(`mount ${at}`);
  const known = new Set(records.map((r) => r.marker));
  for (const pid of readdirSync('/proc').filter((n) => /^\d+$/.test(n))) {
    const argv = read(`/proc/${pid}/cmdline`);
    const environ = read(`/proc/${pid}/environ`);
    // Its arguments can be read by anybody, a root process's environment can't.
    if (argv[argv.findIndex((a) => a.endsWith('local/elevated.sh')) + 1] === String(process.pid))
      found.push(`process ${pid}: ${argv.join(' ')}`);
    const lab = environ.find((e) => e.startsWith('WORKSHOP_LAB='));
    // A lab's service works in its lab's folder: somebody else's, on the same machine, is in another.
    // One in a container, or in a root of its own, may call its folder by the same name.
    if (lab && !known.has(lab) && cwdOf(pid).startsWith(stateDir()) && here(pid))
      found.push(`process ${pid}: ${argv.join(' ')} (${lab})`);
  }
  return found;
}

/** Empty for a process that is gone; a folder that was removed is named all the same. */
function cwdOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** Whether its root is ours. */
function here(pid: string): boolean {
  const [its, ours] = [`/proc/${pid}/root`, '/'].map((path) => statSync(path, { throwIfNoEntry: false }));
  return its?.dev === ours?.dev && its?.ino === ours?.ino;
}

function read(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\0').filter(Boolean);
  } catch {
    return [];
  }
}
