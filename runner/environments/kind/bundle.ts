import { existsSync, renameSync, rmSync } from 'node:fs';
import { WorkshopError } from '../../errors.ts';
import { docker } from '../kube/docker.ts';
import { buildImage, IMAGES, type ImageName, imageThere, refOf } from '../kube/images.ts';
import { claim } from './claims.ts';
import { nodeImage } from './settings.ts';

/** What a bundle holds: the node's image and both of ours. */
const refs = (): string[] => [nodeImage(), ...(Object.keys(IMAGES) as ImageName[]).map(refOf)];

/** Saves all images that `up` takes to one file, for a classroom without a network. Whole or not at all. */
export async function save(file: string, signal?: AbortSignal): Promise<string[]> {
  for (const name of Object.keys(IMAGES) as ImageName[]) {
    if (!(await imageThere(refOf(name)))) await buildImage(name, signal);
    await claim(refOf(name));
  }
  if (!(await imageThere(nodeImage()))) await docker(['pull', nodeImage()], { signal });
  const part = `${file}.${process.pid}.part`;
  try {
    await docker(['save', '--output', part, ...refs()], { signal });
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
  return refs();
}

/** Loads a bundle into Docker, and makes sure that it was made from this very checkout. */
export async function restore(file: string, signal?: AbortSignal): Promise<void> {
  if (!existsSync(file)) throw new WorkshopError('usage.unreadable-file', { file, detail: 'no such file' });
  await docker(['load', '--quiet', '--input', file], { signal });
  for (const ref of refs())
    if (!(await imageThere(ref))) throw new WorkshopError('kind.other-bundle', { file, image: ref });
}
