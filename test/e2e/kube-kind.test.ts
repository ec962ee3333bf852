import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsed } from './documents.ts';
import { parseAllDocuments } from 'yaml';
import { list, type Manifest, toolbox as asMade } from '../../runner/environments/kube/manifests.ts';
import { named, ours } from '../k8s/images.ts';
import { docker, type KubeWorld, kubeWorld, learnerKubeconfig, makeNamespace, nodes } from './kube.ts';
import { terminal } from './terminal.ts';
import { eventually, root, type World, world } from './world.ts';

let w: KubeWorld;
let before: string[];
let imagesBefore: string[];
let bundle: string;
// Images are built for it: minutes, where much else is going on.
beforeAll(async () => {
  before = containers();
  imagesBefore = images();
  w = kubeWorld();
  bundle = join(w.dir, 'bundle.tar');
  const saved = await w.run(['bundle', bundle, '--yes', '--json']);
  expect(saved.code, saved.err).toBe(0);
  expect(parsed('bundle', saved.out).images.length).toBeGreaterThan(2);
}, 1_200_000);
afterAll(() => w.end());

/** Images of the workshop, by each name that somebody claims them under. */
const images = () =>
  docker('images', '--filter', 'label=org.ebpf-workshop=image', '--format', '{{.Repository}}:{{.Tag}}')
    .split('\n')
    .sort();

/** Containers, but the nodes of other clusters, which others on this Docker make and take away meanwhile. */
const containers = () =>
  docker('ps', '--all', '--format', '{{.Names}} {{.Label "io.x-k8s.kind.cluster"}}')
    .split('\n')
    .filter((line) => /^\S+ ?$/.test(line) || line.endsWith(` ${w?.name}`));

const up = (...more: string[]) => w.run(['up', '--env', 'kind', '--pace', 'fast', '--yes', ...more]);
/** What one of the learner's commands prints, typed in a shell of their own. */
const type = (command: string) =>
  spawnSync('bash', ['-c', command], {
    env: { ...process.env, KUBECONFIG: w.kubeconfig },
    input: '',
    timeout: 60_000,
  }).stdout.toString();
const toolbox = () => w.kubectl(['-n', 'memleak-tools', 'get', 'pods', '-o', 'name']).trim();
const tracers = () =>
  w
    .kubectl([
      '-n',
      'memleak-tools',
      'exec',
      toolbox(),
      '--',
      'sh',
      '-c',
      'pgrep -fa "bpftrace|memleak|mallocstacks" | grep -v pgrep || true',
    ])
    .trim();

