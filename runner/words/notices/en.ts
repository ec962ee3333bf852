import type { NoticeCode } from '../../evidence/model.ts';

/** What the tool itself complained about. */
export const en = {
  'notice.needs-root': 'The tool must run as root: put sudo before it.',
  'notice.no-such-process': 'There is no such process: {detail}',
  'notice.thread-id': 'That number is a thread’s; a tracer takes the number of its process: {detail}',
  'notice.zombie': 'The process has ended already, and holds nothing any more: {detail}',
  'notice.first-thread-ended':
    'The process goes on without its first thread, and can’t be looked into any more: {detail}',
  'notice.kernel-thread': 'That number is the kernel’s own: there is no program behind it. {detail}',
  'notice.program-32-bit': 'It is a program of 32 bits, in which calls of malloc are not followed: {detail}',
  'notice.not-linked-yet': 'The program had not come to its libc yet. Run it again. {detail}',
  'notice.no-such-library':
    'The probe names a file that is not there: {detail}. Give the target’s libc by its path, /proc/PID/root/….',
  'notice.library-by-name':
    'The probe names a library without its path, and this bpftrace looks for none: {detail}. Give the target’s libc by its path, /proc/PID/root/….',
  'notice.no-such-symbol': 'The probe names a function that is not in that file: {detail}',
  'notice.no-tracepoint': 'The tracepoint was not found: tracefs is not mounted, or this kernel lacks it. {detail}',
  'notice.saw-nothing':
    'The service allocated {detail} <time|times> while you watched, and none of it is here: a filter lets nothing through, or the probe is on another libc or another process. Its own libc is below /proc/PID/root/….',
  'notice.script-rejected': 'bpftrace rejected the script: {detail}',
  'notice.map-full': 'A map is full, so counts are too low: {detail}',
  'notice.lost-events': 'Events were lost: {detail}',
  'notice.unseen-growth': 'The process has grown by memory that this list does not hold: {detail}',
  'notice.gadget-refused':
    'Inspektor Gadget is not allowed to run this: {detail}. An image needs a signature that the deployment trusts, and must be among its allowed gadgets (k8s/inspektor-gadget/allow-ours); a person needs the rights in the gadget namespace.',
  'notice-machine.gadget-refused':
    'Inspektor Gadget does not run this image: {detail}. It trusts images that its project has signed; one that was built here runs with --verify-image=false.',
  'notice.empty-stream':
    'The gadget ran, and every list was empty ({detail}). That is no “no leak”: either its probes are nowhere (Inspektor Gadget puts none without kprobes in the kernel, or on a libc that it does not find in the container’s /etc/ld.so.cache), or no container is chosen (namespace, pod name), or nothing was allocated while it ran.',
  'notice-machine.empty-stream':
    'The gadget ran, and every list was empty ({detail}). That is no “no leak”: either its probes are nowhere (Inspektor Gadget puts none without kprobes in the kernel, and none on a libc other than that of /etc/ld.so.cache: a service of `up` runs on a copy, that of a session of lesson 8 does not), or --host is missing or the pid is another one, or nothing was allocated after the first list.',
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
  'notice.tool-killed':
    'The tool was killed (signal 9), as the kernel does where the memory of its pod, its cgroup or the machine is out: {detail}. End other tools or raise the limit, then run it again.',
  'notice.tool-failed': 'The tool has failed, in its own words: {detail}',
  'notice.absurd': 'A sum is below zero, or larger than any memory, which cannot be; it is left out: {detail}',
  'notice.unused': 'Not used: {detail}',
  'notice.no-function':
    'Columns output without a function’s whole name: add --fields +ustack.symbols, on a terminal that is wide enough, or -o json. {detail}',
  'notice.other-form': 'A form of output that is not read here: add -o json. {detail}',
  'notice.oom-killed': 'The kernel killed it: it had reached the memory limit of its pod (OOMKilled).',
} as const satisfies Record<`notice.${NoticeCode}`, string> & Partial<Record<`notice-machine.${NoticeCode}`, string>>;
