import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root } from '../../paths.ts';
import type { Build } from '../workload.ts';

/** As much of a Kubernetes object as we touch; the rest goes through as it is. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec?: {
    selector?: { matchLabels: Record<string, string> };
    template?: { metadata: { labels: Record<string, string> }; spec: { containers: Container[]; nodeName?: string } };
  };
}

interface Container {
  name: string;
  image: string;
  command?: string[];
  imagePullPolicy?: string;
  env?: { name: string; value: string }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
}

/** The label that all objects of a lab carry, and nobody else's. */
export const INSTANCE = 'app.kubernetes.io/instance';

/** The objects of a file under k8s/. The files are what a person applies; the runner changes names and settings only. */
export const manifests = (path: string): Manifest[] =>
  parseAllDocuments(readFileSync(join(root, 'k8s', path), 'utf8')).map((d) => d.toJS() as Manifest);

/** Where the leaker's image has its programs: the usual build, and each other one in a folder of its name. */
const PROGRAMS = '/usr/local/bin';

/** One leaker: its name, its namespace, its image, its settings, and what a variant has otherwise. */
export function leaker(
  name: string,
  namespace: string,
  image: string,
  settings: Record<string, string>,
  { memoryLimit, build }: { memoryLimit?: string | undefined; build?: Build | undefined } = {},
): Manifest {
  const [deployment] = manifests('leaker/deployment.yaml') as [Manifest];
  const { spec } = deployment;
  const container = spec?.template?.spec.containers[0];
  if (!spec?.template || !spec.selector || !container) throw new Error('k8s/leaker/deployment.yaml: no container');
  deployment.metadata = {
    ...deployment.metadata,
    name,
    namespace,
    labels: { ...deployment.metadata.labels, [INSTANCE]: name },
  };
  spec.selector.matchLabels = { ...spec.selector.matchLabels, [INSTANCE]: name };
  spec.template.metadata.labels = { ...spec.template.metadata.labels, [INSTANCE]: name };
  container.image = image;
  container.imagePullPolicy = pulled(image);
  if (build) container.command = [`${PROGRAMS}/${build}/stealth-leaker`];
  if (memoryLimit) container.resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: memoryLimit } };
  const given = Object.entries(settings).map(([n, value]) => ({ name: n, value }));
  container.env = [...(container.env ?? []).filter(({ name: n }) => !(n in settings)), ...given];
  return deployment;
}

/** The toolbox, in a namespace of that name. */
export function toolbox(namespace: string, image: string): Manifest[] {
  return [...manifests('toolbox/namespace.yaml'), ...manifests('toolbox/daemonset.yaml')].map((m) => {
    if (m.kind === 'Namespace') return { ...m, metadata: { ...m.metadata, name: namespace } };
    const container = m.spec?.template?.spec.containers[0];
    if (container) {
      container.image = image;
      container.imagePullPolicy = pulled(image);
    }
    return { ...m, metadata: { ...m.metadata, namespace } };
  });
}

/** An image of ours without a registry before its name was built here; whoever has that name on Docker Hub is a stranger. */
const pulled = (image: string): string => (image.startsWith('ebpf-workshop/') ? 'Never' : 'IfNotPresent');

export const list = (items: Manifest[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
