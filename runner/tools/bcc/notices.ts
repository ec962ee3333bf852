import type { Notice } from '../../evidence/model.ts';
import { complaining, complainsBy, type Patterns } from '../text/complaints.ts';

/**
 * What BCC's tools (0.26 to 0.37), libbpf-tools' memleak, our mallocstacks and shells print that means something. The
 * first match counts. Some say the same of two things: a file that is missing and one without malloc are both
 * `no-such-symbol`, a process that is gone and one whose libc was replaced both `no-such-process`.
 */
const PATTERNS: Patterns = [
  [
    /Unable to find kernel headers|fatal error: '[^']{1,200}\.h' file not found|chdir\(\/lib\/modules\/[^)]{1,200}\): No such file/,
    'no-headers',
  ],
  [/incomplete definition of type 'struct tracepoint__/, 'no-tracepoint'],
  [
    /cannot import name 'BPF' from 'bcc'|No module named '?bcc|Python side of BCC is (?:missing|not installed)/,
    'tool-missing',
  ],
  [
    /could not open bpf map.{0,200}Operation not permitted|Couldn't load trivial BPF program|Need super-user|it needs root|^sudo: a (?:password|terminal) is required|may not run sudo|is not in the sudoers file/,
    'needs-root',
  ],
  [
    /could not determine address of symbol \w+ in c$|there is no process \d+|process \d+ cannot be watched|perf event: (?:No such process|-ESRCH)|^no program attached for \w+: No such process|^Exception: .{0,200}No such process/,
    'no-such-process',
  ],
  [/could not determine address of symbol \w+ in .{0,400}\//, 'no-such-symbol'],
  [
    /^libbpf: elf: failed to open |^no program attached for \w+: No such file|failed to resolve full path|has no C library of its own|C library of process \d+ .{0,40}was replaced/,
    'no-such-library',
  ],
  [
    /ref_ctr_offset mismatch|Failed to attach BPF (?:to uprobe|program)|cannot attach uprobe, Invalid argument/,
    'probe-refused',
  ],
  [
    /(?:memleak|mallocstacks)\S{0,12}: (?:error: |(?:unrecognized|invalid) option |option requires )|^min_size \(-z\) can't be|^Given sort_key:/,
    'bad-usage',
  ],
  // --combined-only in 0.26, whatever else is asked.
  [/^AttributeError: 'list' object has no attribute 'decode'/, 'bad-usage'],
  [
    /\b(?:memleak(?:-bpfcc|-libbpf)?|mallocstacks): (?:command not found|not found|No such file)|command not found: \S{0,80}(?:memleak|mallocstacks)|bcc-start: \S{1,200}: command not found/,
    'tool-missing',
  ],
  [/[Ff]ailed to load (?:BPF )?program/, 'kernel-refused'],
  [/PROCESS \d+ ENDED after/, 'target-died'],
  [/\b\d+ allocations are not in these counts|Possibly lost \d+ samples/, 'lost-events'],
  [
    /^Attach(?:ing|ed) \d+ probes?|^\{"type": "(?:attached_probes|map|printf)"|^memleak: attached to |^\{"type":"start","tool":"memleak"|^==\d+==|^heaptrack |^\[?\{"(?:k8s|runtime|mntns_id|timestamp|timestamp_raw|allocated_bytes|addr|proc)"/,
    'other-tool',
  ],
];
/** Lines that a run which works prints as well. */
const NOISE = /Failed to detach BPF from uprobe|uprobe_events|modprobe|RLIMIT_MEMLOCK \(err|RLIMIT_MEMLOCK for/;

/** Says each complaint once. */
export const complaints = (say: (notice: Notice) => void): ((line: string) => boolean) =>
  complaining(PATTERNS, say, { noise: NOISE });

export const complaintOf = complainsBy(PATTERNS, NOISE);
