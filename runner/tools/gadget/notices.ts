import type { Notice, NoticeCode } from '../../evidence/model.ts';
import { complaining, type Patterns } from '../text/complaints.ts';

/**
 * What ig, kubectl, its plugin and shells print that means something for a check. The first match counts. An image that can't be
 * had, and Inspektor Gadget that isn't deployed, are both `tool-missing`.
 */
const PATTERNS: Patterns = [
  [
    /must be run as root to be able to run eBPF programs|removing memlock rlimit: |creating eBPF collection: .{0,500}operation not permitted|\/var\/lib\/ig\S{0,200}: permission denied|^sudo: a (?:password|terminal) is required|may not run sudo|is not in the sudoers file/,
    'needs-root',
  ],
  [/filesystems .{1,200} not mounted \(did you try --auto-mount-filesystems/, 'no-tracepoint'],
  [
    / is not part of allowed gadgets|verifying (?:gadget signature|image) ?[":]|creating signature verifier: | is forbidden: User "/,
    'gadget-refused',
  ],
  [/ensuring image: |pulling image .{0,20}"|resolving image ".{1,300}" on local registry/, 'tool-missing'],
  [
    /^[Ee]rror: unknown command "gadget" for "kubectl"|\b(?:ig|kubectl|kubectl-gadget): (?:command not found|not found|No such file)|command not found: \S{0,200}\b(?:ig|kubectl)|["'‘](?:[^\s"'‘]{0,200}\/)?(?:ig|kubectl(?:-gadget)?)["'’]: (?:executable file|No such file)/,
    'tool-missing',
  ],
  [
    /no gadget pods found in namespace|Inspektor Gadget is not running on the requested|No running Inspektor Gadget instances found|node ".{1,260}" does not have a gadget pod|k8sPortFwd |Creating RESTConfig: /,
    'tool-missing',
  ],
  [
    /^(?:Error|error|[EWF]\d{4} |WARN|ERRO|FATA|time=|Unable to connect|The connection to the server).{0,500}(?:connection refused|was refused|no such host|i\/o timeout|context deadline exceeded)/,
    'tool-missing',
  ],
  [
    /^Error from server \(NotFound\): |^[Ee]rror: .{0,200}\b(?:pods?|namespaces?|containers?) "?\S{1,260} not found/,
    'no-such-process',
  ],
  [
    /^[Ee]rror: (?:unknown (?:shorthand )?flag|unknown command|flag needs an argument|invalid argument|required flag|accepts \d|gadget instance not found)|^[Ee]rror: .{0,300}(?:invalid value .{1,200} as |filter rule|filter expression|field .{1,200} not found|(?:sort can only|cannot) be used (?:on array|for sorting)|invalid symbolizer: |annotation ".{0,200}"|parsing fetch-\w+: )|output mode ".{1,80}" for data source |failed to set fields: |gadget instance not found/,
    'bad-usage',
  ],
  // Without kprobes the plugin finds no file of a container, and puts no probe anywhere; -v shows why.
  [
    /kprobe_events|perf_kprobe|attaching kprobe |creating eBPF collection: |attaching eBPF program "|\bkernel BTF\b|no BTF found for kernel/,
    'kernel-refused',
  ],
  [/symbol "malloc": symbol not found/, 'no-such-symbol'],
  [/failed to attach uprobe "/, 'probe-refused'],
  [/cannot find file to attach in container \d+ for symbol "malloc"/, 'no-such-library'],
  [
    /stack with ID \d+ is lost|reading event: lost \d+ samples|, \d+ messages dropped|error running iterator "/,
    'lost-events',
  ],
  // Forms of output that are not read; tables of our gadget are.
  [/^(?:K8S|RUNTIME)\.[A-Z]+ .{0,200}\b(?:PID|COMM) |^\s{0,8}"?outstanding_bytes"?: \d/, 'other-form'],
  [
    /^Attach(?:ing|ed) \d+ probes?|^Attaching to (?:pid \d+|kernel allocators), Ctrl\+C|stacks with outstanding allocations:$|^mallocstacks: watching |^memleak: attached to |^\{"type":"start","tool":"memleak"|^\{"type": "(?:attached_probes|map|printf)"|^==\d+==|^heaptrack |^\[?\{".{0,500}"(?:k8s|runtime|proc)":\{"/,
    'other-tool',
  ],
];
/** What a run that works prints as well, or follows up with what really went wrong. */
const NOISE =
  /signature verification is disabled|signature not found, will pull|error pulling signature|version skew detected|Gadget could be incompatible|Ignoring runtime |will not be verified/;
/** Of these the first line says it all: each has another number in it. */
const ONCE: ReadonlySet<NoticeCode> = new Set(['lost-events', 'other-form', 'other-tool']);
/** What an error says before it comes to the point; a notice has no room for it. */
const WRAPPING =
  /(?:fetching gadget information|getting gadget info|rpc error: code = \w{1,20} desc = getting gadget info|initializing and preparing operators|instantiating operator "\w{1,20}"|ensuring image|verifying image): /g;

/** Says each complaint once. */
export const complaints = (say: (notice: Notice) => void): ((line: string) => void) =>
  complaining(PATTERNS, say, {
    noise: NOISE,
    once: ONCE,
    told: (_, text) => text.replace(WRAPPING, ''),
  });
