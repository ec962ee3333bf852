import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { MONITORING_NEEDS } from '../../../runner/environments/host/needs.ts';
import { onPath } from '../../../runner/paths.ts';
import { monitoring } from './programs.ts';

interface Container {
  image: string;
  imagePullPolicy: string;
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: unknown }[];
  ports: { containerPort: number; hostPort?: number }[];
  securityContext: object;
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
  workingDir?: string;
}
interface Item {
  key: string;
  path: string;
}
interface Volume {
  name: string;
  configMap?: { name: string; items: Item[] };
  projected?: {
    sources: { configMap?: { name: string; items: Item[] }; secret?: { optional: boolean; items: Item[] } }[];
  };
  emptyDir?: { sizeLimit: string };
}
interface Made {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  data?: Record<string, string>;
  spec: {
    type?: string;
    externalIPs?: string[];
    template: { spec: { containers: Container[]; volumes: Volume[]; [key: string]: unknown } };
    podSelector?: object;
    policyTypes?: string[];
  };
}

const rendered = (dir: string): Made[] =>
  parseAllDocuments(
    execFileSync('kubectl', ['kustomize', join(monitoring, '..', dir)], { encoding: 'utf8', timeout: 60_000 }),
  ).map((d) => d.toJS() as Made);

// Who has no kubectl has no cluster to put this into.
describe.skipIf(onPath('kubectl') === null)('k8s/monitoring, as kubectl renders it', () => {
  const all = onPath('kubectl') === null ? [] : rendered('monitoring');
  const of = (kind: string) => all.filter((m) => m.kind === kind);
  const pods = of('Deployment').map(({ metadata, spec }) => [metadata.name, spec.template.spec] as const);
  const config = (name: string) =>
    of('ConfigMap').find(({ metadata }) => metadata.name.startsWith(`${name}-`))?.data ?? {};

  it('is three services, and no rights in the cluster', () => {
    expect(pods.map(([name]) => name).sort()).toEqual(['alertmanager', 'grafana', 'prometheus']);
    expect(all.map(({ kind }) => kind).filter((kind) => /Role|ServiceAccount|Webhook|Custom/.test(kind))).toEqual([]);
  });
  it('is all in one namespace, the strictest', () => {
    const [namespace, ...others] = of('Namespace');
    expect(others).toEqual([]);
    expect(namespace?.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    for (const { kind, metadata } of all) {
      if (kind !== 'Namespace') expect(metadata.namespace, metadata.name).toBe('memleak-monitoring');
      expect(metadata.labels, metadata.name).toMatchObject({ 'app.kubernetes.io/part-of': 'ebpf-workshop' });
    }
  });
  it('is reached from inside the cluster alone', () => {
    expect(of('Service')).toHaveLength(3);
    for (const { spec } of of('Service')) {
      expect(spec.type).toBe('ClusterIP');
      expect(spec).not.toHaveProperty('externalIPs');
    }
    expect(of('Ingress')).toEqual([]);
    // Whom no policy of its own lets speak may not.
    const nobody = of('NetworkPolicy').find(({ metadata }) => metadata.name === 'nobody');
    expect(nobody?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });
  it.each(pods)('%s asks for no privilege, no token, nothing of its node', (_, pod) => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    for (const name of ['hostPID', 'hostNetwork', 'hostIPC', 'serviceAccountName', 'nodeName', 'initContainers'])
      expect(pod, name).not.toHaveProperty(name);
    expect(pod.containers).toHaveLength(1);
    for (const { securityContext, ports, imagePullPolicy } of pod.containers) {
      expect(securityContext).toEqual({
        privileged: false,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      for (const port of ports) expect(port).not.toHaveProperty('hostPort');
      expect(imagePullPolicy).toBe('IfNotPresent');
    }
    for (const volume of pod.volumes) {
      expect(volume).not.toHaveProperty('hostPath');
      if (volume.emptyDir) expect(volume.emptyDir.sizeLimit).toMatch(/^\d+[MG]i$/);
    }
  });
  it.each(pods)('%s’s image has a registry and a version', (_, pod) => {
    for (const { image } of pod.containers) expect(image).toMatch(/^(quay\.io|docker\.io)\/[a-z/]+:v?\d+\.\d+\.\d+$/);
  });
  it('runs the versions that are fetched for a host', () => {
    for (const [name, pod] of pods.filter(([n]) => n !== 'grafana')) {
      const version = pod.containers[0]?.image.split(':v')[1];
      const need = MONITORING_NEEDS.find(({ program }) => program === name);
      expect(need?.release?.url).toContain(`/v${version}/`);
    }
  });
  it.each(pods)('what %s mounts is there, from a file that is', (_, pod) => {
    const names = pod.volumes.map(({ name }) => name);
    for (const { name } of pod.containers[0]?.volumeMounts ?? []) expect(names).toContain(name);
    const items = pod.volumes.flatMap(({ configMap, projected }) => [
      ...(configMap ? [configMap] : []),
      ...(projected?.sources.flatMap((s) => (s.configMap ? [s.configMap] : [])) ?? []),
    ]);
    expect(items.length).toBe(1);
    for (const { name, items: keys } of items) {
      const data = of('ConfigMap').find(({ metadata }) => metadata.name === name)?.data ?? {};
      for (const { key } of keys) expect(Object.keys(data)).toContain(key);
    }
  });
  it('gives the programs the files that the tests run', () => {
    const same: [string, string, string][] = [
      ['prometheus', 'prometheus.yml', 'prometheus/prometheus.yml'],
      ['prometheus', 'memleak.yml', 'prometheus/rules/memleak.yml'],
      ['alertmanager', 'alertmanager.yml', 'alertmanager/alertmanager.yml'],
      ['alertmanager', 'message.tmpl', 'alertmanager/message.tmpl'],
      ['grafana', 'memleak.ko.json', 'grafana/dashboards/memleak.ko.json'],
    ];
    for (const [name, key, file] of same)
      expect(config(name)[key], file).toBe(readFileSync(join(monitoring, file), 'utf8'));
  });
  it('no secret is in a file of ours: Alertmanager reads each from where the pod puts it', () => {
    const text = config('alertmanager')['alertmanager.yml'] ?? '';
    expect(text).not.toMatch(/(api_url|webhook_url|password|token|secret): /);
    const named = [...text.matchAll(/_file: (secrets\/\S+)/g)].map(([, path]) => path).sort();
    const pod = pods.find(([name]) => name === 'alertmanager')?.[1];
    const secret = pod?.volumes.flatMap((v) => v.projected?.sources ?? []).find((s) => s.secret)?.secret;
    expect(secret?.optional).toBe(true);
    expect(secret?.items.map(({ path }) => path).sort()).toEqual(named);
    expect(pod?.containers[0]?.workingDir).toBe('/etc/alertmanager');
    for (const [, { containers }] of pods)
      for (const { name, value } of containers[0]?.env ?? [])
        expect(`${name}=${value}`).not.toMatch(/password|token|secret.*=(?!true)/i);
  });
  it('Grafana’s files say no more than its pod fills in', () => {
    const { env = [], volumeMounts = [] } = pods.find(([name]) => name === 'grafana')?.[1].containers[0] ?? {};
    const asked = ['datasource.yml', 'provider.yml'].flatMap((key) =>
      [...(config('grafana')[key] ?? '').matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name),
    );
    expect(asked.sort()).toEqual(['MEMLEAK_DASHBOARDS', 'MEMLEAK_PROMETHEUS']);
    for (const name of asked) expect(env.map((e) => e.name)).toContain(name);
    expect(env.find(({ name }) => name === 'MEMLEAK_DASHBOARDS')?.value).toMatch(
      new RegExp(`^${volumeMounts[0]?.mountPath}/`),
    );
  });
  it('in Korean differs in one key', () => {
    const korean = rendered('overlays/monitoring-ko');
    const text = (made: Made[]) => JSON.stringify(made);
    expect(text(korean)).not.toBe(text(all));
    expect(text(korean).replace('"key":"ko.tmpl"', '"key":"en.tmpl"')).toBe(text(all));
  });
});

describe('k8s/monitoring', () => {
  it('is made of files that are there', () => {
    const { configMapGenerator, resources } = parse(readFileSync(join(monitoring, 'kustomization.yaml'), 'utf8'));
    const files = configMapGenerator.flatMap((m: { files: string[] }) => m.files.map((f) => f.replace(/^.*=/, '')));
    for (const file of [...files, ...resources]) expect(existsSync(join(monitoring, file)), file).toBe(true);
  });
  it('links to sections of the runbook, which are there in both languages', () => {
    const linked = ['prometheus/rules/memleak.yml', 'alertmanager/words/en.tmpl'].map((file) =>
      [...readFileSync(join(monitoring, file), 'utf8').matchAll(/#([a-z]+-[a-z-]+)/g)].map(([, id]) => id),
    );
    for (const ids of linked) expect([...new Set(ids)].sort()).toEqual(['exporter-away', 'memory-leak']);
    for (const lang of ['en', 'ko']) {
      const runbook = readFileSync(join(monitoring, `runbook/${lang}.md`), 'utf8');
      for (const id of linked[0] ?? []) expect(runbook, lang).toContain(`<a id="${id}"></a>`);
    }
  });
});
