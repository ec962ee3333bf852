import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { WorkshopError } from '../../errors.ts';
import { capture, type SpawnOptions } from '../../exec.ts';
import { root } from '../../paths.ts';
import type { Access } from '../kube/kubectl.ts';
import { ask, kubeEnv } from '../kube/kubectl.ts';
import { docker, dockerFailure } from '../kube/docker.ts';
import type { ClusterRecord } from './record.ts';
import { nodeImage } from './settings.ts';

/** How long an API server that was started again may take to answer, and between two looks, ms. */
const ANSWERS_MS = 60_000;
const LOOK_MS = 500;

/** kind's node container by name, with its state; null where there is no cluster of that name. */
export async function nodeOf(name: string): Promise<{ container: string; running: boolean } | null> {
  const out = await docker(
    ['ps', '--all', '--filter', `label=io.x-k8s.kind.cluster=${name}`, '--format', '{{.Names}}\t{{.State}}'],
    { timeoutMs: 20_000 },
  );
  const [container, state] = out.trim().split('\n')[0]?.split('\t') ?? [];
  return container && state ? { container, running: state === 'running' } : null;
}

async function kindRuns(args: readonly string[], access: Access, options: SpawnOptions = {}): Promise<void> {
  const said = await capture(['kind', ...args], { ...options, env: kubeEnv(access) });
  if (said.code === 0) return;
  options.signal?.throwIfAborted();
  if (said.error) throw new WorkshopError('docker.failed', { command: `kind ${args[0]}`, detail: said.error });
  throw dockerFailure(said.text, ['(kind)', ...args.slice(0, 2)]);
}

export async function createCluster(record: ClusterRecord, access: Access, signal?: AbortSignal): Promise<void> {
  // What kind leaves of a cluster that it could not finish is for us to take away.
  await kindRuns(
    [
      'create',
      'cluster',
      '--name',
      record.name,
      '--image',
      nodeImage(),
      '--kubeconfig',
      record.kubeconfig,
      '--config',
      join(root, 'k8s/kind.yaml'),
      '--quiet',
    ],
    access,
    { signal },
  );
}

/** Resolves to whether there was one. */
export async function deleteCluster(record: ClusterRecord): Promise<boolean> {
  const access: Access = { kubeconfig: record.kubeconfig, namespace: '', tools: '' };
  const there = (await nodeOf(record.name)) !== null;
  if (there) await kindRuns(['delete', 'cluster', '--name', record.name, '--kubeconfig', record.kubeconfig], access);
  rmSync(record.kubeconfig, { force: true });
  return there;
}

/** Whether the API server answers, looked for until it does: Docker may have started the node a moment ago. */
export async function answers(access: Access, patienceMs: number, signal?: AbortSignal): Promise<boolean> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const said = await ask(access, ['get', '--raw', '/readyz', '--request-timeout=5s'], { signal, timeoutMs: 10_000 });
    if (said.code === 0) return true;
    if (Date.now() >= until || signal?.aborted) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Starts a node that Docker stopped; false where it does not come back. */
export async function wake(container: string, access: Access, signal?: AbortSignal): Promise<boolean> {
  await docker(['start', container], { signal });
  return answers(access, ANSWERS_MS, signal);
}

/** Images that the node has. */
export async function loaded(container: string, signal?: AbortSignal): Promise<Set<string>> {
  const out = await docker(['exec', container, 'ctr', '--namespace=k8s.io', 'images', 'ls', '-q'], {
    signal,
    timeoutMs: 30_000,
  });
  return new Set(out.split('\n').map((line) => line.trim().replace(/^docker\.io\//, '')));
}

export async function load(name: string, refs: string[], access: Access, signal?: AbortSignal): Promise<void> {
  if (refs.length === 0) return;
  await kindRuns(['load', 'docker-image', ...refs, '--name', name], access, { signal });
  const node = await nodeOf(name);
  // What is under k8s/ names no digest, and can be applied by hand.
  for (const ref of node ? refs : []) {
    const tag = (to: string) => `docker.io/${to}`;
    await docker(
      [
        'exec',
        node?.container as string,
        'ctr',
        '--namespace=k8s.io',
        'images',
        'tag',
        '--force',
        tag(ref),
        tag(ref.replace(/:[^:]*$/, ':latest')),
      ],
      { signal },
    );
  }
}
