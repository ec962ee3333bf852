import { existsSync, readFileSync } from 'node:fs';
import { release, userInfo } from 'node:os';
import { type Finding, finding } from '../../model/finding.ts';
import { mounted, TRACEFS } from './mounts.ts';
import { isRoot, sudoPath } from '../local/place.ts';
import { capture } from '../../exec.ts';

/**
 * What this kernel offers, looked at to explain a failure and to name its fix; whether tracing works is decided by the
 * functional test alone.
 */
export async function features(): Promise<Finding[]> {
  return [
    finding('kernel', 'note', release()),
    existsSync('/sys/kernel/btf/vmlinux')
      ? finding('btf', 'ok', '/sys/kernel/btf/vmlinux')
      : finding('btf', 'missing', '/sys/kernel/btf/vmlinux'),
    await privilege(),
    mounted('tracefs')
      ? finding('tracefs', 'ok', TRACEFS)
      : finding('tracefs', 'note', TRACEFS, withRoot(['mount', '-t', 'tracefs', 'nodev', TRACEFS])),
    mounted('bpf')
      ? finding('bpffs', 'ok', '/sys/fs/bpf')
      : finding('bpffs', 'note', '/sys/fs/bpf', withRoot(['mount', '-t', 'bpf', 'bpf', '/sys/fs/bpf'])),
    lockdown(),
    existsSync('/sys/kernel/tracing/kprobe_events') || existsSync('/sys/bus/event_source/devices/kprobe')
      ? finding('kprobes', 'ok', 'kprobe')
      : finding('kprobes', 'note', ''),
    existsSync('/sys/bus/event_source/devices/uprobe')
      ? finding('uprobes', 'ok', 'uprobe')
      : finding('uprobes', 'missing', '/sys/bus/event_source/devices/uprobe'),
  ];
}

/** Who may trace: root itself, sudo without a password, sudo with one, or nobody. */
export async function privilege(): Promise<Finding> {
  if (isRoot()) return finding('privilege', 'ok', 'root');
  const sudo = sudoPath();
  if (!sudo) return finding('privilege', 'missing', 'sudo');
  const asked = await capture([sudo, '-n', 'true'], { env: { LC_ALL: 'C' } });
  if (asked.code === 0) return finding('privilege', 'ok', 'sudo');
  if (!/password/i.test(asked.text)) return finding('privilege', 'wrong', asked.text.trim());
  // Where a rule needs no password, sudo says without one what else is allowed: bash holds every tracing command.
  const held = await capture([sudo, '-n', '-l', '--', '/bin/bash'], { env: { LC_ALL: 'C' } });
  if (held.code !== 0 && !/password/i.test(held.text)) return finding('privilege-some', 'wrong', '/bin/bash');
  if (held.code === 0 || (await inSudoersGroup())) return finding('privilege', 'note', 'sudo-password');
  return finding('privilege-group', 'note', userInfo().username, { argv: ['sudo', '-v'], elevated: false });
}

/** The groups that distributions let use sudo. */
async function inSudoersGroup(): Promise<boolean> {
  const { code, text } = await capture(['id', '-nG']);
  return (
    code !== 0 ||
    text
      .trim()
      .split(/\s+/)
      .some((group) => ['sudo', 'wheel', 'admin'].includes(group))
  );
}

function lockdown(): Finding {
  try {
    const mode = /\[(\w+)\]/.exec(readFileSync('/sys/kernel/security/lockdown', 'utf8'))?.[1] ?? 'none';
    return finding('lockdown', mode === 'confidentiality' ? 'wrong' : 'ok', mode);
  } catch {
    return finding('lockdown', 'ok', 'none');
  }
}

const withRoot = (argv: string[]): NonNullable<Finding['fix']> => ({ argv, elevated: true });
