import { afterEach, describe, expect, it, vi } from 'vitest';
import { clusterName, kindDir, kubeconfig, nodeImage } from '../../../runner/environments/kind/settings.ts';
import { baseImage, KUBERNETES } from '../../../runner/environments/kube/settings.ts';

afterEach(() => vi.unstubAllEnvs());

const NAMES = ['WORKSHOP_REGISTRY', 'WORKSHOP_NODE_IMAGE', 'WORKSHOP_BASE_IMAGE', 'WORKSHOP_KIND_NAME'];
const set = (over: Record<string, string>) => {
  for (const name of NAMES) vi.stubEnv(name, over[name]);
};

describe('images', () => {
  it.each([
    ['Docker Hub’s, where nothing is set', {}, `kindest/node:${KUBERNETES}`, 'debian:trixie-slim'],
    [
      'the same, where what is set is empty',
      { WORKSHOP_REGISTRY: '', WORKSHOP_NODE_IMAGE: '', WORKSHOP_BASE_IMAGE: '' },
      `kindest/node:${KUBERNETES}`,
      'debian:trixie-slim',
    ],
    [
      'a mirror’s, official ones under library',
      { WORKSHOP_REGISTRY: 'mirror.example:5000/hub' },
      `mirror.example:5000/hub/kindest/node:${KUBERNETES}`,
      'mirror.example:5000/hub/library/debian:trixie-slim',
    ],
    [
      'a mirror’s, with slashes at its end',
      { WORKSHOP_REGISTRY: 'mirror.example//' },
      `mirror.example/kindest/node:${KUBERNETES}`,
      'mirror.example/library/debian:trixie-slim',
    ],
    [
      'those that are named, whatever the mirror',
      { WORKSHOP_REGISTRY: 'mirror.example', WORKSHOP_NODE_IMAGE: 'n:1', WORKSHOP_BASE_IMAGE: 'b:1' },
      'n:1',
      'b:1',
    ],
    [
      'each by itself',
      { WORKSHOP_REGISTRY: 'mirror.example', WORKSHOP_BASE_IMAGE: 'b:1' },
      `mirror.example/kindest/node:${KUBERNETES}`,
      'b:1',
    ],
  ])('are %s', (_, env, node, base) => {
    set(env);
    expect([nodeImage(), baseImage()]).toEqual([node, base]);
  });
});

describe('the cluster', () => {
  it('has a name of ours, and a kubeconfig of its own in our state', () => {
    set({});
    vi.stubEnv('XDG_STATE_HOME', '/state');
    vi.stubEnv('KUBECONFIG', '/home/learner/.kube/config');
    expect([clusterName(), kindDir(), kubeconfig()]).toEqual([
      'ebpf-workshop',
      '/state/ebpf-workshop/kind',
      '/state/ebpf-workshop/kind/ebpf-workshop.kubeconfig',
    ]);
  });
  it('may be called otherwise', () => {
    set({ WORKSHOP_KIND_NAME: 'second' });
    vi.stubEnv('XDG_STATE_HOME', '/state');
    expect([clusterName(), kubeconfig()]).toEqual(['second', '/state/ebpf-workshop/kind/second.kubeconfig']);
  });
});
