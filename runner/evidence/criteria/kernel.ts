import type { Evidence } from '../model.ts';
import { criterion, met, more, unmet } from './define.ts';

const claims = (evidence: readonly Evidence[], name: string) => evidence.flatMap((e) => (e.kind === 'claim' && e.name === name ? [e.value] : []));

/** Each of these features is there: paths and event sources that the machine itself listed. */
export const hasFeature = (feature: string) =>
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
    if (effective === undefined) return more({});
    const bits = BigInt(`0x${effective}`);
    const held = Object.entries(CAPABILITIES).filter(([, bit]) => (bits >> bit) & 1n);
    const names = held.map(([name]) => name);
    const enough = names.includes('CAP_SYS_ADMIN') || names.length >= 2;
    return enough ? met({ seen: names.join(' ') }) : unmet({ seen: names.join(' ') || '-', expected: Object.keys(CAPABILITIES).join(' ') });
  });

/** Programs that bpftrace has in the kernel, by type. */
export function programs(evidence: readonly Evidence[], type: string): number {
  return evidence.filter((e) => e.kind === 'counter' && e.name === 'bpf-program' && e.key.startsWith(`${type}:`)).length;
}

/** The kernel lists at least so many programs of this type that bpftrace holds. */
export const loadedPrograms = (type: string, atLeast: number) =>
  criterion('loaded-programs', ({ evidence }) => {
    const seen = programs(evidence, type);
    if (seen >= atLeast) return met({ seen, atLeast, type });
    return evidence.some((e) => e.kind === 'counter' && e.name === 'bpf-program') ? unmet({ seen, atLeast, type }) : more({ seen, atLeast, type });
  });
