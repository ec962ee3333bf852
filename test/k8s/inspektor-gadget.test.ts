import { spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const checkout = join(import.meta.dirname, '../..');
const file = join(checkout, 'k8s/inspektor-gadget.yaml');
const scripts = join(checkout, 'k8s/inspektor-gadget');
const text = readFileSync(file, 'utf8');

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}
interface Named {
  kind: string;
  name: string;
  namespace?: string;
}
interface Mount {
  name: string;
  mountPath: string;
  readOnly?: boolean;
}
interface Volume {
  name: string;
  hostPath?: { path: string };
  emptyDir?: object;
  configMap?: { name: string };
}
interface Container {
  image: string;
  ports?: unknown;
  env: { name: string; value?: string }[];
  securityContext: {
    privileged: boolean;
    readOnlyRootFilesystem: boolean;
    capabilities: { drop: string[]; add: string[] };
  };
  volumeMounts: Mount[];
}
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels: Record<string, string> };
  data: Record<string, string>;
  rules: Rule[];
  roleRef: Named;
  subjects: Named[];
  spec: {
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string> };
      spec: {
        serviceAccountName: string;
        hostPID?: boolean;
        hostNetwork?: boolean;
        tolerations: { effect: string; operator: string }[];
        containers: Container[];
        volumes: Volume[];
      };
    };
  };
}
interface Config {
  'gadget-namespace': string;
  'containerd-socketpath': string;
  'crio-socketpath': string;
  operator: {
    kubemanager: Record<string, string>;
    oci: {
      'verify-image': boolean;
      'public-keys': string[];
      'allowed-gadgets': string[];
      'insecure-registries': string[];
    };
    'otel-metrics': { 'otel-metrics-listen': boolean; 'otel-metrics-listen-address': string };
  };
}

const documents = parseAllDocuments(text);
const all = documents.map((d) => d.toJS() as Manifest);
const the = (kind: string): Manifest => {
  const found = all.filter((m) => m.kind === kind);
  expect(found, kind).toHaveLength(1);
  return found[0] as Manifest;
};
const configText = the('ConfigMap').data['config.yaml'] as string;
const config = parse(configText) as Config;
const pod = the('DaemonSet').spec.template;
const [container] = pod.spec.containers as [Container];
const version = container.image.split(':').at(-1) as string;

describe('the manifest', () => {
  it('is YAML, each document a named object, the namespace before what is in it', () => {
    expect(documents.flatMap((d) => [...d.errors, ...d.warnings])).toEqual([]);
    expect(all.map((m) => m.kind)).toEqual([
      'Namespace',
      'ServiceAccount',
      'ConfigMap',
      'ClusterRole',
      'ClusterRoleBinding',
      'Role',
      'RoleBinding',
      'DaemonSet',
    ]);
    for (const m of all) {
      expect(m).toMatchObject({
        apiVersion: expect.stringMatching(/^([a-z0-9.]+\/)?v1$/),
        metadata: { name: expect.stringMatching(/^gadget/) },
      });
      expect(m.metadata.namespace).toBe(
        ['Namespace', 'ClusterRole', 'ClusterRoleBinding'].includes(m.kind) ? undefined : 'gadget',
      );
    }
  });
  it('has the label by which the plugin finds it, on all but the namespace', () => {
    for (const m of all)
      expect(m.metadata.labels['k8s-app'], m.kind).toBe(m.kind === 'Namespace' ? undefined : 'gadget');
    expect(pod.metadata.labels).toMatchObject(the('DaemonSet').spec.selector.matchLabels);
  });
  it('pins one version, and whoever names one names that', () => {
    expect(container.image).toMatch(/^ghcr\.io\/inspektor-gadget\/inspektor-gadget:v\d+\.\d+\.\d+$/);
    const ours = [text, ...readdirSync(scripts).map((name) => readFileSync(join(scripts, name), 'utf8'))];
    for (const named of ours.flatMap((t) => t.match(/\bv\d+\.\d+\.\d+/g) ?? [])) expect(named).toBe(version);
    const pages = [
      ...['README.md', 'README.ko.md'].map((name) => join(checkout, name)),
      ...readdirSync(join(checkout, 'lessons')).flatMap((l) =>
        ['en.md', 'ko.md'].map((name) => join(checkout, 'lessons', l, name)),
      ),
    ];
    for (const page of pages.filter((p) => existsSync(p))) {
      for (const [, named] of readFileSync(page, 'utf8').matchAll(
        /(?:inspektor-gadget:|inspektor-gadget\/render |Inspektor Gadget )(v\d+\.\d+\.\d+)/g,
      ))
        expect(named, page).toBe(version);
    }
  });
});

