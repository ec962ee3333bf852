import { chmodSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { append, BadBundle, check, partsOf, unpack, wanted } from '../../../bin/bootstrap/bundle-file.mjs';
import { makeDirs } from '../../disk.ts';
import { WorkshopError } from '../../errors.ts';
import { capture } from '../../exec.ts';
import { binDir, onPath, root } from '../../paths.ts';
import { docker } from '../kube/docker.ts';
import { buildImage, IMAGES, type ImageName, imageThere, refOf } from '../kube/images.ts';
import { claim } from './claims.ts';
import { KIND_NEEDS, nodeImage } from './settings.ts';

/** The images of a bundle: the node's and both of ours. */
const refs = (): string[] => [nodeImage(), ...(Object.keys(IMAGES) as ImageName[]).map(refOf)];

/** Programs that are fetched where there is a network. */
const fetched = (): string[] => KIND_NEEDS.filter((need) => need.release).map((need) => need.program);

/**
 * Saves all that `up` takes to one file, for a classroom without a network: images, and what the runner itself needs. Whole or
 * not at all.
 */
export async function save(file: string, signal?: AbortSignal): Promise<string[]> {
  for (const name of Object.keys(IMAGES) as ImageName[]) {
    if (!(await imageThere(refOf(name)))) await buildImage(name, signal);
    await claim(refOf(name));
  }
  if (!(await imageThere(nodeImage()))) await docker(['pull', nodeImage()], { signal });
  const part = `${file}.${process.pid}.part`;
  const needs = `${part}.needs`;
  try {
    await docker(['save', '--output', part, ...refs()], { signal });
    const programs = fetched().flatMap((program) => onPath(program) ?? []);
    await archive(needs, programs, signal);
    await append(
      part,
      needs,
      {
        platform: `${process.platform}-${process.arch}`,
        modules: wanted(root),
        programs: programs.map((path) => path.slice(dirname(path).length + 1)),
      },
      signal,
    );
    renameSync(part, file);
  } catch (error) {
    if (error instanceof WorkshopError || signal?.aborted) throw error;
    throw new WorkshopError('kind.not-saved', { file, detail: (error as Error).message });
  } finally {
    for (const left of [part, needs]) rmSync(left, { force: true });
  }
  return refs();
}

/** The node modules that the runner is built from, those of its tests left out, and the programs. */
async function archive(file: string, programs: string[], signal?: AbortSignal): Promise<void> {
  const argv = ['tar', '-czhf', file, '-C', root, 'node_modules/.package-lock.json', ...modules()];
  const said = await capture(
    [...argv, ...programs.flatMap((path) => ['-C', dirname(path), path.slice(dirname(path).length + 1)])],
    {
      signal,
    },
  );
  signal?.throwIfAborted();
  if (said.code !== 0)
    throw new WorkshopError('kind.not-saved', {
      file,
      detail: (said.error ?? said.text).trim().split('\n').at(-1) ?? '',
    });
}

function modules(): string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(
      ([path, { dev }]) => /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path) && !dev && existsSync(join(root, path)),
    )
    .map(([path]) => path);
}

/** Loads a bundle into Docker, and makes sure that it is whole, and was made from this very checkout. */
export async function restore(file: string, signal?: AbortSignal): Promise<void> {
  const bundle = await intact(file, 'images', signal);
  try {
    await docker(['load', '--quiet', '--input', file], { signal });
  } catch (error) {
    // Of a file that is not ours only Docker can say what is wrong with it.
    if (!bundle.contents && error instanceof WorkshopError && error.errorName === 'docker.failed')
      throw new WorkshopError('kind.no-bundle', { file, detail: error.values.detail ?? '' });
    throw error;
  }
  for (const ref of refs())
    if (!(await imageThere(ref))) throw new WorkshopError('kind.other-bundle', { file, image: ref });
}

/** Puts the programs of a bundle that this machine lacks where fetched ones lie: there is no network to fetch them from. */
export async function takePrograms(file: string, signal?: AbortSignal): Promise<void> {
  const lacking = fetched().filter((program) => onPath(program) === null);
  if (lacking.length === 0) return;
  const { needs, contents } = await intact(file, 'needs', signal);
  const has = lacking.filter((program) => contents?.programs.includes(program));
  if (!needs || has.length === 0 || contents?.platform !== `${process.platform}-${process.arch}`) return;
  const fresh = join(binDir(), `.bundle-${process.pid}`);
  try {
    makeDirs(fresh);
    await unpack(file, needs, fresh, has);
    for (const program of has) {
      chmodSync(join(fresh, program), 0o755);
      renameSync(join(fresh, program), join(binDir(), program));
    }
  } catch (error) {
    throw new WorkshopError('install.failed', {
      packages: has.join(', '),
      detail: `${file}: ${(error as Error).message}`,
      command: `tar -xOf ${file} workshop/needs.tar.gz | tar -xz -C ${binDir()} ${has.join(' ')}`,
    });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** What lies where in a bundle, once its bytes were seen to be those that were written. */
async function intact(file: string, part: 'images' | 'needs', signal?: AbortSignal) {
  if (!existsSync(file)) throw new WorkshopError('usage.unreadable-file', { file, detail: 'no such file' });
  try {
    const bundle = partsOf(file);
    await check(file, bundle, part, signal);
    return bundle;
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof BadBundle))
      throw new WorkshopError('usage.unreadable-file', { file, detail: (error as Error).message });
    if (error.why === 'cut') throw new WorkshopError('kind.bundle-cut', { file, bytes: String(error.at) });
    if (error.why === 'no-tar' && error.at === 0)
      throw new WorkshopError('kind.no-bundle', { file, detail: 'tar: not an archive' });
    throw new WorkshopError('kind.bundle-damaged', { file, bytes: String(error.at) });
  }
}
