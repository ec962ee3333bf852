import type { Counter, Evidence, Subjects } from '../model.ts';
import { claims, criterion, met, more, unmet } from './define.ts';

/** Each of these features is there: paths and event sources that the machine itself listed. */
export const hasFeature = (feature: 'btf' | 'uprobe') =>
  criterion(`has-${feature}`, ({ evidence }) => {
    if (claims(evidence, 'feature').includes(feature)) return met({ seen: feature });
    const looked = claims(evidence, 'missing').includes(feature) || claims(evidence, 'feature').length > 0;
    return looked ? unmet({ expected: feature }) : more({ expected: feature });
  });

/** Names of capability bits that tracing needs, from linux/capability.h. */
const CAPABILITIES = { CAP_SYS_ADMIN: 21n, CAP_PERFMON: 38n, CAP_BPF: 39n } as const;

/** The command ran with the capabilities that loading and attaching a BPF program asks for. */
export const hasCapabilities = () =>
  criterion('has-capabilities', ({ evidence }) => {
    const effective = claims(evidence, 'CapEff').at(-1);
    if (effective === undefined || !/^[0-9a-f]{1,16}$/i.test(effective)) return more({});
    const bits = BigInt(`0x${effective}`);
    const held = Object.entries(CAPABILITIES).filter(([, bit]) => (bits >> bit) & 1n);
    const names = held.map(([name]) => name);
    const enough = names.includes('CAP_SYS_ADMIN') || names.length >= 2;
    return enough
      ? met({ seen: names.join(' ') })
      : unmet({ seen: names.join(' ') || `CapEff ${effective}`, expected: Object.keys(CAPABILITIES).join(' ') });
  });

const probes = (evidence: readonly Evidence[]) =>
  evidence.filter((e): e is Counter => e.kind === 'counter' && (e.name === 'uprobe' || e.name === 'uretprobe'));

/** Of all the probes that the kernel lists, those on the libc of this process: as the tracer sees the file, or as the process does. */
const onLibc = (evidence: readonly Evidence[], { libc }: Subjects) =>
  probes(evidence).filter((p) => p.key.startsWith('/') && libc.endsWith(p.key));

/** Where in that libc a function's entry is probed, bytes from the beginning of the file; null where none is. */
export const probedAt = (evidence: readonly Evidence[], subjects: Subjects): number | null =>
  onLibc(evidence, subjects).findLast((p) => p.name === 'uprobe')?.value ?? null;

/** The kernel lists a probe on the libc that this lab's process has mapped. Other people's probes don't count. */
export const probesLibc = () =>
  criterion('probes-libc', ({ evidence, subjects }) => {
    const own = onLibc(evidence, subjects);
    const [first] = own;
    if (first) return met({ seen: first.key, probes: own.length });
    const other = probes(evidence)[0];
    return other
      ? unmet({ seen: other.key, expected: subjects.libc }, 'other-file')
      : more({ expected: subjects.libc });
  });

/** One process, as two pid namespaces number it: the outer pid and the innermost. */
export const twoPids = () =>
  criterion('two-pids', ({ evidence }) => {
    const line = claims(evidence, 'NSpid').at(-1);
    if (line === undefined) return more({});
    const pids = line.split(' ');
    const [outer = '', inner = ''] = [pids[0], pids.at(-1)];
    return pids.length > 1 && outer !== inner ? met({ outer, inner }) : unmet({ seen: outer }, 'one-namespace');
  });
