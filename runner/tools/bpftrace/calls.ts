import type { Allocation, Free, Subject, Syscall } from '../../evidence/model.ts';
import { own } from '../text/plain.ts';

const AT = '(?:(?<at>\\d{1,16}) ms )?';
const PID = 'PID (?<pid>\\d{1,10})';
const ADDRESS = '(?<address>0x[0-9a-f]{1,16})';
/** What the scripts under bpf/ and the guide's own commands print, a line a call. */
const SHAPES = {
  watching: `${PID}: watching`,
  mmap: `${AT}${PID}: mmap size=(?<bytes>\\d{1,20})$`,
  added: `(?<at>\\d{1,16}) ms (?:${PID}: )?\\+ ${ADDRESS} (?<bytes>\\d{1,20})(?: bytes)?$`,
  freed: `(?<at>\\d{1,16}) ms (?:${PID}: )?- ${ADDRESS}$`,
  malloc: `${AT}${PID}: malloc(?: size=(?<bytes>\\d{1,20})|\\((?<inParens>\\d{1,20})\\)(?: - Total: \\d{1,20} calls, \\d{1,20} bytes)?)$`,
  large: `${AT}Large allocation: ${PID}, size (?<bytes>\\d{1,20}) bytes$`,
  returned: `${AT}${PID}: malloc returned ${ADDRESS}$`,
} as const;
const PATTERNS = Object.entries(SHAPES).map(
  ([shape, source]) => [shape as keyof typeof SHAPES, new RegExp(`^${source}`)] as const,
);
const LONGEST = 128;

/** A line that tells of a call: what it says, and in which shape, since a script prints stacks after all of one or none. */
export interface Call {
  shape: string;
  evidence: Allocation | Free | Subject | Syscall;
}

/** Reads a line that tells of a call. `absurd` where a number in it is none that a machine of ours has; null for other lines. */
export function callOf(line: string): Call | 'absurd' | null {
  const first = line.charCodeAt(0);
  // A digit, `P`ID or `L`arge: most lines are told by their first character.
  if (line.length > LONGEST || !((first >= 48 && first <= 57) || first === 80 || first === 76)) return null;
  for (const [shape, pattern] of PATTERNS) {
    const groups = pattern.exec(line)?.groups;
    if (!groups) continue;
    const atMs = numberOf(groups.at);
    const pid = numberOf(groups.pid);
    const bytes = numberOf(groups.bytes ?? groups.inParens);
    const address = groups.address === undefined ? null : own(groups.address);
    if (Number.isNaN(atMs) || Number.isNaN(pid) || Number.isNaN(bytes)) return 'absurd';
    // No block: malloc failed, or nothing was given back.
    if (address !== null && /^0x0+$/.test(address)) return 'absurd';
    if (shape === 'watching') return { shape, evidence: { kind: 'subject', pid: pid as number } };
    if (shape === 'mmap')
      return { shape, evidence: { kind: 'syscall', name: 'mmap', atMs, pid, bytes: bytes as number } };
    if (shape === 'freed') return { shape, evidence: { kind: 'free', atMs, pid, address: address as string } };
    return { shape, evidence: { kind: 'allocation', call: 'malloc', atMs, pid, address, bytes, stack: null } };
  }
  return null;
}

/** Null where nothing was printed, NaN for what no number can hold. */
function numberOf(digits: string | undefined): number | null {
  if (digits === undefined) return null;
  const n = Number(digits);
  return Number.isSafeInteger(n) ? n : Number.NaN;
}
