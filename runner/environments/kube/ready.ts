import { WorkshopError } from '../../errors.ts';
import { type Access, ask, failure } from './kubectl.ts';
import { INSTANCE } from './manifests.ts';
import { type PodState, watchPods } from './pods.ts';

/** How long a pod whose image is there may take, and how long one may go without a node, ms. */
const READY_MS = 120_000;
const NO_NODE_MS = 15_000;
/** Within this a Deployment has a pod, or something forbids it, ms. */
const NO_POD_MS = 20_000;

const NO_IMAGE = /^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName)$/;
const NO_START = /^(CrashLoopBackOff|CreateContainerConfigError|CreateContainerError|RunContainerError)$/;

/** Waits for the pod of a deployment to answer its readiness probe; says why when it can't. */
export async function podReady(access: Access, deployment: string, signal?: AbortSignal): Promise<PodState> {
  const impatient = new AbortController();
  let since = setTimeout(() => impatient.abort(), NO_POD_MS);
  let hopeless = false;
  const seen = await watchPods(
    access,
    access.namespace,
    `${INSTANCE}=${deployment}`,
    (pod) => {
      if (hopeless !== (pod.unschedulable !== '')) {
        hopeless = pod.unschedulable !== '';
        clearTimeout(since);
        if (hopeless) since = setTimeout(() => impatient.abort(), NO_NODE_MS);
      } else if (!hopeless) clearTimeout(since);
      return (
        (pod.ready && !pod.deleting) || NO_IMAGE.test(pod.waiting) || NO_START.test(pod.waiting) || pod.ended !== ''
      );
    },
    { signal: signal ? AbortSignal.any([signal, impatient.signal]) : impatient.signal, timeoutMs: READY_MS },
  );
  clearTimeout(since);
  signal?.throwIfAborted();
  if (seen?.ready && !seen.deleting) return seen;
  throw await why(access, deployment, seen);
}

async function why(access: Access, deployment: string, pod: PodState | null): Promise<WorkshopError> {
  if (!pod) {
    const said = await ask(
      access,
      [
        '-n',
        access.namespace,
        'get',
        'deployment',
        deployment,
        '-o',
        'jsonpath={.status.conditions[?(@.type=="ReplicaFailure")].message}',
      ],
      { timeoutMs: 20_000 },
    );
    if (said.code !== 0) return failure(said, ['get', 'deployment', deployment]);
    return new WorkshopError('lab.start-failed', { detail: said.out.trim() || `no pod after ${NO_POD_MS / 1000} s` });
  }
  if (NO_IMAGE.test(pod.waiting)) return new WorkshopError('kube.no-image', { detail: pod.message || pod.waiting });
  if (pod.unschedulable !== '') return new WorkshopError('kube.no-node', { detail: pod.unschedulable });
  return new WorkshopError('lab.start-failed', {
    detail: [pod.ended || pod.waiting || pod.phase, pod.message].filter(Boolean).join(': '),
  });
}
