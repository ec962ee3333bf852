import type { Notice } from '../../evidence/model.ts';
import { complaining, type Patterns } from './complaints.ts';

/** What our tracer says on stderr, or a shell of it, that means something for a check. The first match counts. */
const PATTERNS: Patterns = [
  [
    /^memleak: (?:the kernel refuses to load BPF programs|process \d+ can't be looked into|the files that process \d+ has mapped lie where)|^sudo: a (?:password|terminal) is required|may not run sudo|is not in the sudoers file/,
    'needs-root',
  ],
  [
    /^memleak: there is no process |^memleak: process \d+ can't be watched|^memleak: no process that can be seen from here /,
    'no-such-process',
  ],
  [/^memleak: \d+ is a thread of process \d+/, 'thread-id'],
  [/^memleak: process \d+ has ended, and is a zombie/, 'zombie'],
  [/^memleak: the first thread of process \d+ has ended/, 'first-thread-ended'],
  [/^memleak: \d+ \(.{0,64}\) is a thread of the kernel/, 'kernel-thread'],
  [/^memleak: process \d+ runs a program of 32 bits/, 'program-32-bit'],
  [/^memleak: process \d+ has mapped no libc in a second/, 'not-linked-yet'],
  [/^memleak: process \d+ has no malloc to trace/, 'no-such-symbol'],
  [/^memleak: no probe on /, 'probe-refused'],
  [/^memleak: a tracepoint is not to be had/, 'no-tracepoint'],
  [/^memleak: the process has ended$/, 'target-died'],
  [
    /\bmemleak: (?:unrecognized option|option |invalid option|unknown option)|^memleak: .{1,300} takes .{1,80}, and .{0,300} is none\.|^memleak: .{1,300} belongs to no option\.|^memleak: (?:say whom to trace|--gadget goes with|--min-size is above|--progressive watches one process)|^memleak: \/.{1,400}(?:: (?:No such file|Not a directory|Permission denied)| is no cgroup)/,
    'bad-usage',
  ],
  [
    /\bmemleak: (?:command not found|not found|No such file)|command not found: \S{0,200}memleak|["'‘]\S{0,200}memleak["'’]: (?:executable file|No such file)|error while loading shared libraries: lib|Error loading shared library lib/,
    'tool-missing',
  ],
  // What the kernel, or libbpf, says of a program that it does not take.
  [
    /^memleak: (?:this kernel has no type information|the programs' maps can't be mapped|page faults can't be watched|[A-Z][^:]{1,80}: )/,
    'kernel-refused',
  ],
  [
    /^Attach(?:ing|ed) \d+ probes?|^Attaching to (?:pid \d+|kernel allocators), Ctrl\+C|stacks with outstanding allocations:$|^mallocstacks: watching |^\{"type": "(?:attached_probes|map|printf)"|^==\d+==|^heaptrack |^\[?\{"(?:k8s|runtime|mntns_id|timestamp|timestamp_raw|allocated_bytes|addr|proc)"/,
    'other-tool',
  ],
];

/** Says each complaint once. */
export const complaints = (say: (notice: Notice) => void): ((line: string) => void) => complaining(PATTERNS, say);