describe('its settings', () => {
  it('require a signature, by a key that is one', () => {
    expect(config.operator.oci['verify-image']).toBe(true);
    expect(config.operator.oci['public-keys']).toHaveLength(1);
    for (const key of config.operator.oci['public-keys'])
      expect(createPublicKey(key)).toMatchObject({ type: 'public', asymmetricKeyType: 'ec' });
  });
  it('allow the official gadgets, and ours under the name that it is built by', () => {
    const [, tag] =
      /ig image build -t (\S+) bpf\/memleak/.exec(readFileSync(join(checkout, 'bpf/memleak/gadget.yaml'), 'utf8')) ??
      [];
    expect(config.operator.oci['allowed-gadgets']).toEqual([
      'ghcr.io/inspektor-gadget/gadget/*',
      `ghcr.io/inspektor-gadget/gadget/${tag}`,
    ]);
    expect(config.operator.oci['insecure-registries']).toEqual([]);
  });
  it('install no hook on a node, and open no port', () => {
    expect(config.operator.kubemanager).toEqual({ 'hook-mode': 'podinformer' });
    expect(config.operator['otel-metrics']).toEqual({
      'otel-metrics-listen': false,
      'otel-metrics-listen-address': '127.0.0.1:2224',
    });
    expect(container.ports).toBeUndefined();
  });
  it('are about this namespace, and sockets that the pod can see', () => {
    expect(config['gadget-namespace']).toBe(the('Namespace').metadata.name);
    const root = container.env.find((e) => e.name === 'HOST_ROOT')?.value as string;
    const seen = container.volumeMounts.map((m) => `${m.mountPath}/`);
    for (const path of [config['containerd-socketpath'], config['crio-socketpath']]) {
      expect(path.startsWith(`${root}/`), path).toBe(true);
      expect(
        seen.some((mount) => path.startsWith(mount)),
        path,
      ).toBe(true);
    }
  });
});

