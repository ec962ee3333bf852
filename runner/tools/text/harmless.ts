/** What several tools print of themselves in runs that work: probes that the kernel has let go of by then, limits it no longer has. */
export const DETACHING =
  /^open\(\/sys\/kernel\/(?:debug\/)?tracing\/[uk]probe_events\): No such file or directory$|^(?:WARNING|ERROR): failed to detach probe: u(?:ret)?probe:/;
export const MEMLOCK =
  /couldn't set RLIMIT_MEMLOCK for bpftrace\.|^libbpf: Failed to bump RLIMIT_MEMLOCK \(err = -?\d+\)/;

/** A compiler's warning in a header of the kernel's: in a file of the learner's it is theirs to read. */
export const IN_HEADERS = /^(?:arch|include|\/lib\/modules|\/usr\/(?:src|include|lib))\/\S+:\d+:\d+: warning: /;

export const either = (...patterns: RegExp[]): RegExp => new RegExp(patterns.map((p) => p.source).join('|'));