describe('a cluster of its own', () => {
  test('up that was killed half-way is finished by the next one, from a bundle where there is no network', async () => {
    const half = w.start(['up', '--env', 'kind', '--pace', 'fast', '--yes', '--bundle', bundle]);
    await half.until(/creating the cluster/);
    await eventually('a node', () => nodes(w.name).length > 0);
    process.kill(half.pid, 'SIGKILL');
    await half.done;
    const { code, out, err } = await up('--json', '--bundle', bundle);
    expect(code, err).toBe(0);
    expect(parsed('lab', out)).toMatchObject({
      fresh: true,
      environment: 'kind',
      target: { pid: 1, kube: { namespace: 'memleak-demo', deployment: 'stealth-memory-leaker' } },
    });
    expect(w.kubectl(['-n', 'memleak-demo', 'get', 'pods', '--no-headers'])).toMatch(
      /^stealth-memory-leaker-\S+\s+1\/1\s+Running/,
    );
  });

  test('and it alone: no context of the person is used or made, and a second up tells what is there', async () => {
    const { code, out } = await up('--json');
    expect(code).toBe(0);
    expect(parsed('lab', out).fresh).toBe(false);
    expect(existsSync(join(w.dir, '.kube'))).toBe(false);
    expect(docker('ps', '--filter', `name=${w.name}`, '--format', '{{.Ports}}')).toMatch(
      /^127\.0\.0\.1:\d+->6443\/tcp$/,
    );
  });

  test('a cluster of that name which is somebody else’s is left alone', async () => {
    const other = world();
    try {
      const env = { ...w.env, XDG_STATE_HOME: other.env.XDG_STATE_HOME, TMPDIR: other.env.TMPDIR };
      const { code, err } = await other.run(['up', '--env', 'kind', '--yes'], { env });
      expect(code).toBe(4);
      expect(err).toContain(`There is a kind cluster called “${w.name}” already`);
      expect(await other.run(['down', '--all'], { env })).toMatchObject({ code: 0 });
      expect(nodes(w.name)).toHaveLength(1);
    } finally {
      await other.end();
    }
  });

  test('every manifest passes the API server', () => {
    const overlaid = ['memleak-learner', 'memleak-monitoring', 'memleak-oom', 'memleak-twin'];
    for (const name of overlaid) makeNamespace(w, name);
    const overlays = readdirSync(join(root, 'k8s/overlays')).map((o) => `overlays/${o}`);
    for (const dir of ['leaker', 'toolbox', 'monitoring', ...overlays]) {
      const rendered = w.kubectl(['kustomize', join(root, 'k8s', dir)]);
      for (const image of parseAllDocuments(rendered).flatMap((d) => named(d.toJS()))) expect(image).toSatisfy(ours);
      expect(w.kubectl(['apply', '--dry-run=server', '-f', '-'], { input: rendered })).toMatch(/server dry run/);
    }
    expect(
      w
        .kubectl(['apply', '--dry-run=server', '-f', join(root, 'k8s/rbac')])
        .trim()
        .split('\n'),
    ).toHaveLength(5);
    // What is dry makes no namespace for what is in it.
    makeNamespace(w, 'gadget');
    expect(
      w
        .kubectl(['apply', '--dry-run=server', '-f', join(root, 'k8s/inspektor-gadget.yaml')])
        .trim()
        .split('\n'),
    ).toHaveLength(8);
    w.kubectl(['delete', 'namespace', 'gadget', ...overlaid, '--wait=false']);
    const level = (name: string) =>
      w.kubectl(['get', 'namespace', name, '-o', 'jsonpath={.metadata.labels.pod-security\\.kubernetes\\.io/enforce}']);
    expect([level('memleak-demo'), level('memleak-tools')]).toEqual(['restricted', 'privileged']);
  });
});

