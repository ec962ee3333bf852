import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { stateDir } from '../paths.ts';

const processSchema = z.strictObject({ pid: z.int().positive(), startTime: z.string() });

const common = {
  version: z.literal(1),
  id: z.string().regex(/^[a-z0-9-]+$/),
  workload: z.string(),
  variant: z.string(),
  pace: z.enum(['real', 'fast']),
  lifetime: z.enum(['session', 'until-down']),
  /** Who started it: a session's lab whose owner is gone is an orphan. */
  owner: processSchema,
  startedAt: z.number(),
};

/** A lab on this host, written before anything of it exists. `down` and the next start read nothing else. */
const hostSchema = z.strictObject({
  ...common,
  environment: z.literal('host'),
  /** What a process of this lab carries in its environment. */
  marker: z.string(),
  target: z.strictObject({ ...processSchema.shape, healthPort: z.int(), metricsPort: z.int() }).nullable(),
  /** Mounts we made for this lab, and only those. */
  mounts: z.array(z.string()),
});

/** As Kubernetes names things; nothing that kubectl could take for an option. */
export const name = z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);

/** A lab in a cluster: a Deployment of ours by this name. Its pod is looked up when it is needed, for Kubernetes may replace it. */
const kubeSchema = z.strictObject({
  ...common,
  environment: z.enum(['kind', 'cluster']),
  kubeconfig: z.string(),
  namespace: name,
  tools: name,
  deployment: name,
  /** The pod and the container that the lab began with; null until they are there. */
  began: z.strictObject({ pod: name, containerId: z.string() }).nullable(),
});

const recordSchema = z.discriminatedUnion('environment', [hostSchema, kubeSchema]);

export type HostRecord = z.infer<typeof hostSchema>;
export type KubeRecord = z.infer<typeof kubeSchema>;
export type LabRecord = z.infer<typeof recordSchema>;

export const labsDir = (): string => join(stateDir(), 'labs');
/** The lab's own folder: ledger, the service's log, learners' scratch. */
export const labDir = (id: string): string => join(labsDir(), id);
const fileOf = (id: string) => join(labsDir(), `${id}.json`);

export function writeRecord(record: LabRecord): void {
  mkdirSync(labDir(record.id), { recursive: true });
  writeFileAtomic.sync(fileOf(record.id), `${JSON.stringify(record, null, 2)}\n`);
}

/** All records, newest first. One that cannot be read is set aside under a name that says so, and named by `onBad`. */
export function readRecords(onBad: (file: string) => void = () => {}): LabRecord[] {
  let names: string[];
  try {
    names = readdirSync(labsDir()).filter((n) => n.endsWith('.json'));
  } catch {
    return [];
  }
  const records: LabRecord[] = [];
  for (const name of names) {
    const file = join(labsDir(), name);
    try {
      records.push(recordSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue; // another runner was faster
      const aside = `${file}.unreadable-${Date.now()}`;
      renameSync(file, aside);
      onBad(aside);
    }
  }
  return records.sort((a, b) => b.startedAt - a.startedAt);
}

export const hostRecords = (onBad?: (file: string) => void): HostRecord[] =>
  readRecords(onBad).filter((r) => r.environment === 'host');

export const kubeRecords = (kind: KubeRecord['environment']): KubeRecord[] =>
  readRecords().filter((r): r is KubeRecord => r.environment === kind);

export function removeRecord(id: string): void {
  rmSync(labDir(id), { recursive: true, force: true });
  rmSync(fileOf(id), { force: true });
}
