import type { Need } from '../../model/need.ts';

/** The Kubernetes that is worked with: the node's image, and kubectl. */
export const KUBERNETES = 'v1.34.0';

/** What may be set for a place without a registry; empty is not set. */
export const set = (name: string): string | null => process.env[name] || null;

/** A registry that mirrors Docker Hub: `host:port/path`, put before the names of official images. */
export const mirrored = (image: string, official: string): string => {
  const mirror = set('WORKSHOP_REGISTRY')?.replace(/\/+$/, '');
  return mirror ? `${mirror}/${official}` : image;
};

export const baseImage = (): string =>
  set('WORKSHOP_BASE_IMAGE') ?? mirrored('debian:trixie-slim', 'library/debian:trixie-slim');

const ARCH = { x64: 'amd64', arm64: 'arm64' } as Record<string, string>;
export const arch = ARCH[process.arch] ?? process.arch;

/** A base of our own for tests and for places that mirror releases. */
const kubectlAt = `${process.env.WORKSHOP_KUBECTL_RELEASES || 'https://dl.k8s.io/release'}/${KUBERNETES}/bin/linux/${arch}/kubectl`;

export const KUBECTL_NEED: Need = {
  program: 'kubectl',
  packages: { apt: [], dnf: [], zypper: [], pacman: ['kubectl'], apk: ['kubectl'] },
  release: { url: kubectlAt, sha256: `${kubectlAt}.sha256` },
};
