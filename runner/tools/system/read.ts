import type { Evidence, ProcessMemory } from '../../evidence/model.ts';
import { lines } from '../bpftrace/lines.ts';

const KIB = 1024;
/** `ps -o pid,vsz,rss,comm` */
const PS_ROW = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s*$/;
/** /proc/PID/status and smaps_rollup */
const KB_FIELD = /^(VmSize|VmRSS|VmSwap|Rss|Pss|Anonymous|Swap):\s+(\d+) kB\s*$/;
const FIELDS: Record<string, 'rss' | 'vsz' | 'pss' | 'anonymous' | 'swap'> = { VmSize: 'vsz', VmRSS: 'rss', VmSwap: 'swap', Rss: 'rss', Pss: 'pss', Anonymous: 'anonymous', Swap: 'swap' };
const LOG_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d .*메모리 누수 점검: ([^(]+?) \(.*?(\d+)\s*$/;
/** `bpftool perf show`: what a BPF program hangs on. */
const ATTACHED = /^pid \d+\s+fd \d+:\s+prog_id \d+\s+(uprobe|uretprobe)\s+filename (\S+)\s+offset (\d+)$/;

/**
 * Reads what the machine's own commands print: memory from ps and /proc, health and metrics, the service's log, kernel
 * features, capabilities, attached BPF programs. A line of 13 digits is the time (ms since epoch) of what follows.
 */
export async function* readSystem(bytes: AsyncIterable<Uint8Array | string>): AsyncIterable<Evidence> {
  let atMs: number | null = null;
  let reading: ProcessMemory | null = null;
  const fresh = (pid: number | null): ProcessMemory => ({ kind: 'memory', pid, atMs, rss: null, vsz: null, pss: null, anonymous: null, swap: null });

  for await (const item of lines(bytes)) {
    if (typeof item !== 'string') {
      yield item;
      continue;
    }
    const line = item.trimEnd();
    let m: RegExpExecArray | null;
    if ((m = KB_FIELD.exec(line))) {
      const field = FIELDS[m[1] as string] as keyof typeof FIELDS & ('rss' | 'vsz' | 'pss' | 'anonymous' | 'swap');
      reading ??= fresh(null);
      reading[field] = Number(m[2]) * KIB;
      continue;
    }
    if ((m = /^Pid:\s+(\d+)$/.exec(line))) {
      if (reading) yield reading;
      reading = fresh(Number(m[1]));
      continue;
    }
    if (/\[rollup\]$/.test(line)) continue;
    if (reading) {
      yield reading;
      reading = null;
    }
    if ((m = /^(\d{13})$/.exec(line))) atMs = Number(m[1]);
    else if ((m = PS_ROW.exec(line))) yield { ...fresh(Number(m[1])), vsz: Number(m[2]) * KIB, rss: Number(m[3]) * KIB };
    else if ((m = /"status"\s*:\s*"([^"]{1,40})"/.exec(line))) yield { kind: 'claim', name: 'health', value: m[1] as string };
    else if ((m = /^(app_\w+)(\{[^}]*\})? (\d+(?:\.\d+)?)$/.exec(line))) yield { kind: 'counter', name: m[1] as string, key: m[2] ?? '', value: Number(m[3]), atMs };
    else if ((m = LOG_LINE.exec(line))) {
      yield { kind: 'claim', name: 'log', value: m[1] as string };
      yield { kind: 'counter', name: 'log_total', key: '', value: Number(m[2]), atMs };
    } else if ((m = /^Cap(Inh|Prm|Eff|Bnd|Amb):\s+([0-9a-f]{16})$/.exec(line))) yield { kind: 'claim', name: `Cap${m[1]}`, value: m[2] as string };
    else if ((m = ATTACHED.exec(line))) yield { kind: 'counter', name: m[1] as string, key: m[2] as string, value: Number(m[3]), atMs };
    else yield* feature(line);
  }
  if (reading) yield reading;
}

/** Features by the paths that show them; `ls` names what it did not find. */
const FEATURES: [RegExp, string][] = [
  [/\/sys\/kernel\/btf\/vmlinux/, 'btf'],
  [/\/sys\/fs\/bpf/, 'bpffs'],
  [/event_source\/devices\/uprobe/, 'uprobe'],
  [/event_source\/devices\/kprobe/, 'kprobe'],
  [/\/sys\/kernel\/tracing/, 'tracefs'],
];

function* feature(line: string): Iterable<Evidence> {
  if (/^\d+\.\d+\.\d+\S*$/.test(line)) yield { kind: 'claim', name: 'kernel', value: line };
  for (const [path, name] of FEATURES) {
    // What `ls` says of a path that isn't there depends on the language; that it says it does not.
    if (path.test(line)) yield { kind: 'claim', name: line.startsWith('ls: ') ? 'missing' : 'feature', value: name };
  }
}
