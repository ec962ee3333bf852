import { join } from 'node:path';
import type { Need } from '../../model/need.ts';
import { stateDir } from '../../paths.ts';
import { arch, KUBECTL_NEED, KUBERNETES, mirrored, set } from '../kube/settings.ts';

/** The kind that is known to make a cluster of our Kubernetes. */
export const KIND = 'v0.30.0';

export const nodeImage = (): string =>
  set('WORKSHOP_NODE_IMAGE') ?? mirrored(`kindest/node:${KUBERNETES}`, `kindest/node:${KUBERNETES}`);
export const clusterName = (): string => set('WORKSHOP_KIND_NAME') ?? 'ebpf-workshop';

export const kindDir = (): string => join(stateDir(), 'kind');
export const kubeconfig = (): string => join(kindDir(), `${clusterName()}.kubeconfig`);

/** A base of our own for tests and for places that mirror releases. */
const kindAt = `${process.env.WORKSHOP_KIND_RELEASES || 'https://kind.sigs.k8s.io/dl'}/${KIND}/kind-linux-${arch}`;

/** What the kind environment takes of this machine; all else is in its images. */
export const KIND_NEEDS: Need[] = [
  {
    program: 'docker',
    packages: { apt: ['docker.io'], dnf: ['moby-engine'], zypper: ['docker'], pacman: ['docker'], apk: ['docker'] },
  },
  {
    program: 'kind',
    packages: { apt: [], dnf: [], zypper: [], pacman: [], apk: ['kind'] },
    release: { url: kindAt, sha256: `${kindAt}.sha256sum` },
  },
  KUBECTL_NEED,
];
