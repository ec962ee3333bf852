import type { Evidence, ProcessMemory } from '../../evidence/model.ts';
import { splitter } from '../text/lines.ts';
import { logLine } from '../text/log.ts';
import { isPrompt } from '../text/notice.ts';
import { rejoined } from '../text/rejoin.ts';
import { own } from '../text/plain.ts';

const KIB = 1024;
/** `ps -o pid,vsz,rss,comm`. Numbers of more digits than these are none. */
const PS_ROW = /^\s*(\d{1,10})\s+(\d{1,12}(?:\.\d)?[kmgtp]?)\s+(\d{1,12}(?:\.\d)?[kmgtp]?)\s+(\S{1,64})\s*$/;
/** busybox's `ps` without -o: no resident memory, and the command as it was typed. */
const BUSYBOX_PS_ROW =
  /^\s*(\d{1,10})\s+[A-Za-z_][\w.-]{0,31}\s+(\d{1,12}(?:\.\d)?[kmgtp]?)\s+[RSDZTXI][W<NLsl+]{0,4}\s+(\S.{0,400})$/;
/** busybox's `top`: with a column more where processors are told apart. */
const BUSYBOX_TOP_ROW =
  /^\s*(\d{1,10})\s+\d{1,10}\s+[A-Za-z_][\w.-]{0,31}\s+[RSDZTXI][W<N ]{0,3}\s+(\d{1,12}(?:\.\d)?[kmgtp]?)\s+\d{1,4}%\s+(?:\d{1,4}\s+)?(\d{1,5})%\s+(\S.{0,400})$/;
/** Of KiB, which have no letter, or a k. */
const UNITS: Record<string, number> = { k: 1, m: 1024, g: 1024 ** 2, t: 1024 ** 3, p: 1024 ** 4 };
/** `1628`, `56m` or `11.2g` as bytes: what has a letter is rounded by whoever printed it. */
const sizeOf = (text: string): number =>
  Math.round(Number.parseFloat(text) * (UNITS[text.at(-1) as string] ?? 1) * KIB);
/** A program by its own name: `{name} interpreter …`, or the file that was started. */
const programIn = (command: string): string =>
  (/^\{([^}]{1,64})\}/.exec(command)?.[1] ?? (command.split(' ')[0] as string).replace(/^.*\/(?=.)/, '')).slice(0, 64);
/** `top -b`, as procps prints it: its share of a processor and the program's name. Some languages have a decimal comma. */
const TOP_ROW =
  /^\s*\d{1,10}\s+\S{1,32}\s+(?:rt|-?\d{1,3})\s+-?\d{1,3}\s+\S{1,12}\s+\S{1,12}\s+\S{1,12}\s+[A-Z]\s+(\d{1,5}[.,]\d)\s+\d{1,3}[.,]\d\s+\d{1,9}:\d\d[.,]\d\d\s+(\S{1,64})\s*$/;
/** /proc/PID/status and smaps_rollup */
const KB_FIELD = /^(VmSize|VmRSS|VmSwap|Rss|Pss|Anonymous|Swap):\s+(\d{1,12}) kB\s*$/;
/** Lines of /proc/PID/status about who it is. */
const STATUS = /^(NSpid|Tgid|PPid|Uid):\s+(\d[\d\s]{0,80})$/;
/** The line that /proc/PID/status begins with, as far as a reading goes. */
const PID = /^(Pid):\s+(\d{1,10})$/;
const FIELDS: Record<string, 'rss' | 'vsz' | 'pss' | 'anonymous' | 'swap'> = {
  VmSize: 'vsz',
  VmRSS: 'rss',
  VmSwap: 'swap',
  Rss: 'rss',
  Pss: 'pss',
  Anonymous: 'anonymous',
  Swap: 'swap',
};
/** ms since epoch, as `date +%s%3N` prints it. */
const TIME = /^\d{13}$/;
const GAUGE = /^(app_\w{1,80})(\{[^}]{0,200}\})? (\d{1,15}(?:\.\d{1,15})?)$/;
/** `bpftool perf show`: what a BPF program hangs on. */
const ATTACHED = /^pid \d+\s+fd \d+:\s+prog_id \d+\s+(uprobe|uretprobe)\s+filename (\S{1,4096})\s+offset (\d{1,15})$/;

/**
 * Reads what the machine's own commands print: memory from ps and /proc, health and metrics, the service's log, kernel
 * features, capabilities, attached BPF programs. A line of 13 digits is the time (ms since epoch) of what follows.
 */
