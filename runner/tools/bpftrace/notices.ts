import type { Counter, Notice, NoticeCode } from '../../evidence/model.ts';
import { isPrompt, notice } from '../text/notice.ts';
import { ANY_TOOL, type Patterns } from '../text/complaints.ts';
import { own } from '../text/plain.ts';

/** What bpftrace (0.17 to 0.27), shells and other tools print that means something for a check. The first match counts. */
const PATTERNS: Patterns = [
  [
    /only supports running as the root user|Missing CAP_\w+ capability|must be run as root|^sudo: a (?:password|terminal) is required|may not run sudo|is not in the sudoers file/,
    'needs-root',
  ],
  [
    /tracepoint not found|No matches for tracepoint|Failed to open kernel function info|No such tracepoint|tracefs.{0,40}not mounted/,
    'no-tracepoint',
  ],
  [/uprobe target file '[^']*' does not exist/, 'no-such-library'],
  [
    /^ERROR: .{0,60}No such process|Failed to watch pid|Failed to attach to pid|Process \d+ doesn't exist|pid \d+ does not exist/,
    'no-such-process',
  ],
  [
    /Could not resolve symbol|No matches for u(?:ret)?probe|No probes to attach|Unable to attach probe: u|[Cc]ouldn't find symbol/,
    'no-such-symbol',
  ],
  [/Map full; can't update element|map_update_elem.{0,40}retcode: -7/, 'map-full'],
  [/^Lost \d+ events/, 'lost-events'],
  [
    /\bbpftrace: (?:command )?not found|command not found: bpftrace|["'‘]bpftrace["'’]: (?:executable file|No such file)/,
    'tool-missing',
  ],
  [/fatal error: '(?:\.\/)?(?:include|linux|asm|asm-generic|uapi|net)\/[^']{1,200}' file not found/, 'no-headers'],
  [/BPF stack limit|back-edge|infinite loop|too (?:complex|large)|jumps is too/, 'script-rejected'],
  [/^\S{1,200}:\d+(?::\d+)?(?:-\d+)?: ERROR: /, 'script-rejected'],
  [
    /^ERROR: (?:failed to open file|syntax|[Ff]ailed to (?:compile|parse))|^\S{1,200}:\d+:\d+: (?:fatal )?error: /,
    'script-rejected',
  ],
  ...ANY_TOOL,
  [
    /^ERROR: (?:Loading BPF|Error loading|Unknown BPF object|[Ff]ailed to (?:create|load))|\b[Ff]ailed to (?:create|load) (?:BPF|map|prog)|Error loading (?:program|BPF)|BTF.{0,60}(?:not found|required|missing|not available)/,
    'kernel-refused',
  ],
  [
    /stacks with outstanding allocations:|^Attaching to (?:pid \d+|kernel allocators), Ctrl\+C|^memleak: attached to |^\{"type":"start","tool":"memleak"|^==\d+==|^heaptrack |^\[?\{"(?:k8s|runtime|mntns_id|timestamp|timestamp_raw|allocated_bytes|addr|proc)"|^RUNTIME\.CONTAINERNAME|^K8S\.NODE/,
    'other-tool',
  ],
];
/** What most of the patterns above have in common; lines without are not looked at any closer. */
const TELLING =
  /[Ee]rror|ERROR|root|sudo|[Ff]ail|not found|No such|not |Lost|Map full|retcode|==|^[RKAh[{]|resolve|No |stacks|find|attached to|memory|ENOMEM|OOM|137|[Ll]ock|BTF|symbol|too |-edge|loop|sh: |bad_alloc/;
/** Lines that a run which works prints as well. */
const NOISE =
  /^Additional Info - |couldn't set RLIMIT_MEMLOCK|failed to detach probe|uprobe_events|available_filter_functions|: WARNING: (?!Map full)/;
/** Messages are short and say what they say at their beginning. */
const MESSAGE = 600;
const MAX_NOTICES = 1000;

/** What a line complains of, `noise` where it is known to mean nothing, or null. */
function complaintOf(line: string): { code: NoticeCode; text: string } | 'noise' | null {
  if (line.length < 6 || !TELLING.test(line)) return null;
  const text = line.slice(0, MESSAGE);
  if (NOISE.test(text) || isPrompt(text)) return 'noise';
  for (const [pattern, code] of PATTERNS) if (pattern.test(text)) return { code, text };
  return null;
}

/** Says each complaint once. True where a line was one, or noise: either may stand between the lines of a stack. */
export function complaints(say: (evidence: Notice | Counter) => void): (line: string) => boolean {
  const told = new Set<string>();
  let lost = 0;
  return (line) => {
    const found = complaintOf(line);
    if (found === null || found === 'noise') return found === 'noise';
    // Any of them may be a free, or a block. Sums since the beginning, as our own tracer has them.
    const [, events] = /^Lost (\d{1,9}) events/.exec(found.text) ?? [];
    if (events !== undefined) {
      lost += Number(events);
      say({ kind: 'counter', name: 'lost', key: 'events', value: lost, atMs: null });
    }
    if (!told.has(found.text) && told.size < MAX_NOTICES) {
      told.add(own(found.text));
      say(notice(found.code, found.text));
    }
    return true;
  };
}

export function codeOf(line: string): NoticeCode | 'noise' | null {
  const found = complaintOf(line);
  return found === null || found === 'noise' ? found : found.code;
}