describe('its rights', () => {
  it.each([
    ['ClusterRoleBinding', 'ClusterRole'],
    ['RoleBinding', 'Role'],
  ])('%s binds its %s to the account of the pod', (binding, role) => {
    expect(the(binding).roleRef).toEqual({
      apiGroup: 'rbac.authorization.k8s.io',
      kind: role,
      name: the(role).metadata.name,
    });
    expect(the(binding).subjects).toEqual([
      { kind: 'ServiceAccount', name: the('ServiceAccount').metadata.name, namespace: 'gadget' },
    ]);
    expect(pod.spec.serviceAccountName).toBe(the('ServiceAccount').metadata.name);
  });
  it('are named one by one, change nothing but its own ConfigMaps, and read no secret', () => {
    const cluster = the('ClusterRole').rules;
    for (const rule of [...cluster, ...the('Role').rules]) {
      expect(JSON.stringify(rule)).not.toMatch(/\*|secrets|proxy|exec/);
      expect(rule.resources.length * rule.verbs.length).toBeGreaterThan(0);
    }
    expect(new Set(cluster.flatMap((r) => r.verbs))).toEqual(new Set(['get', 'list', 'watch', 'use']));
    expect(the('Role').rules).toEqual([
      { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch', 'create', 'delete'] },
    ]);
  });
  it('on the node: not privileged, each capability with a reason', () => {
    expect(container.securityContext).toMatchObject({
      privileged: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.spec).not.toMatchObject({ hostPID: true });
    expect(pod.spec).not.toMatchObject({ hostNetwork: true });
    // As upstream's: a leak may be on a control plane, or on a node that others are kept from.
    expect(pod.spec.tolerations).toEqual(['NoSchedule', 'NoExecute'].map((effect) => ({ effect, operator: 'Exists' })));
    const { add } = container.securityContext.capabilities;
    expect(add).toHaveLength(new Set(add).size);
    for (const capability of add) expect(text, capability).toMatch(new RegExp(`^ +- ${capability} # \\S+ .+$`, 'm'));
  });
  it('on its files: they are mounted to be read, but for BPF’s and tracing’s own', () => {
    const volume = (name: string) => pod.spec.volumes.find((v) => v.name === name) as Volume;
    expect(container.volumeMounts.map((m) => m.name).sort()).toEqual(pod.spec.volumes.map((v) => v.name).sort());
    const written = container.volumeMounts
      .filter((m) => !m.readOnly && volume(m.name).hostPath)
      .map((m) => m.mountPath);
    expect(written.sort()).toEqual(['/sys/fs/bpf', '/sys/kernel/debug']);
    for (const m of container.volumeMounts.filter(({ mountPath }) => mountPath.startsWith('/host/')))
      expect(volume(m.name).hostPath?.path).toBe(m.mountPath.slice('/host'.length));
    expect(volume('oci')).toEqual({ name: 'oci', emptyDir: {} });
    expect(volume('config').configMap?.name).toBe(the('ConfigMap').metadata.name);
  });
});

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'workshop-gadget-'));
  // Has the ConfigMap of a file, takes a patch into another, and renders a manifest of FAKE_VERSION with the settings given.
  writeFileSync(
    join(dir, 'kubectl'),
    `#!/bin/bash
case "$*" in
*" get "*) [ -e "${dir}/config" ] && cat "${dir}/config" ;;
*" patch "*) printf '%s' "\${@: -1}" >"${dir}/patch" ;;
"gadget deploy --print-only --daemon-config "*) echo "# $KUBECONFIG"; sed 's/^/# /' "\${@: -1}"; echo "      image: ghcr.io/inspektor-gadget/inspektor-gadget:$FAKE_VERSION" ;;
*) echo "kubectl $*" ;;
esac
`,
    { mode: 0o755 },
  );
  writeFileSync(join(dir, 'kubectl-gadget'), '#!/bin/sh\n', { mode: 0o755 });
});
beforeEach(() => {
  writeFileSync(join(dir, 'config'), configText);
  rmSync(join(dir, 'patch'), { force: true });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (script: string, ...args: string[]) => {
  const { stdout, stderr, status } = spawnSync(join(scripts, script), args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${dir}${delimiter}${process.env.PATH}`, FAKE_VERSION: version },
  });
  return { stdout, stderr, status };
};
const keyFile = (name: string, pem: string): string => {
  writeFileSync(join(dir, name), pem);
  return join(dir, name);
};
const pair = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
/** The settings after what a script has patched. */
const patched = (): { text: string; oci: Config['operator']['oci'] } => {
  const { data } = parse(readFileSync(join(dir, 'patch'), 'utf8')) as { data: Record<string, string> };
  const patchedText = data['config.yaml'] as string;
  return { text: patchedText, oci: (parse(patchedText) as Config).operator.oci };
};

describe.each(['render', 'allow-ours'])('%s', (script) => {
  it('can be run, and says how', () => {
    accessSync(join(scripts, script), constants.X_OK);
    for (const option of ['-h', '--help'])
      expect(run(script, option)).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(new RegExp(`^usage: ${script} `)),
        stderr: '',
      });
    for (const args of [[], ['--no-such-option']])
      expect(run(script, ...args)).toMatchObject({
        status: 2,
        stdout: '',
        stderr: expect.stringMatching(new RegExp(`^usage: ${script} `)),
      });
  });
});

describe('render', () => {
  it('prints what the plugin renders of our settings, whatever cluster the person uses', () => {
    const { stdout, status } = run('render', version);
    expect(status).toBe(0);
    const [kubeconfig, ...lines] = stdout
      .split('\n')
      .filter((l) => l.startsWith('#'))
      .map((l) => l.slice(2));
    expect(kubeconfig).toBe('/dev/null');
    expect(parse(lines.join('\n'))).toEqual(config);
  });
  it('refuses with a plugin of another version, and prints nothing', () => {
    expect(run('render', 'v0.1.2')).toEqual({
      status: 1,
      stdout: '',
      stderr: `render: the plugin that is installed renders ${container.image}, not v0.1.2\n`,
    });
    expect(run('render', 'latest').status).toBe(2);
  });
});

describe('allow-ours', () => {
  const ours = pair().publicKey;
  it('adds a name and a key, leaves all else, and restarts', () => {
    const { stdout, status } = run('allow-ours', 'registry.example/memleak', keyFile('cosign.pub', ours));
    expect(status).toBe(0);
    expect(stdout).toContain('kubectl -n gadget rollout restart daemonset/gadget\n');
    expect(stdout).toContain('kubectl gadget run registry.example/memleak:latest --collect-ustack\n');
    const { oci } = config.operator;
    expect(patched().oci).toEqual({
      ...oci,
      'public-keys': [ours, ...oci['public-keys']],
      'allowed-gadgets': ['registry.example/memleak:latest', ...oci['allowed-gadgets']],
    });
    const rest = configText.split('\n').filter((line) => !patched().text.includes(line));
    expect(rest).toEqual([]);
  });
  it('twice is once', () => {
    expect(run('allow-ours', 'registry.example:5000/a/memleak:1', keyFile('cosign.pub', ours), '').status).toBe(2);
    const args = ['--plain-http', 'registry.example:5000/a/memleak:1', keyFile('cosign.pub', ours)];
    expect(run('allow-ours', ...args).status).toBe(0);
    const { text: once, oci } = patched();
    expect(oci['insecure-registries']).toEqual(['registry.example:5000']);
    writeFileSync(join(dir, 'config'), once);
    rmSync(join(dir, 'patch'));
    expect(run('allow-ours', ...args)).toEqual({
      status: 0,
      stdout: 'allow-ours: registry.example:5000/a/memleak:1 is allowed already\n',
      stderr: '',
    });
    expect(existsSync(join(dir, 'patch'))).toBe(false);
  });
  it('adds to lists as the plugin writes them, and leaves alone one that allows all', () => {
    writeFileSync(
      join(dir, 'config'),
      `operator:\n    oci:\n        allowed-gadgets: []\n        public-keys:\n            - |\n              ${ours.trim().replaceAll('\n', '\n              ')}\n        verify-image: true\n`,
    );
    const other = pair().publicKey;
    expect(run('allow-ours', 'localhost/memleak:1', keyFile('other.pub', other)).status).toBe(0);
    expect(patched().oci).toEqual({ 'allowed-gadgets': [], 'public-keys': [other, ours], 'verify-image': true });
  });
  it.each([
    ['a name without a registry', 'memleak:latest', () => ours, 'names no registry'],
    ['a folder that is none', 'library/memleak', () => ours, 'library is no registry'],
    ['what is no name', 'registry.example/memleak:latest\n- "*"', () => ours, 'is no name of an image'],
    ['a private key', 'registry.example/memleak', () => pair().privateKey, 'is not one public key'],
    ['two keys', 'registry.example/memleak', () => ours + ours, 'is not one public key'],
    ['no key', 'registry.example/memleak', () => '', 'is not one public key'],
  ])('refuses %s, and changes nothing', (_, image, key, reason) => {
    expect(run('allow-ours', image, keyFile('key', key()))).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining(reason),
    });
    expect(existsSync(join(dir, 'patch'))).toBe(false);
  });
  it('says what to do where nothing is installed, or lacks a list', () => {
    writeFileSync(join(dir, 'config'), 'operator: {}\n');
    expect(run('allow-ours', 'registry.example/memleak', keyFile('cosign.pub', ours))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('has no list allowed-gadgets'),
    });
    rmSync(join(dir, 'config'));
    expect(run('allow-ours', 'registry.example/memleak', keyFile('cosign.pub', ours))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('kubectl apply -f k8s/inspektor-gadget.yaml'),
    });
    expect(run('allow-ours', 'registry.example/memleak', join(dir, 'nowhere'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("can't be read"),
    });
  });
});
