import { WorkshopError } from '../../errors.ts';
import type { staged } from '../stages.ts';
import { type Access, must } from './kubectl.ts';
import { list, manifests, type Nodes, toolbox } from './manifests.ts';
import { pods, watchPods } from './pods.ts';

const TOOLBOX_MS = 180_000;
const STUCK = /^(ErrImage|ImagePull|InvalidImage|CreateContainer.*Error|CrashLoop|RunContainer)/;

/**
 * Puts both namespaces and the toolbox into a cluster, and waits until it is ready. A namespace that is
 * somebody else's is left as it is. Idempotent.
 */
export async function install(
  access: Access,
  image: string,
  stage: ReturnType<typeof staged>,
  signal: AbortSignal | undefined,
  nodes: Nodes,
  { spaceToo, toolsSpaceToo }: { spaceToo: boolean; toolsSpaceToo: boolean } = { spaceToo: true, toolsSpaceToo: true },
): Promise<void> {
  const spaces = (spaceToo ? manifests('leaker/namespace.yaml') : []).map((m) => ({
    ...m,
    metadata: { ...m.metadata, name: access.namespace },
  }));
  await stage('toolbox', 10_000, async () => {
    await must(access, ['apply', '-f', '-'], {
      input: list([
        ...spaces,
        ...toolbox(access.tools, image, nodes).filter((m) => m.kind !== 'Namespace' || toolsSpaceToo),
      ]),
      signal,
      timeoutMs: 60_000,
    });
    await toolboxReady(access, signal);
    // A rollout to no node is a success.
    if ((await pods(access, access.tools, 'app.kubernetes.io/name=toolbox', signal)).length === 0)
      throw new WorkshopError('kube.no-worker', { namespace: access.tools });
  });
}

async function toolboxReady(access: Access, signal?: AbortSignal): Promise<void> {
  const impatient = new AbortController();
  const trouble = await Promise.race([
    must(access, ['-n', access.tools, 'rollout', 'status', 'daemonset/toolbox', `--timeout=${TOOLBOX_MS / 1000}s`], {
      signal: signal ? AbortSignal.any([signal, impatient.signal]) : impatient.signal,
    }).then(() => null),
    watchPods(
      access,
      access.tools,
      'app.kubernetes.io/name=toolbox',
      (pod) => !pod.deleting && STUCK.test(pod.waiting),
      { signal: impatient.signal, timeoutMs: TOOLBOX_MS },
    )
      // A watch that ends has nothing to say: the rollout has.
      .then((pod) => (pod && STUCK.test(pod.waiting) ? pod : new Promise<null>(() => {}))),
  ]).finally(() => impatient.abort());
  if (!trouble) return;
  throw /Image/.test(trouble.waiting)
    ? new WorkshopError('kube.no-image', { detail: trouble.message || trouble.waiting })
    : new WorkshopError('lab.start-failed', {
        detail: [trouble.waiting || trouble.ended, trouble.message].filter(Boolean).join(': '),
      });
}
