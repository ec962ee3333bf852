import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { stateDir } from '../../paths.ts';
import type { Access } from '../kube/kubectl.ts';
import { name } from '../kube/record.ts';

/** Our part of somebody else's cluster, written down before it is made: `down` removes what we made and nothing else. */
const schema = z.strictObject({
  version: z.literal(1),
  /** The context it was made in, by name; the kubeconfig beside it has that one alone. */
  context: z.string(),
  kubeconfig: z.string(),
  namespace: name,
  tools: name,
  /** Where its nodes find our images; null: by their plain names. */
  images: z.string().nullable().default(null),
  lifetime: z.enum(['session', 'until-down']),
  owner: z.strictObject({ pid: z.int().positive(), startTime: z.string() }),
  /** Whether the tools may run there; without them only what needs no tracing works. */
  toolbox: z.boolean(),
  made: z.array(z.enum(['namespace', 'tools-namespace', 'toolbox'])),
});

export type PartRecord = z.infer<typeof schema>;

export const accessOf = ({ kubeconfig, namespace, tools }: PartRecord): Access => ({ kubeconfig, namespace, tools });

const dir = () => join(stateDir(), 'cluster');
const fileOf = () => join(dir(), 'part.json');
export const kubeconfigFile = (): string => join(dir(), 'kubeconfig');

export function writePart(record: PartRecord): void {
  mkdirSync(dir(), { recursive: true, mode: 0o700 });
  writeFileAtomic.sync(fileOf(), `${JSON.stringify(record, null, 2)}\n`);
}

/** The kubeconfig may hold a secret: nobody else reads it. */
export function writeKubeconfig(text: string): void {
  mkdirSync(dir(), { recursive: true, mode: 0o700 });
  writeFileAtomic.sync(kubeconfigFile(), text, { mode: 0o600 });
}

export function readPart(): PartRecord | null {
  if (!existsSync(fileOf())) return null;
  try {
    return schema.parse(JSON.parse(readFileSync(fileOf(), 'utf8')));
  } catch {
    renameSync(fileOf(), `${fileOf()}.unreadable-${Date.now()}`);
    return null;
  }
}

export function removePart(): void {
  rmSync(fileOf(), { force: true });
  rmSync(kubeconfigFile(), { force: true });
  if (existsSync(dir()) && readdirSync(dir()).length === 0) rmSync(dir(), { recursive: true, force: true });
}
