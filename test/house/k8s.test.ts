import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { IMAGES } from '../../runner/environments/kube/images.ts';
import { KUBERNETES } from '../../runner/environments/kube/settings.ts';

const root = new URL('../..', import.meta.url).pathname;
const k8s = join(root, 'k8s');

interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  [key: string]: unknown;
}
interface Container {
  image: string;
  securityContext?: { capabilities?: { add?: string[]; drop?: string[] }; [key: string]: unknown };
  [key: string]: unknown;
}
interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata?: { name: string; labels?: Record<string, string> };
  spec?: { template?: { spec: PodSpec } };
  resources?: string[];
}

const files = readdirSync(k8s, { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.yaml'))
  .sort();
const documents = (file: string) => parseAllDocuments(readFileSync(join(k8s, file), 'utf8'), { uniqueKeys: true });
const objects = (file: string): KubeObject[] => documents(file).map((d) => d.toJS() as KubeObject);
const pods = (under: string) =>
  files
    .filter((f) => f.startsWith(under))
    .flatMap((f) =>
      objects(f).flatMap((o) => (o.spec?.template ? [[`${f} ${o.kind}`, o.spec.template.spec] as const] : [])),
    );

describe('what is under k8s/', () => {
  test.each(files)('%s is YAML, and each document an object of Kubernetes', (file) => {
    const all = documents(file);
    expect(all.length).toBeGreaterThan(0);
    for (const d of all) {
      expect([...d.errors, ...d.warnings]).toEqual([]);
      expect(d.toJS()).toMatchObject({
        apiVersion: expect.stringMatching(/^([a-z0-9.-]+\/)?v\d/),
        kind: expect.stringMatching(/^[A-Z][A-Za-z]+$/),
      });
    }
  });
  test.each(files.filter((f) => f.endsWith('kustomization.yaml')))('%s names what is there', (file) => {
    for (const { resources = [] } of objects(file)) {
      expect(resources.length).toBeGreaterThan(0);
      for (const resource of resources)
        expect(() => statSync(join(k8s, dirname(file), resource)), resource).not.toThrow();
    }
  });
  test('each object of ours says that it is', () => {
    const applied = files.filter((f) => !f.endsWith('kustomization.yaml') && f !== 'kind.yaml').flatMap(objects);
    expect(applied.length).toBeGreaterThan(3);
    for (const { kind, metadata } of applied)
      expect(metadata?.labels, `${kind} ${metadata?.name}`).toMatchObject({
        'app.kubernetes.io/part-of': 'ebpf-workshop',
      });
  });
});

describe('what is traced asks for no privilege', () => {
  const services = pods('leaker/');
  test('there is something to ask', () => expect(services).toHaveLength(1));
  test.each(services)('%s: of its pod', (_, pod) => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    for (const name of ['hostPID', 'hostNetwork', 'hostIPC', 'shareProcessNamespace', 'nodeName', 'serviceAccountName'])
      expect(pod, name).not.toHaveProperty(name);
    for (const volume of (pod['volumes'] ?? []) as object[]) expect(volume).not.toHaveProperty('hostPath');
    expect((pod['securityContext'] as { runAsUser: number }).runAsUser).toBeGreaterThan(0);
  });
  test.each(services)('%s: of each container', (_, pod) => {
    for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
      expect(container.securityContext).toEqual({
        privileged: false,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      for (const port of (container['ports'] ?? []) as object[]) expect(port).not.toHaveProperty('hostPort');
    }
  });
  test('and its namespace lets nothing else in', () => {
    const [namespace] = objects('leaker/namespace.yaml');
    expect(namespace?.metadata?.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  });
  test('in no overlay either', () => {
    for (const file of files.filter((f) => f.startsWith('overlays/')))
      expect(readFileSync(join(k8s, file), 'utf8'), file).not.toMatch(
        /securityContext|privileged|hostPID|hostNetwork|capabilities|hostPath/,
      );
  });
});

describe('the toolbox asks for what tracing takes, and no more', () => {
  const [[, pod] = []] = pods('toolbox/');
  test('not for everything', () => {
    expect(pod?.containers[0]?.securityContext).toMatchObject({
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect([...(pod?.containers[0]?.securityContext?.capabilities?.add ?? [])].sort()).toEqual([
      'DAC_READ_SEARCH',
      'SYSLOG',
      'SYS_ADMIN',
      'SYS_PTRACE',
    ]);
  });
  test('not for the node’s files: what it writes is its own, and small', () => {
    expect(pod?.['volumes']).toEqual([{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }]);
  });
  test('not for the node’s network, its devices, or a token of the API server', () => {
    for (const name of ['hostNetwork', 'hostIPC', 'serviceAccountName']) expect(pod, name).not.toHaveProperty(name);
    expect(pod).toMatchObject({ hostPID: true, automountServiceAccountToken: false });
  });
});

describe('an image', () => {
  const named = (under: string) =>
    pods(under).flatMap(([, pod]) => pod.containers.map((c) => c.image.replace(/:[^:/]*$/, '')));
  test.each([
    ['leaker/', 'leaker'],
    ['toolbox/', 'toolbox'],
  ] as const)('of k8s/%s is the one that we build', (under, image) => {
    expect(named(under)).toEqual([IMAGES[image].name]);
  });
  test.each(Object.entries(IMAGES))(
    '%s is built from a Dockerfile that is there, on a base that can be another',
    (_, { dockerfile, context, sources }) => {
      const text = readFileSync(join(root, dockerfile), 'utf8');
      expect(text).toMatch(/^ARG BASE=debian:trixie-slim$/m);
      expect([...text.matchAll(/^FROM (\S+)/gm)].map((m) => m[1])).toEqual(expect.arrayContaining([`\${BASE}`]));
      for (const [, from] of text.matchAll(/^FROM (\S+)/gm)) expect(from).toBe(`\${BASE}`);
      for (const path of [dockerfile, context, ...sources])
        expect(() => statSync(join(root, path)), path).not.toThrow();
    },
  );
  test('of the leaker runs as who the pod says', () => {
    const [[, pod]] = pods('leaker/') as [readonly [string, PodSpec]];
    const { runAsUser, runAsGroup } = pod['securityContext'] as { runAsUser: number; runAsGroup: number };
    expect(readFileSync(join(root, IMAGES.leaker.dockerfile), 'utf8')).toContain(`\nUSER ${runAsUser}:${runAsGroup}\n`);
  });
  test.each(['README.md', 'README.ko.md'])(
    'is in %s with its Dockerfile, and the base and the node’s by their names',
    (readme) => {
      const text = readFileSync(join(root, readme), 'utf8');
      for (const { dockerfile } of Object.values(IMAGES)) expect(text).toContain(`](${dockerfile})`);
      for (const name of [`kindest/node:${KUBERNETES}`, 'debian:trixie-slim']) expect(text).toContain(`\`${name}\``);
    },
  );
});

describe('the toolbox’s image', () => {
  const copied = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((l) => l.startsWith('!'))
    .map((l) => l.slice(1));
  test('gets what its Dockerfile copies, and .dockerignore lets nothing else in', () => {
    expect(copied.sort()).toEqual(IMAGES.toolbox.sources.filter((s) => s !== IMAGES.toolbox.dockerfile).sort());
  });
  test('has programs that can be run', () => {
    const bin = join(k8s, 'toolbox/bin');
    expect(readdirSync(bin).length).toBeGreaterThan(5);
    for (const name of readdirSync(bin)) {
      expect(statSync(join(bin, name)).mode & 0o111, name).toBe(0o111);
      expect(readFileSync(join(bin, name), 'utf8'), name).toMatch(/^#!\/(bin\/bash|usr\/bin\/python3)\n/);
    }
  });
});
