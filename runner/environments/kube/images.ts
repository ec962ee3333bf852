import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { capture } from '../../exec.ts';
import { root } from '../../paths.ts';
import { docker } from './docker.ts';
import { baseImage } from './settings.ts';

/** An image of ours: from which Dockerfile, with which context, made of which files. */
interface Image {
  name: string;
  dockerfile: string;
  context: string;
  /** What its tag is a digest of, under the checkout. */
  sources: string[];
  usualMs: number;
}

export const IMAGES = {
  leaker: {
    name: 'ebpf-workshop/stealth-leaker',
    dockerfile: 'workloads/stealth-leaker/Dockerfile',
    context: 'workloads/stealth-leaker',
    sources: ['workloads/stealth-leaker'],
    usualMs: 20_000,
  },
  toolbox: {
    name: 'ebpf-workshop/toolbox',
    dockerfile: 'k8s/toolbox/Dockerfile',
    context: '.',
    sources: [
      'k8s/toolbox/Dockerfile',
      'k8s/toolbox/bin',
      'bpf/memleak',
      'bpf/mallocstacks',
      'bpf/bcc-start.py',
      'runner/environments/local/elevated.sh',
    ],
    usualMs: 90_000,
  },
} satisfies Record<string, Image>;

export type ImageName = keyof typeof IMAGES;

/** The image with its tag: the same files on the same base are the same image, and are built once. */
export function refOf(image: ImageName): string {
  const hash = createHash('sha256').update(baseImage());
  for (const source of IMAGES[image].sources)
    for (const file of filesUnder(source)) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  return `${IMAGES[image].name}:${hash.digest('hex').slice(0, 12)}`;
}

/** What goes into an image: not what a build of one's own has left there, nor what is about it. */
function filesUnder(path: string): string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter(
      ({ name }) =>
        !(name === 'build' || name.startsWith('.') || name === basename(path) || /\.(?:yaml|md|json|o)$/.test(name)),
    )
    .flatMap((e) => (e.isDirectory() ? filesUnder(join(path, e.name)) : [join(path, e.name)]));
}

export const imageThere = async (ref: string): Promise<boolean> =>
  (await capture(['docker', 'image', 'inspect', '--format', '{{.Id}}', ref], { timeoutMs: 20_000 })).code === 0;

/** Builds what is not there. The label is how our images are known from others. */
export async function buildImage(image: ImageName, signal?: AbortSignal): Promise<void> {
  const { dockerfile, context } = IMAGES[image];
  await docker(
    [
      'build',
      '--quiet',
      '--force-rm',
      '--label',
      LABEL,
      '--build-arg',
      `BASE=${baseImage()}`,
      '--tag',
      refOf(image),
      '--file',
      join(root, dockerfile),
      join(root, context),
    ],
    { signal, env: await builder() },
  );
}

/** Images of ours that are in this Docker, whoever built them, by their tags. */
export async function imageRefs(): Promise<string[]> {
  const format = ['--format', '{{.Repository}}:{{.Tag}}'];
  const tags = await docker(['images', '--filter', `label=${LABEL}`, ...format], { timeoutMs: 20_000 });
  return tags.split('\n').filter((tag) => tag !== '' && !tag.includes('<none>'));
}

const LABEL = 'org.ebpf-workshop=image';

/** Docker 23 and newer ask for buildx and fail without it, as some distributions ship them. */
async function builder(): Promise<Record<string, string>> {
  if (process.env.DOCKER_BUILDKIT !== undefined) return {};
  return (await capture(['docker', 'buildx', 'version'], { timeoutMs: 10_000 })).code === 0
    ? {}
    : { DOCKER_BUILDKIT: '0' };
}
