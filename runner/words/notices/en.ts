import type { NoticeCode } from '../../evidence/model.ts';

/** What the tool itself complained about. */
export const en = {
  'notice.needs-root': 'The tool must run as root: put sudo before it.',
  'notice.no-such-process': 'There is no such process: {detail}',
  'notice.no-such-library':
    'The probe names a file that is not there: {detail}. Give the target’s libc by its path, /proc/PID/root/….',
  'notice.no-such-symbol': 'The probe names a function that is not in that file: {detail}',
  'notice.no-tracepoint': 'The tracepoint was not found: tracefs is not mounted, or this kernel lacks it. {detail}',
  'notice.saw-nothing':
    'The service allocated {detail} <time|times> while you watched, and none of it is here: a filter lets nothing through, or the probe is on another libc or another process. Its own libc is below /proc/PID/root/….',
  'notice.script-rejected': 'bpftrace rejected the script: {detail}',
  'notice.map-full': 'A map is full, so counts are too low: {detail}',
  'notice.lost-events': 'Events were lost: {detail}',
  'notice.gadget-refused':
    'Inspektor Gadget is not allowed to run this: {detail}. An image needs a signature that the deployment trusts, and must be among its allowed gadgets (k8s/inspektor-gadget/allow-ours); a person needs the rights in the gadget namespace.',
  'notice.empty-stream':
    'The gadget ran, and every list was empty ({detail}). That is no “no leak”: either its probes are nowhere (Inspektor Gadget puts none without kprobes in the kernel, or on a libc that it does not find in /etc/ld.so.cache), or no container is chosen (namespace, pod name), or nothing was allocated while it ran.',
  'notice.tool-missing': 'The tool is not installed, or something that it needs is not: {detail}',
  'notice.no-headers':
    'The tool compiles its program when it starts, and found no kernel headers to compile it with: {detail}',
  'notice.probe-refused':
    'The kernel refused the probe, as it does where another tracer holds one on the same function of the same libc: end that one first, or run both through the workshop. {detail}',
  'notice.kernel-refused': 'This kernel does not take the tool’s program: {detail}',
  'notice.bad-usage': 'The tool does not know an option or a value: {detail}',
  'notice.target-died': 'The process ended while it was traced; what was printed after that is old. {detail}',
  'notice.cut-off': 'The output is cut off: {detail}',
  'notice.too-much': 'Too much output; what came later was not read: {detail}',
  'notice.other-tool': 'This is the output of another tool: {detail}',
  'notice.unreadable': 'This is not text that a tool printed: {detail}',
  'notice.lockdown':
    'This kernel is locked down (as with Secure Boot), and lets no tool of this kind look into it; the script is not at fault. {detail}',
  'notice.maps-refused':
    'The tool may not make its maps: it lacks a privilege, or SELinux, AppArmor, seccomp or a locked-down kernel forbids it. {detail}',
  'notice.no-memory': 'There was not enough memory for the tool: {detail}',
  'notice.tool-failed': 'The tool has failed, in its own words: {detail}',
  'notice.absurd': 'A sum is below zero, or larger than any memory, which cannot be; it is left out: {detail}',
  'notice.unused': 'Not used: {detail}',
  'notice.oom-killed': 'The kernel killed it: it had reached the memory limit of its pod (OOMKilled).',
} as const satisfies Record<`notice.${NoticeCode}`, string>;
