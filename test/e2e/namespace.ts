import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { elevated } from './roots.ts';
import { type Namespace, root } from './world.ts';

/** Lives as long as its stdin: a test that is killed leaves none. */
const HOLDER = `
awk '$3 == "tracefs" || $3 == "debugfs" { print $2 }' /proc/self/mounts | tac | while read -r at; do umount -l "$at"; done
[ "$1" = absent ] || mount -t tracefs nodev /sys/kernel/tracing
echo "$$"
exec cat`;

/** A mount namespace where tracefs is mounted or is not, whatever the machine is like. */
export async function namespaceWith(tracefs: 'mounted' | 'absent'): Promise<Namespace & { end(): void }> {
  const made = elevated('unshare', '--mount', '--propagation', 'private', 'bash', '-ec', HOLDER, 'holder', tracefs);
  const holder = spawn(...made, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = await once(holder.stdout, 'data');
  const pid = String(said).trim();
  return {
    mounts: `/proc/${pid}/mounts`,
    argv: (program) => ['nsenter', `--mount=/proc/${pid}/ns/mnt`, `--wd=${root}`, '--', ...program],
    end: () => void holder.stdin.end(),
  };
}
