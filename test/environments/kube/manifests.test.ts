import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../runner/paths.ts';
import { BUILDS, loadWorkload } from '../../../runner/environments/workload.ts';
import {
  INSTANCE,
  leaker,
  list,
  type Manifest,
  type Nodes,
  manifests,
  toolbox,
} from '../../../runner/environments/kube/manifests.ts';

const [file] = manifests('leaker/deployment.yaml') as [Manifest];
const made = () =>
  leaker('leak-1', 'of-a-learner', 'registry.example/leaker:1', { LEAK_PERIOD_MS: '300', LEAK: 'off' });
const container = (m: Manifest | undefined) => m?.spec?.template?.spec.containers[0];
/** The manifest with what may differ taken out of it. */
const rest = (m: Manifest | undefined) => {
  const copy = structuredClone(m) as unknown as {
    metadata: unknown;
    spec: {
      selector: unknown;
      template: { metadata: { labels: unknown }; spec: { containers: Record<string, unknown>[] } };
    };
  };
  for (const key of ['image', 'imagePullPolicy', 'env']) delete copy.spec.template.spec.containers[0]?.[key];
  return {
    ...copy,
    metadata: null,
    spec: {
      ...copy.spec,
      selector: null,
      template: { ...copy.spec.template, metadata: { ...copy.spec.template.metadata, labels: null } },
    },
  };
};

describe('a leaker', () => {
  it('is called and placed as told', () => {
    expect(made()).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'leak-1', namespace: 'of-a-learner' },
    });
    expect(container(made())).toMatchObject({ name: 'leaker', image: 'registry.example/leaker:1' });
  });
  it('has a label of its own, on itself, on its pods, and in what selects them', () => {
    const { metadata, spec } = made();
    const labels = { ...file.metadata.labels, [INSTANCE]: 'leak-1' };
    expect(metadata.labels).toEqual(labels);
    expect(spec?.template?.metadata.labels).toEqual(labels);
    expect(spec?.selector?.matchLabels).toEqual({ ...file.spec?.selector?.matchLabels, [INSTANCE]: 'leak-1' });
  });
  it('gets the settings as text, and keeps what they do not set', () => {
    expect(container(made())?.env).toEqual([
      { name: 'BIND_ADDRESS', value: '0.0.0.0' },
      { name: 'LEDGER', value: '/var/lib/leaker/ledger' },
      { name: 'LIFETIME_S', value: '43200' },
      { name: 'LEAK_PERIOD_MS', value: '300' },
      { name: 'LEAK', value: 'off' },
    ]);
  });
  it('has each setting once: ours in place of the file’s', () => {
    expect(container(leaker('a', 'b', 'c', { LEDGER: '/elsewhere' }))?.env).toEqual([
      { name: 'BIND_ADDRESS', value: '0.0.0.0' },
      { name: 'LIFETIME_S', value: '43200' },
      { name: 'LEDGER', value: '/elsewhere' },
    ]);
  });
  it('is in all else the file that a person applies, with its security context', () => {
    expect(rest(made())).toEqual(rest(file));
    expect(container(made())).toMatchObject({
      securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    });
    expect(made().spec?.template?.spec).toMatchObject({ securityContext: { runAsNonRoot: true } });
  });
  it('may get less memory, and asks for no more than that', () => {
    const tight = leaker('leak-1', 'of-a-learner', 'registry.example/leaker:1', {}, { memoryLimit: '32Mi' });
    expect(container(tight)).toMatchObject({
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '32Mi' } },
    });
    const { resources, ...others } = container(tight) as unknown as Record<string, unknown>;
    expect(resources).not.toEqual((container(file) as unknown as Record<string, unknown>)['resources']);
    expect(Object.keys(others).sort()).toEqual(
      Object.keys(container(file) as object)
        .filter((key) => key !== 'resources')
        .sort(),
    );
  });
  it.each(BUILDS)('may be another build, %s, called as ever, where the image has it', (build) => {
    const [program = ''] = container(leaker('leak-1', 'of-a-learner', 'x', {}, { build }))?.command ?? [];
    expect(program).toBe(`/usr/local/bin/${build}/stealth-leaker`);
    const image = readFileSync(join(root, 'workloads/stealth-leaker/Dockerfile'), 'utf8');
    // The image's own program is the usual build; the others lie below its folder, as the Makefile laid them.
    expect(image).toContain(`ENTRYPOINT ["${program.replace(`${build}/`, '')}"]`);
    expect(image).toMatch(/^RUN make BUILD=\/out all$[\s\S]*^COPY --from=build \/out\/ \/usr\/local\/bin\/$/m);
  });
  it('is the image’s own program without', () => {
    expect(container(made())).not.toHaveProperty('command');
    expect(container(leaker('leak-1', 'of-a-learner', 'x', {}, { memoryLimit: '32Mi' }))).not.toHaveProperty('command');
  });
  it('leaves nothing to the next one', () => {
    expect(container(made())?.env).toHaveLength(5);
    expect(leaker('leak-2', 'x', 'y', {}).metadata.labels?.[INSTANCE]).toBe('leak-2');
    expect(container(leaker('leak-2', 'x', 'y', {}))?.env).toHaveLength(3);
  });
});

