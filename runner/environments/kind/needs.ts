import type { Need } from '../../model/need.ts';
import { KIND, KUBERNETES } from './settings.ts';

const ARCH = { x64: 'amd64', arm64: 'arm64' } as Record<string, string>;
const arch = ARCH[process.arch] ?? process.arch;

/** A base of our own for tests and for places that mirror releases. */
const kindAt = `${process.env.WORKSHOP_KIND_RELEASES || 'https://kind.sigs.k8s.io/dl'}/${KIND}/kind-linux-${arch}`;
const kubectlAt = `${process.env.WORKSHOP_KUBECTL_RELEASES || 'https://dl.k8s.io/release'}/${KUBERNETES}/bin/linux/${arch}/kubectl`;

export const KUBECTL_NEED: Need = {
  program: 'kubectl',
  packages: { apt: [], dnf: [], zypper: [], pacman: ['kubectl'], apk: ['kubectl'] },
  release: { url: kubectlAt, sha256: `${kubectlAt}.sha256` },
};

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