describe('the toolbox', () => {
  const inside = (...argv: string[]) => {
    const { status, stdout, stderr } = spawnSync('kubectl', ['-n', 'memleak-tools', 'exec', toolbox(), '--', ...argv], {
      env: { ...process.env, KUBECONFIG: w.kubeconfig },
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { status, said: stdout + stderr };
  };
  test('has four capabilities, and nothing that can be written can be run', () => {
    const [, bits = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(inside('cat', '/proc/self/status').said) ?? [];
    // DAC_READ_SEARCH, SYS_PTRACE, SYS_ADMIN and SYSLOG, by linux/capability.h.
    expect(BigInt(`0x${bits}`)).toBe((1n << 2n) | (1n << 19n) | (1n << 21n) | (1n << 34n));
    expect(inside('sh', '-c', 'echo x >/usr/local/bin/x').said).toContain('Read-only file system');
    expect(inside('sh', '-c', 'cp /usr/bin/true /tmp/mine && /tmp/mine')).toMatchObject({
      status: 126,
      said: expect.stringContaining('Permission denied'),
    });
  });

  test('that is applied by hand keeps off this control plane, but where one says otherwise', async () => {
    const rendered = (dir: string) => w.kubectl(['kustomize', join(root, 'k8s', dir)]);
    const applied = (dir: string) => {
      w.kubectl(['apply', '-f', '-'], { input: rendered(dir).replaceAll('memleak-tools', 'memleak-by-hand') });
      w.kubectl(['-n', 'memleak-by-hand', 'rollout', 'status', 'daemonset/toolbox', '--timeout=60s']);
      return w.kubectl(['-n', 'memleak-by-hand', 'get', 'pods', '--no-headers']);
    };
    try {
      expect(applied('toolbox')).toBe('');
      expect(applied('overlays/toolbox-anywhere')).toMatch(/^toolbox-\S+\s+1\/1\s+Running/);
    } finally {
      w.kubectl(['delete', 'namespace', 'memleak-by-hand']);
    }
    // What the runner makes of it for this cluster is that overlay.
    const [, overlay] = parseAllDocuments(rendered('overlays/toolbox-anywhere')).map((d) => d.toJS());
    expect(asMade('memleak-tools', 'ebpf-workshop/toolbox:latest', 'any')[1]).toEqual(overlay);
  });

  test('that has no room for one more tool says so, and the step is blocked', async () => {
    const limit = (memory: string) => {
      w.kubectl(['-n', 'memleak-tools', 'set', 'resources', 'daemonset/toolbox', `--limits=memory=${memory}`]);
      w.kubectl(['-n', 'memleak-tools', 'rollout', 'status', 'daemonset/toolbox', '--timeout=60s']);
    };
    const solution = async () => {
      const { out } = await w.run(['solution', '6/one-process', '--env', 'kind']);
      return (out.split('\n').find((line) => line.includes('in-pidns')) ?? '').trim();
    };
    limit('240Mi');
    try {
      await eventually('a toolbox', () => toolbox().split('\n').length === 1, 60_000);
      const first = spawn('bash', ['-c', `exec ${await solution()}`], {
        env: { ...process.env, KUBECONFIG: w.kubeconfig },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      await eventually('a tracer', () => tracers().includes('memleak'));
      const refused = type(`sleep 5 | ${await solution()} 2>&1`);
      expect(refused).toMatch(/^toolbox: Cannot allocate memory: memleak-bpfcc takes 160 MiB, .*: 1\. /m);
      const judged = await w.run(['check', '6/one-process', '--env', 'kind', '--json'], { input: refused });
      expect(parsed('check', judged.out)).toMatchObject({ outcome: 'blocked', notices: [{ code: 'no-memory' }] });
      first.kill('SIGKILL');
      await eventually('no tracer', () => tracers() === '', 30_000);
    } finally {
      limit('1280Mi');
    }
  });
});

test('a service whose time is over gives its memory back, and is not ready any more', async () => {
  const short = w
    .kubectl(['kustomize', join(root, 'k8s/leaker')])
    .replaceAll('memleak-demo', 'memleak-over')
    .replace('"43200"', '"3"');
  w.kubectl(['apply', '-f', '-'], { input: short });
  const state = () =>
    w.kubectl(['-n', 'memleak-over', 'get', 'pods', '-o', 'jsonpath={.items[*].status.containerStatuses[*]}']);
  try {
    await eventually('an end', () => state().includes('"reason":"Completed"') && state().includes('"running"'), 60_000);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    expect(JSON.parse(state())).toMatchObject({ ready: false, restartCount: 1, state: { running: {} } });
    const held = w.kubectl([
      '-n',
      'memleak-over',
      'exec',
      'deployment/stealth-memory-leaker',
      '--',
      'cat',
      '/proc/1/status',
    ]);
    expect(Number(/^VmRSS:\s*(\d+) kB$/m.exec(held)?.[1])).toBeLessThan(8192);
  } finally {
    w.kubectl(['delete', 'namespace', 'memleak-over']);
  }
});

describe('a lesson by hand', () => {
  test('what the learner’s own kubectl prints passes the check; the twin’s is wrong on what is taught', async () => {
    const { out } = await w.run(['solution', '4/pair', '--env', 'kind']);
    const command = out.split('\n').find((line) => line.includes('in-pidns')) ?? '';
    const transcript = type(`sleep 20 | timeout 20 ${command.trim()}`);
    expect(await w.run(['check', '4/pair', '--env', 'kind'], { input: transcript })).toMatchObject({ code: 0 });
    await up('--variant', 'twin');
    const { labs } = (await w.json(['status', '--env', 'kind'])) as never as {
      labs: { id: string; spec: { variant: string } }[];
    };
    const twin = labs.find((l) => l.spec.variant === 'twin')?.id as string;
    // The leaker's transcript can't be the twin's: its addresses are none of its own.
    expect((await w.run(['check', '4/pair', '--env', 'kind', '--lab', twin], { input: transcript })).code).toBe(1);
    expect(tracers()).toBe('');
  });

  test('a gadget whose lists stay empty is blocked, with the reason; whose lists do not, passes', async () => {
    const { out } = await w.run(['solution', '8/trace', '--env', 'kind']);
    const command = (out.split('\n').find((line) => line.includes(' --gadget ')) ?? '').trim();
    expect(command).toMatch(/ guarded memleak --mntns \d+ --gadget /);
    const judged = async (input: string) =>
      parsed('check', (await w.run(['check', '8/trace', '--env', 'kind', '--json'], { input })).out);
    // kubectl's -i lets go when its stdin ends.
    const lists = type(`sleep 25 | ${command}`);
    expect(await judged(lists)).toMatchObject({ env: 'kind', outcome: 'pass', tool: 'memleak' });
    const empty = type(`sleep 25 | ${command} --min-size 2M`);
    expect(empty).toMatch(/^\[\]$/m);
    expect(await judged(empty)).toMatchObject({ outcome: 'blocked', notices: [{ code: 'empty-stream' }] });
  });

  test('is verified, and the document is the one that is published', async () => {
    const { code, out, err } = await w.run(['verify', '1', '--env', 'kind', '--pace', 'fast', '--retry', '--json']);
    expect(code, err).toBe(0);
    expect(parsed('verify', out)).toMatchObject({ machine: { env: 'kind' }, summary: { failed: 0, skipped: 0 } });
  });

  test('a kubectl that is killed with -9 takes its tracer along', async () => {
    const { out } = await w.run(['solution', '6/one-process', '--env', 'kind']);
    const command =
      out
        .split('\n')
        .find((line) => line.includes('in-pidns'))
        ?.trim() ?? '';
    const child = spawn('bash', ['-c', `exec ${command}`], {
      env: { ...process.env, KUBECONFIG: w.kubeconfig },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let printed = '';
    child.stdout.on('data', (d) => {
      printed += d;
    });
    await eventually('a list', () => printed.includes('outstanding allocations'));
    expect(tracers()).toContain('memleak');
    child.kill('SIGKILL');
    await eventually('no tracer', () => tracers() === '', 30_000);
  });
});

test('a learner who chooses kind on the first screen passes a step there', async () => {
  const first = terminal(w, ['--pace', 'fast']);
  await first.sees(/Where shall the lab run\?/);
  await first.sees(/kind: a Kubernetes cluster/);
  first.type('k');
  await first.sees(/npm run workshop -- --env kind/);
  await first.sees(/What now\?/);
  first.type('q');
  expect((await first.exit).exitCode).toBe(0);
  // Chosen once, it is what is meant from then on.
  const t = terminal(w, ['run', '1/four-numbers', '--pace', 'fast']);
  await t.sees(/in pod stealth-memory-leaker-\S+ of/);
  await t.sees(/kubectl -n memleak-demo exec/);
  await t.sees(/What now\?/);
  t.type('r');
  await t.sees(/Passed/);
  t.type('q');
  await t.sees(/Your progress is saved/);
  expect((await t.exit).exitCode).toBe(0);
  expect((await w.run(['solution', '6/one-process'])).out).toContain('in-pidns');
});

describe('faults', () => {
  test('a pod over its limit is killed by the kernel: shown as what it is, and started again', async () => {
    expect((await up('--variant', 'tight-limit')).code).toBe(0);
    const ended = () =>
      w.kubectl([
        '-n',
        'memleak-demo',
        'get',
        'pods',
        '-o',
        'jsonpath={.items[*].status.containerStatuses[*].lastState.terminated.reason}',
      ]);
    await eventually('OOMKilled', () => ended().includes('OOMKilled'), 60_000);
    await eventually(
      'it runs again',
      () =>
        /OOMKilled/.test(
          spawnSync(process.execPath, [join(root, 'bin/workshop.mjs'), 'status', '--env', 'kind'], {
            env: w.env,
          }).stdout.toString(),
        ),
      60_000,
    );
    // As lesson 5 shows it.
    w.kubectl(['apply', '-k', join(root, 'k8s/overlays/oom')]);
    await eventually(
      'the overlay’s too',
      () => / OOMKilled /.test(w.kubectl(['-n', 'memleak-oom', 'get', 'pods', '--no-headers'])),
      60_000,
    );
    w.kubectl(['delete', '-k', join(root, 'k8s/overlays/oom')]);
    expect(w.kubectl(['get', 'namespaces', '-o', 'name'])).not.toContain('memleak-oom');
  });

  test('Docker that stops half-way is told, and the next up mends it', async () => {
    const { code, err } = await w.run(['up', '--env', 'kind', '--pace', 'fast', '--yes'], {
      env: w.instead(
        'docker',
        'case "$1" in exec) echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2; exit 1 ;; esac; exec "$real" "$@"',
      ),
    });
    expect(code).toBe(4);
    expect(err).toContain('Docker does not answer.');
    expect((await up()).code).toBe(0);
  });

  test('a disk that is full as images are loaded is told, and the next up loads them', async () => {
    const node = nodes(w.name)[0] as string;
    const [ref] = docker('exec', node, 'ctr', '--namespace=k8s.io', 'images', 'ls', '-q')
      .split('\n')
      .filter((line) => line.includes('stealth-leaker'));
    docker('exec', node, 'ctr', '--namespace=k8s.io', 'images', 'rm', ref as string);
    const { code, err } = await w.run(['up', '--env', 'kind', '--pace', 'fast', '--yes'], {
      env: w.instead(
        'kind',
        'case "$1" in load) echo "ERROR: failed to load image: write /var/lib: no space left on device" >&2; exit 1 ;; esac; exec "$real" "$@"',
      ),
    });
    expect(code).toBe(4);
    expect(err).toContain('The disk is full, where Docker keeps its images.');
    expect((await up()).code).toBe(0);
  });

  test('an API server that does not answer is no hang, and all is there once it does', async () => {
    const node = nodes(w.name)[0] as string;
    docker('pause', node);
    try {
      expect(await w.run(['status', '--env', 'kind'])).toMatchObject({ code: 0 });
      expect((await up()).code).toBe(4);
    } finally {
      docker('unpause', node);
    }
    await eventually(
      'it answers',
      () =>
        spawnSync('kubectl', ['get', '--raw', '/readyz', '--request-timeout=2s'], {
          env: { ...process.env, KUBECONFIG: w.kubeconfig },
        }).status === 0,
      60_000,
    );
    expect((await up()).code).toBe(0);
  });
});

describe('somebody else’s cluster', () => {
  const rbac = readFileSync(join(root, 'k8s/rbac/learner.yaml'), 'utf8');
  const learner = (kubeconfig: string): World => {
    const l = world();
    l.env.KUBECONFIG = kubeconfig;
    return l;
  };
  const everything = () =>
    w.kubectl(['get', 'namespaces,deployments,daemonsets,roles,rolebindings', '--all-namespaces', '-o', 'name']);

  test('two learners with no more than their rights see each their own, whatever becomes of their contexts, and leave it as it was', async () => {
    const files = ['anna', 'boris'].map((name) => learnerKubeconfig(w, name, rbac)) as [string, string];
    const there = everything();
    const [anna, boris] = [learner(files[0]), learner(files[1])];
    try {
      // Without --yes and without a terminal, nothing is changed.
      expect(await anna.run(['up', '--env', 'cluster', '--namespace', 'memleak-anna'])).toMatchObject({ code: 2 });
      expect(everything()).toBe(there);
      for (const [l, name] of [
        [anna, 'anna'],
        [boris, 'boris'],
      ] as const)
        expect(
          await l.run(['up', '--env', 'cluster', '--namespace', `memleak-${name}`, '--pace', 'fast', '--yes']),
        ).toMatchObject({ code: 0 });
      for (const [l, name] of [
        [anna, 'anna'],
        [boris, 'boris'],
      ] as const) {
        const { out } = await l.run(['status', '--env', 'cluster']);
        expect(out.match(/namespace (\S+),/g)).toEqual([`namespace memleak-${name},`]);
      }
      w.kubectl(['config', 'set-context', 'elsewhere', '--cluster=nowhere'], { kubeconfig: files[0] });
      w.kubectl(['config', 'use-context', 'elsewhere'], { kubeconfig: files[0] });
      const { code: verified, out } = await anna.run([
        'verify',
        '3',
        '--env',
        'cluster',
        '--pace',
        'fast',
        '--retry',
        '--json',
        '--yes',
      ]);
      const { steps } = parsed('verify', out);
      expect(steps.filter((step) => !step.ok || step.env !== 'cluster')).toEqual([]);
      expect(verified).toBe(0);
      for (const l of [anna, boris]) expect(await l.run(['down'])).toMatchObject({ code: 0 });
      expect(everything()).toBe(there);
      const { code, err } = await boris.run(['up', '--env', 'cluster', '--namespace', 'memleak-anna', '--yes']);
      expect(code).toBe(4);
      expect(err).toContain('The cluster does not allow');
    } finally {
      for (const l of [anna, boris]) await l.end();
    }
  });

  test('an instructor helps in the namespaces of the class, and reaches no other', async () => {
    const classOf = spawnSync(join(root, 'k8s/rbac/class'), ['--instructor', 'teacher', 'dora'], { encoding: 'utf8' });
    expect(classOf.status).toBe(0);
    w.kubectl(['apply', '-f', join(root, 'k8s/rbac/instructor.yaml')]);
    w.kubectl(['apply', '-f', '-'], { input: classOf.stdout });
    /** What the API server says to the instructor. */
    const teacher = (args: string[], input = '') => {
      const { status, stdout, stderr } = spawnSync('kubectl', ['--as', 'teacher', ...args], {
        env: { ...process.env, KUBECONFIG: w.kubeconfig },
        encoding: 'utf8',
        input,
        timeout: 60_000,
      });
      return { status, said: stdout + stderr };
    };
    /** What is in a namespace by the manifests of a folder, in that one. */
    const inside = (dir: string, namespace: string) => {
      const all = parseAllDocuments(w.kubectl(['kustomize', join(root, 'k8s', dir)])).map((d) => d.toJS() as Manifest);
      const within = all.filter((m) => m.kind !== 'Namespace');
      return list(within.map((m) => ({ ...m, metadata: { ...m.metadata, namespace } })));
    };
    const own = inside('leaker', 'memleak-dora');
    const refused = { status: 1, said: expect.stringMatching(/forbidden/) };
    try {
      // What it may.
      expect(teacher(['apply', '-f', '-'], own)).toMatchObject({ status: 0 });
      w.kubectl(['-n', 'memleak-dora', 'rollout', 'status', 'deployment/stealth-memory-leaker', '--timeout=60s']);
      const pod = w.kubectl(['-n', 'memleak-dora', 'get', 'pods', '-o', 'jsonpath={.items[0].metadata.name}']);
      expect(teacher(['-n', 'memleak-dora', 'exec', pod, '--', 'true'])).toMatchObject({ status: 0 });
      expect(teacher(['-n', 'memleak-dora', 'logs', pod])).toMatchObject({ status: 0 });
      expect(teacher(['-n', 'memleak-tools', 'exec', toolbox(), '--', 'true'])).toMatchObject({ status: 0 });
      const grant = ['-n', 'memleak-dora', 'create', 'rolebinding', 'another'];
      expect(teacher([...grant, '--role=ebpf-workshop-learner', '--user=emil'])).toMatchObject({ status: 0 });

      // What it may not: other namespaces,
      const proxy = w.kubectl(['-n', 'kube-system', 'get', 'pods', '-l', 'k8s-app=kube-proxy', '-o', 'name']).trim();
      expect(teacher(['-n', 'kube-system', 'exec', proxy, '--', 'true'])).toMatchObject(refused);
      expect(teacher(['-n', 'kube-system', 'get', 'pods'])).toMatchObject(refused);
      expect(teacher(['get', 'secrets', '--all-namespaces'])).toMatchObject(refused);
      expect(teacher(['-n', 'default', 'apply', '-f', '-'], inside('leaker', 'default'))).toMatchObject(refused);
      // DaemonSets, in the class's namespaces neither,
      for (const namespace of ['kube-system', 'memleak-dora', 'memleak-tools']) {
        expect(teacher(['create', '-f', '-'], inside('toolbox', namespace))).toMatchObject(refused);
      }
      // nodes by way of a namespace's own label, or of a role with more rights than it has,
      expect(teacher(['label', 'namespace', 'memleak-dora', 'x=y'])).toMatchObject(refused);
      expect(teacher(['create', 'namespace', 'mine'])).toMatchObject(refused);
      expect(teacher([...grant.slice(0, -1), 'more', '--clusterrole=cluster-admin', '--user=teacher'])).toMatchObject(
        refused,
      );
      expect(teacher(['create', 'clusterrolebinding', 'more', '--clusterrole=view', '--user=teacher'])).toMatchObject(
        refused,
      );
      // or a pod that is privileged: what it may make is a Deployment, whose pods the namespace does not admit.
      const privileged = own
        .replace('"privileged":false', '"privileged":true')
        .replace('"allowPrivilegeEscalation":false', '"allowPrivilegeEscalation":true');
      expect(privileged).not.toBe(own);
      expect(teacher(['apply', '-f', '-'], privileged.replaceAll('stealth-memory-leaker', 'privileged'))).toMatchObject(
        { status: 0 },
      );
      await eventually(
        'a refusal',
        () => /violates PodSecurity "restricted/.test(teacher(['-n', 'memleak-dora', 'get', 'events']).said),
        30_000,
      );
      expect(teacher(['-n', 'memleak-dora', 'get', 'pods']).said).not.toContain('privileged');
    } finally {
      w.kubectl(['delete', '-f', join(root, 'k8s/rbac/instructor.yaml')]);
      w.kubectl(['delete', 'namespace', 'memleak-dora']);
      w.kubectl(['-n', 'memleak-tools', 'delete', 'role,rolebinding', '--all']);
    }
  });

  test('whose only node is a control plane gets no toolbox, but from whoever says that it is theirs', async () => {
    const there = everything();
    const l = learner(w.kubeconfig);
    l.env.WORKSHOP_TOOLS_NAMESPACE = 'memleak-own-tools';
    const begin = (env: NodeJS.ProcessEnv = {}) =>
      l.run(['up', '--env', 'cluster', '--namespace', 'memleak-finn', '--pace', 'fast', '--yes'], {
        env: { ...l.env, ...env },
      });
    try {
      const { code, err } = await begin();
      expect([code, err]).toEqual([4, expect.stringContaining('are control planes')]);
      const own = await begin({ WORKSHOP_CONTROL_PLANES: 'yes' });
      expect(own.code, own.err).toBe(0);
      expect(own.err + own.out).toContain('it ends by itself after 2 hours');
      const pods = (name: string) => w.kubectl(['-n', name, 'get', 'pods', '--no-headers']);
      expect(pods('memleak-own-tools')).toMatch(/^toolbox-\S+\s+1\/1\s+Running/);
      expect(await l.run(['down'])).toMatchObject({ code: 0 });
      expect(everything()).toBe(there);
    } finally {
      await l.end();
    }
  });

  test('where the tools may not run, says so, and lesson 1 works all the same', async () => {
    makeNamespace(w, 'strict');
    w.kubectl(['label', 'namespace', 'strict', 'pod-security.kubernetes.io/enforce=baseline']);
    const l = learner(w.kubeconfig);
    l.env.WORKSHOP_TOOLS_NAMESPACE = 'strict';
    try {
      const { code, err } = await l.run([
        'verify',
        '1',
        '--env',
        'cluster',
        '--namespace',
        'memleak-carla',
        '--pace',
        'fast',
        '--json',
        '--yes',
      ]);
      expect(code, err).toBe(0);
      expect(err).toContain('Lesson 1 works without');
      expect(
        await l.run(['verify', '3', '--env', 'cluster', '--namespace', 'memleak-carla', '--pace', 'fast', '--yes']),
      ).toMatchObject({ code: 4 });
      expect(everything()).not.toContain('carla');
    } finally {
      await l.end();
      w.kubectl(['delete', 'namespace', 'strict', '--wait=false']);
    }
  });
});

test('down after a kill -9 in the middle of lessons leaves Docker as it was', async () => {
  const running = w.start(['verify', '3', '--env', 'kind', '--pace', 'fast', '--json']);
  await running.until(/\b1\/\d+ /);
  process.kill(running.pid, 'SIGKILL');
  await running.done;
  const claimedByUs = `.of-${readFileSync(join(w.dir, 'state/ebpf-workshop/kind/claims-as'), 'utf8').trim()}`;
  expect(images().join(' ')).toContain(claimedByUs);
  expect(await w.run(['down'])).toMatchObject({ code: 0 });
  expect(nodes(w.name)).toEqual([]);
  expect(containers()).toEqual(before);
  // What somebody else on this Docker claims stays theirs.
  const there = images();
  const claimed = (ref: string) => there.some((tag) => tag.startsWith(`${ref.split('.of-')[0]}.of-`));
  expect(there.filter((ref) => ref.includes(claimedByUs) || !(imagesBefore.includes(ref) || claimed(ref)))).toEqual([]);
  // A kubectl that the killed one had started waits for its minute at most.
  await expect.poll(() => w.processes(), { timeout: 90_000 }).toEqual([]);
});
