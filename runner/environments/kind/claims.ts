import { makeDirs } from '../../disk.ts';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker } from '../kube/docker.ts';
import { imageRefs } from '../kube/images.ts';
import { loaded } from './cluster.ts';
import { kindDir } from './settings.ts';

/**
 * One Docker may serve many: an image is a digest of its sources, so that learners with the same checkout share it. Who uses
 * one puts a tag of their own on it, by a name that nobody else has; who leaves takes that away, and the last one the image.
 */
const ownFile = () => join(kindDir(), 'claims-as');

function ownName(): string {
  if (!existsSync(ownFile())) {
    makeDirs(kindDir());
    try {
      writeFileSync(ownFile(), `${randomBytes(6).toString('hex')}\n`, { flag: 'wx' });
    } catch {} // another runner of this learner's was faster
  }
  return readFileSync(ownFile(), 'utf8').trim();
}

const BETWEEN = '.of-';

/** Says that this learner uses an image, which is there. */
export async function claim(ref: string): Promise<void> {
  await docker(['tag', ref, `${ref}${BETWEEN}${ownName()}`], { timeoutMs: 20_000 });
}

/**
 * Takes away the images that this learner used (`named`: those that their clusters' records name), but those that somebody
 * else has claimed, or that are in the node of a cluster of somebody's.
 */
export async function removeImages(named: readonly string[]): Promise<void> {
  if (named.length === 0 && !existsSync(ownFile())) return;
  const there = await imageRefs();
  const mine = there.filter((tag) => existsSync(ownFile()) && tag.endsWith(`${BETWEEN}${ownName()}`));
  const used = [...new Set([...mine.map((tag) => tag.slice(0, tag.lastIndexOf(BETWEEN))), ...named])];
  if (mine.length > 0) await docker(['image', 'rm', ...mine]);
  rmSync(ownFile(), { force: true });
  const unclaimed = used.filter(
    (ref) => there.includes(ref) && !there.some((tag) => tag.startsWith(`${ref}${BETWEEN}`) && !mine.includes(tag)),
  );
  if (unclaimed.length === 0) return;
  const elsewhere = await inNodes();
  const free = unclaimed.filter((ref) => !elsewhere.has(ref));
  if (free.length > 0) await docker(['image', 'rm', ...free]);
}

/** Images that the nodes of clusters have which run in this Docker; ours are gone by then. */
async function inNodes(): Promise<Set<string>> {
  const nodes = await docker(['ps', '--filter', 'label=io.x-k8s.kind.cluster', '--format', '{{.Names}}'], {
    timeoutMs: 20_000,
  });
  const all = await Promise.all(
    nodes
      .split('\n')
      .filter(Boolean)
      .map((node) => loaded(node)),
  );
  return new Set(all.flatMap((refs) => [...refs]));
}
