import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { makeDirs } from '../../disk.ts';
import { stateDir } from '../../paths.ts';
import { name } from '../kube/record.ts';

/** What a person said once of a cluster: their namespace in it, and where its nodes find our images. It outlives the part. */
const answer = z.strictObject({ namespace: name.optional(), images: z.string().optional() });
const schema = z.strictObject({ version: z.literal(1), clusters: z.record(z.string(), answer) });

export type Answer = z.infer<typeof answer>;

const file = () => join(stateDir(), 'cluster', 'answers.json');

/** Contexts of one name may lead to several clusters, and one cluster has several contexts: an answer is for both. */
const keyOf = (context: string, kubeconfig: string): string => `${context} ${serverOf(kubeconfig) ?? ''}`;

/** The API server that a kubeconfig with one context leads to. */
export const serverOf = (kubeconfig: string): string | undefined => /^\s*server: (.*)$/m.exec(kubeconfig)?.[1];

/** What was said of this cluster, and of no other. What can't be read was never said. */
export function answered(context: string, kubeconfig: string): Answer {
  return all()[keyOf(context, kubeconfig)] ?? {};
}

export function remember(context: string, kubeconfig: string, said: Answer): void {
  const before = all();
  const key = keyOf(context, kubeconfig);
  const clusters = { ...before, [key]: { ...before[key], ...said } };
  makeDirs(join(stateDir(), 'cluster'));
  writeFileAtomic.sync(file(), `${JSON.stringify({ version: 1, clusters }, null, 2)}\n`);
}

function all(): Record<string, Answer> {
  if (!existsSync(file())) return {};
  try {
    return schema.parse(JSON.parse(readFileSync(file(), 'utf8'))).clusters;
  } catch {
    return {};
  }
}
