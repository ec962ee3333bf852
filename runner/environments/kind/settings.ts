import { join } from 'node:path';
import { stateDir } from '../../paths.ts';

/** The Kubernetes whose node image is used, and the kind that is known to make a cluster of it. */
export const KUBERNETES = 'v1.34.0';
export const KIND = 'v0.30.0';

/** What may be set for a place without a registry; empty is not set. */
const set = (name: string): string | null => process.env[name] || null;

/** A registry that mirrors Docker Hub: `host:port/path`, put before the names of official images. */
const mirrored = (image: string, official: string): string => {
  const mirror = set('WORKSHOP_REGISTRY')?.replace(/\/+$/, '');
  return mirror ? `${mirror}/${official}` : image;
};

export const nodeImage = (): string =>
  set('WORKSHOP_NODE_IMAGE') ?? mirrored(`kindest/node:${KUBERNETES}`, `kindest/node:${KUBERNETES}`);
export const baseImage = (): string =>
  set('WORKSHOP_BASE_IMAGE') ?? mirrored('debian:trixie-slim', 'library/debian:trixie-slim');
export const clusterName = (): string => set('WORKSHOP_KIND_NAME') ?? 'ebpf-workshop';

export const kindDir = (): string => join(stateDir(), 'kind');
export const kubeconfig = (): string => join(kindDir(), `${clusterName()}.kubeconfig`);