export async function* readSystem(bytes: AsyncIterable<Uint8Array | string>): AsyncIterable<Evidence> {
  let atMs: number | null = null;
  let reading: ProcessMemory | null = null;
  let labels = new Set<string>();

  const split = rejoined(splitter(), { begins: (line) => BEGINS.test(line), whole: isOwn, complains: () => null });
  function* take(item: string): Iterable<Evidence> {
    const line = item.trimEnd();
    let m: RegExpExecArray | null;
    if (isPrompt(line)) return;
    if ((m = KB_FIELD.exec(line)) || (m = PID.exec(line))) {
      const label = m[1] as string;
      // One look at a process has each line once: the same again is the next look.
      if (reading && labels.has(label)) {
        yield reading;
        reading = null;
      }
      if (!reading) labels = new Set();
      labels.add(label);
      reading ??= fresh(null, atMs);
      const field = FIELDS[label];
      if (field) reading[field] = Number(m[2]) * KIB;
      else reading.pid = Number(m[2]);
      return;
    }
    const said = [...other(line, atMs)];
    if (TIME.test(line)) atMs = Number(line);
    // Anything else that tells something ends the look, but for what stands in the same file.
    if (reading && !STATUS.test(line) && (said.length > 0 || TIME.test(line))) {
      yield reading;
      reading = null;
    }
    yield* said;
  }

  for await (const chunk of bytes) {
    for (const item of split.push(chunk)) {
      if (typeof item === 'string') yield* take(item);
      else yield item;
    }
  }
  const { lines, rest, notice } = split.end();
  for (const line of lines) yield* take(line);
  if (notice) yield notice;
  // A pid that is cut off is another pid.
  else if (rest !== '' && !STATUS.test(rest)) yield* take(rest);
  if (reading) yield reading;
}

/** How lines begin that may be wider than a terminal. */
const BEGINS = /^(?:pid \d+\s+fd \d+:|\d{4}-\d\d-\d\d |ls: |app_\w+|\w+:\s)/;
const isOwn = (line: string): boolean =>
  [KB_FIELD, PID, TIME].some((shape) => shape.test(line)) || !other(line, null).next().done;

const fresh = (pid: number | null, atMs: number | null): ProcessMemory => ({
  kind: 'memory',
  pid,
  atMs,
  rss: null,
  vsz: null,
  pss: null,
  anonymous: null,
  swap: null,
});

/** What a line says that stands for itself. */
function* other(line: string, atMs: number | null): Generator<Evidence> {
  let m: RegExpExecArray | null;
  const log = logLine(line, atMs);
  if (log) yield* log;
  else if ((m = PS_ROW.exec(line)))
    yield {
      ...fresh(Number(m[1]), atMs),
      vsz: sizeOf(m[2] as string),
      rss: sizeOf(m[3] as string),
      comm: own(m[4] as string),
    };
  else if ((m = TOP_ROW.exec(line)))
    yield {
      kind: 'counter',
      name: 'cpu_percent',
      key: own(m[2] as string),
      value: Number((m[1] as string).replace(',', '.')),
      atMs,
    };
  else if ((m = BUSYBOX_TOP_ROW.exec(line))) {
    const comm = own(programIn(m[4] as string));
    yield { ...fresh(Number(m[1]), atMs), vsz: sizeOf(m[2] as string) };
    yield { kind: 'counter', name: 'cpu_percent', key: comm, value: Number(m[3]), atMs };
  } else if ((m = BUSYBOX_PS_ROW.exec(line)))
    yield { ...fresh(Number(m[1]), atMs), vsz: sizeOf(m[2] as string), comm: own(programIn(m[3] as string)) };
  else if ((m = /"status"\s*:\s*"([^"]{1,40})"/.exec(line)))
    yield { kind: 'claim', name: 'health', value: m[1] as string };
  else if ((m = GAUGE.exec(line)))
    yield { kind: 'counter', name: m[1] as string, key: m[2] ?? '', value: Number(m[3]), atMs };
  else if ((m = /^Cap(Inh|Prm|Eff|Bnd|Amb):\s+([0-9a-f]{16})$/.exec(line)))
    yield { kind: 'claim', name: `Cap${m[1]}`, value: m[2] as string };
  else if ((m = STATUS.exec(line)))
    yield { kind: 'claim', name: m[1] as string, value: (m[2] as string).trim().replaceAll(/\s+/g, ' ') };
  else if ((m = ATTACHED.exec(line)))
    yield { kind: 'counter', name: m[1] as string, key: m[2] as string, value: Number(m[3]), atMs };
  else yield* feature(line);
}

/** Features by the paths that show them, as `ls` prints them alone or at the end of a line, or as mounts. */
const PATHS: Record<string, string> = {
  '/sys/kernel/btf/vmlinux': 'btf',
  '/sys/bus/event_source/devices/uprobe': 'uprobe',
  '/sys/bus/event_source/devices/kprobe': 'kprobe',
};
const MOUNT = /^\S{1,200} (?:\/sys\/kernel\/(?:debug\/)?tracing|\/sys\/fs\/bpf) (tracefs|bpf) /;

function* feature(line: string): Generator<Evidence> {
  if (/^\d{1,3}\.\d{1,4}\.\d{1,5}\S{0,80}$/.test(line)) yield { kind: 'claim', name: 'kernel', value: line };
  const mount = MOUNT.exec(line)?.[1];
  if (mount) yield { kind: 'claim', name: 'feature', value: mount === 'bpf' ? 'bpffs' : mount };
  // What `ls` says of a path that isn't there depends on the language; that it says it does not.
  const missing = line.startsWith('ls: ');
  for (const [path, name] of Object.entries(PATHS)) {
    if (missing ? line.includes(path) : line === path || line.endsWith(` ${path}`))
      yield { kind: 'claim', name: missing ? 'missing' : 'feature', value: name };
  }
}
