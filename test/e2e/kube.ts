import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type World, world } from './world.ts';

/** A learner with a cluster of a name of its own, so that no other's is in the way. */
export interface KubeWorld extends World {
  name: string;
  kubeconfig: string;
  /** What kubectl prints with the workshop's kubeconfig, or another; throws where it fails. */
  kubectl(args: string[], options?: { kubeconfig?: string; input?: string }): string;
  /** Puts a program of that name before all others for the runs that are given this environment. */
  instead(program: string, script: string): NodeJS.ProcessEnv;
}

let worlds = 0;

export function kubeWorld(name = `workshop-e2e-${process.pid}-${worlds++}`): KubeWorld {
  const w = world();
  w.env.WORKSHOP_KIND_NAME = name;
  for (const key of [
    'WORKSHOP_NODE_IMAGE',
    'WORKSHOP_BASE_IMAGE',
    'WORKSHOP_REGISTRY',
    'DOCKER_HOST',
    'DOCKER_BUILDKIT',
  ] as const)
    if (process.env[key]) w.env[key] = process.env[key];
  const kubeconfig = join(w.dir, 'state/ebpf-workshop/kind', `${name}.kubeconfig`);
  return {
    ...w,
    name,
    kubeconfig,
    kubectl: (args, options = {}) =>
      execFileSync('kubectl', args, {
        env: { ...process.env, KUBECONFIG: options.kubeconfig ?? kubeconfig },
        input: options.input ?? '',
        stdio: ['pipe', 'pipe', 'pipe'],
      }).toString(),
    instead(program, script) {
      const bin = join(w.dir, `bin-${program}`);
      mkdirSync(bin, { recursive: true });
      const real = spawnSync('sh', ['-c', 'command -v -- "$1"', 'which', program]).stdout.toString().trim();
      writeFileSync(join(bin, program), `#!/bin/bash\nreal=${real}\n${script}\n`);
      chmodSync(join(bin, program), 0o755);
      return { PATH: `${bin}:${process.env.PATH}` };
    },
  };
}

/** Containers of kind clusters of that name, running or not. */
export const nodes = (name: string): string[] =>
  docker('ps', '--all', '--filter', `label=io.x-k8s.kind.cluster=${name}`, '--format', '{{.Names}}')
    .split('\n')
    .filter(Boolean);

export const docker = (...args: string[]): string =>
  execFileSync('docker', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    .toString()
    .trim();

// Applied, not created: a test that is tried again finds what its first try has left.
const apply = (w: KubeWorld, object: object) => w.kubectl(['apply', '-f', '-'], { input: JSON.stringify(object) });

export const makeNamespace = (w: KubeWorld, name: string): string =>
  apply(w, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** A kubeconfig for a service account of that name, with the rights of k8s/rbac/learner.yaml in a namespace of its own. */
export function learnerKubeconfig(w: KubeWorld, learner: string, rbac: string): string {
  const namespace = `memleak-${learner}`;
  makeNamespace(w, namespace);
  apply(w, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: learner, namespace } });
  const own = rbac
    .replaceAll('memleak-learner', namespace)
    .replaceAll('ebpf-workshop-toolbox-learner', `ebpf-workshop-toolbox-${learner}`)
    .replaceAll(
      'kind: User, apiGroup: rbac.authorization.k8s.io, name: learner',
      `kind: ServiceAccount, name: ${learner}, namespace: ${namespace}`,
    );
  w.kubectl(['apply', '-f', '-'], { input: own });
  const token = w.kubectl(['-n', namespace, 'create', 'token', learner]).trim();
  const file = join(w.dir, `${learner}.kubeconfig`);
  writeFileSync(file, w.kubectl(['config', 'view', '--raw', '--minify']), { mode: 0o600 });
  const config = (...args: string[]) => w.kubectl(['config', ...args], { kubeconfig: file });
  config('set-credentials', learner, `--token=${token}`);
  config('set-context', '--current', `--user=${learner}`);
  return file;
}
