import { makeDirs } from '../../disk.ts';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { alive } from '../../process.ts';
import { kindDir } from './settings.ts';

/** A cluster of ours, written down before it is created; `down` removes what it names and nothing else. */
const schema = z.strictObject({
  version: z.literal(1),
  name: z.string().regex(/^[a-z0-9.-]+$/),
  kubeconfig: z.string(),
  lifetime: z.enum(['session', 'until-down']),
  owner: z.strictObject({ pid: z.int().positive(), startTime: z.string() }),
  startedAt: z.number(),
  /** Whether it was once whole: one that was not is made anew. */
  whole: z.boolean(),
  /** Images that we built or loaded into Docker for it. */
  images: z.array(z.string()),
});

export type ClusterRecord = z.infer<typeof schema>;

const fileOf = (name: string) => join(kindDir(), `${name}.json`);

export function writeCluster(record: ClusterRecord): void {
  makeDirs(kindDir());
  writeFileAtomic.sync(fileOf(record.name), `${JSON.stringify(record, null, 2)}\n`);
}

/** Changes what is on disk now: what was read before something was waited for is old. One that is gone stays gone. */
export function updateCluster(name: string, different: Partial<Pick<ClusterRecord, 'owner' | 'whole'>>): void {
  const now = readCluster(name);
  if (now) writeCluster({ ...now, ...different });
}

/** One that cannot be read is set aside under a name that says so. */
export function readCluster(name: string): ClusterRecord | null {
  const file = fileOf(name);
  if (!existsSync(file)) return null;
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    renameSync(file, `${file}.unreadable-${Date.now()}`);
    return null;
  }
}

export function clusters(): ClusterRecord[] {
  if (!existsSync(kindDir())) return [];
  return readdirSync(kindDir())
    .filter((n) => n.endsWith('.json'))
    .flatMap((n) => readCluster(n.slice(0, -'.json'.length)) ?? []);
}

/** Clusters of sessions that are gone. */
export const orphanClusters = (): ClusterRecord[] =>
  clusters().filter((c) => c.lifetime === 'session' && !alive(c.owner));

export function removeCluster({ name, kubeconfig }: ClusterRecord): void {
  rmSync(kubeconfig, { force: true });
  rmSync(`${kubeconfig}.lock`, { force: true });
  rmSync(fileOf(name), { force: true });
}
