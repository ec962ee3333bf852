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
    template?: { metadata: { labels: Record<string, string> }; spec: PodSpec };
  };
}

interface PodSpec {
  containers: Container[];
  affinity?: object;
  tolerations?: object[];
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

/** The labels of the toolbox's pods. */
const TOOLBOX = { 'app.kubernetes.io/name': 'toolbox' };

/** The objects of a file under k8s/. The files are what a person applies; the runner changes names and settings only. */
export const manifests = (path: string): Manifest[] =>
  parseAllDocuments(readFileSync(join(root, 'k8s', path), 'utf8')).map((d) => d.toJS() as Manifest);

/** Where the leaker's image has its programs: the usual build, and each other one in a folder of its name. */
const PROGRAMS = '/usr/local/bin';

/** What a leaker has otherwise than the file says. */
interface Otherwise {
  memoryLimit?: string | undefined;
  build?: Build | undefined;
  /** What it is sure to need, of its node's memory. */
  memoryRequest?: string | undefined;
  /** The namespace of the toolbox that it is put beside, on a node that has one; without, on any. */
  beside?: string | undefined;
}

/** One leaker: its name, its namespace, its image, its settings, and what it has otherwise. */
export function leaker(
  name: string,
  namespace: string,
  image: string,
  settings: Record<string, string>,
  { memoryLimit, memoryRequest, build, beside }: Otherwise = {},
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
  if (memoryRequest)
    container.resources = {
      ...container.resources,
      requests: { ...container.resources?.requests, memory: memoryRequest },
    };
  if (memoryLimit) container.resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: memoryLimit } };
  if (beside)
    spec.template.spec.affinity = {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: TOOLBOX }, namespaces: [beside], topologyKey: 'kubernetes.io/hostname' },
        ],
      },
    };
  const given = Object.entries(settings).map(([n, value]) => ({ name: n, value }));
  container.env = [...(container.env ?? []).filter(({ name: n }) => !(n in settings)), ...given];
  return deployment;
}

/** Which nodes get a toolbox: as a rule no control plane, for who may use it is root there. */
export type Nodes = 'workers' | 'any';

/** The toolbox, in a namespace of that name; on any node it is what k8s/overlays/toolbox-anywhere makes of it. */
export function toolbox(namespace: string, image: string, nodes: Nodes): Manifest[] {
  return [...manifests('toolbox/namespace.yaml'), ...manifests('toolbox/daemonset.yaml')].map((m) => {
    if (m.kind === 'Namespace') return { ...m, metadata: { ...m.metadata, name: namespace } };
    const pod = m.spec?.template?.spec;
    const container = pod?.containers[0];
    if (container) {
      container.image = image;
      container.imagePullPolicy = pulled(image);
    }
    if (pod && nodes === 'any') {
      delete pod.affinity;
      pod.tolerations = [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }];
    }
    return { ...m, metadata: { ...m.metadata, namespace } };
  });
}

/** An image of ours without a registry before its name was built here; whoever has that name on Docker Hub is a stranger. */
const pulled = (image: string): string => (image.startsWith('ebpf-workshop/') ? 'Never' : 'IfNotPresent');

export const list = (items: Manifest[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