/** What a leaker's pod has to be beside, and how much memory it asks for. */
const asked = (otherwise: Parameters<typeof leaker>[4]) => {
  const m = leaker('leak-1', 'of-a-learner', 'x', {}, otherwise);
  return { affinity: m.spec?.template?.spec.affinity, memory: container(m)?.resources?.requests?.['memory'] };
};

describe('what a leaker asks of its node', () => {
  it('is, of a file that is applied, all that it comes to hold, below its limit', () => {
    const { capBytes } = loadWorkload('stealth-leaker').truth;
    const { requests, limits } = container(file)?.resources ?? {};
    const mib = (text = '') => Number(/^(\d+)Mi$/.exec(text)?.[1]);
    expect(mib(requests?.['memory']) * 2 ** 20).toBeGreaterThan(capBytes);
    expect(mib(limits?.['memory'])).toBeGreaterThan(mib(requests?.['memory']));
    expect(asked({})).toEqual({ affinity: undefined, memory: requests?.['memory'] });
  });
  it('may be less, with the limit as it is', () => {
    expect(asked({ memoryRequest: '64Mi' }).memory).toBe('64Mi');
    expect(container(leaker('a', 'b', 'c', {}, { memoryRequest: '64Mi' }))?.resources?.limits).toEqual(
      container(file)?.resources?.limits,
    );
    expect(asked({ memoryRequest: '512Mi', memoryLimit: '32Mi' }).memory).toBe('16Mi');
  });
  it('may be a toolbox, in that namespace', () => {
    expect(asked({ beside: 'memleak-tools' }).affinity).toMatchObject({
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'toolbox' } },
            namespaces: ['memleak-tools'],
            topologyKey: 'kubernetes.io/hostname',
          },
        ],
      },
    });
  });
});

describe('the toolbox', () => {
  const made = toolbox('of-a-class', 'registry.example/toolbox:1', 'workers');
  const files = [...manifests('toolbox/namespace.yaml'), ...manifests('toolbox/daemonset.yaml')];
  it('is a namespace of that name, and what runs in it', () => {
    expect(made.map((m) => [m.kind, m.metadata.name, m.metadata.namespace])).toEqual([
      ['Namespace', 'of-a-class', undefined],
      ['DaemonSet', 'toolbox', 'of-a-class'],
    ]);
  });
  it('has that image, and in all else what the files say', () => {
    expect(container(made[1])?.image).toBe('registry.example/toolbox:1');
    expect(rest(made[1])).toEqual(rest(files[1]));
    expect(made[0]?.metadata).toEqual({ ...files[0]?.metadata, name: 'of-a-class' });
    expect(made[1]?.metadata.labels).toEqual(files[1]?.metadata.labels);
  });
  it('keeps off control planes, but where it is said that they are ours', () => {
    const pod = (nodes: Nodes) => toolbox('x', 'y', nodes)[1]?.spec?.template?.spec;
    expect(pod('workers')?.affinity).toEqual({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'DoesNotExist' }] },
          ],
        },
      },
    });
    expect(pod('workers')).not.toHaveProperty('tolerations');
    expect(pod('any')).not.toHaveProperty('affinity');
    expect(pod('any')?.tolerations).toEqual([
      { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
    ]);
  });
});

it('a list is what kubectl reads from its stdin', () => {
  expect(JSON.parse(list([file]))).toEqual({ apiVersion: 'v1', kind: 'List', items: [file] });
});
