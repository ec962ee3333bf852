import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { stateDir } from '../paths.ts';
import { add, latest } from './revisions.ts';

const ID = /^[a-z0-9-]+$/;
const processSchema = z.strictObject({ pid: z.int().positive(), startTime: z.string() });

const common = {
  version: z.literal(1),
  id: z.string().regex(ID),
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
  /** Mounts of ours that stay as long as this lab needs them; never one that was there before. */
  mounts: z.array(z.string()).readonly(),
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

export type HostRecord = Readonly<z.infer<typeof hostSchema>>;
export type KubeRecord = Readonly<z.infer<typeof kubeSchema>>;
export type LabRecord = HostRecord | KubeRecord;

export const labsDir = (): string => join(stateDir(), 'labs');
/** The lab's own folder: its record, ledger, the service's log, learners' scratch. */
export const labDir = (id: string): string => join(labsDir(), id);

const text = (record: LabRecord) => `${JSON.stringify(record, null, 2)}\n`;

/** Writes down a lab that nothing exists of yet. Its id is new: one that is known already is an error. */
export function createRecord(record: LabRecord): void {
  mkdirSync(labsDir(), { recursive: true });
  mkdirSync(labDir(record.id));
  add(labDir(record.id), 0, text(record));
}

/**
 * Changes what is on disk *now*: `change` gets that and says only what becomes different, and is asked again where another
 * runner was faster. Resolves to the record as it then stands; null where it has been removed meanwhile.
 */
export const updateHost = (
  id: string,
  change: (now: HostRecord) => Partial<Pick<HostRecord, 'target' | 'mounts'>>,
): HostRecord | null => update(id, isHost, change);

export const updateKube = (
  id: string,
  change: (now: KubeRecord) => Partial<Pick<KubeRecord, 'deployment' | 'began'>>,
): KubeRecord | null => update(id, isKube, change);

function update<R extends LabRecord>(
  id: string,
  is: (record: LabRecord) => record is R,
  change: (now: R) => Partial<R>,
): R | null {
  for (;;) {
    const now = read(id);
    if (!now || !is(now.record)) return null;
    const different = change(now.record);
    if (Object.keys(different).length === 0) return now.record;
    const next = { ...now.record, ...different };
    if (add(labDir(id), now.number + 1, text(next))) return next;
  }
}

/** All records, newest first. One that cannot be read is set aside under a name that says so, and named by `onBad`. */
export function readRecords(onBad: (file: string) => void = () => {}): LabRecord[] {
  return ids()
    .flatMap((id) => read(id, onBad)?.record ?? [])
    .sort((a, b) => b.startedAt - a.startedAt);
}

const isHost = (r: LabRecord): r is HostRecord => r.environment === 'host';
const isKube = (r: LabRecord): r is KubeRecord => r.environment !== 'host';

export const hostRecords = (onBad?: (file: string) => void): HostRecord[] => readRecords(onBad).filter(isHost);

export const kubeRecords = (kind: KubeRecord['environment']): KubeRecord[] =>
  readRecords().filter((r): r is KubeRecord => r.environment === kind);

/** Away with the record and the folder in one step: an update under way finds neither. */
export function removeRecord(id: string): void {
  const gone = join(labsDir(), `.gone-${id}`);
  try {
    renameSync(labDir(id), gone);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  rmSync(gone, { recursive: true, force: true });
}

function ids(): string[] {
  try {
    return readdirSync(labsDir()).filter((name) => ID.test(name));
  } catch {
    return [];
  }
}

/** A revision that cannot be read makes way for the one before it. */
function read(id: string, onBad: (file: string) => void = () => {}): { record: LabRecord; number: number } | null {
  for (let revision = latest(labDir(id)); revision; revision = latest(labDir(id))) {
    const { file, number } = revision;
    try {
      const record = recordSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
      if (record.id !== id) throw new Error(`the record of ${record.id}`);
      return { record, number };
    } catch (error) {
      if (isMissing(error)) continue; // another runner was faster
      setAside(file, onBad);
    }
  }
  return null;
}

function setAside(file: string, onBad: (file: string) => void): void {
  const aside = `${file}.unreadable-${Date.now()}`;
  try {
    renameSync(file, aside);
    onBad(aside);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
