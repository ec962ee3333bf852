import { WorkshopError } from '../../errors.ts';
import { typedInPod } from './typed.ts';
import type { Health, Lab, LabSpec, Target } from '../../model/lab.ts';
import type { KubeRecord } from './record.ts';
import { loadWorkload, truthOf } from '../workload.ts';
import { type Follower, follow } from './follow.ts';
import type { Access } from './kubectl.ts';
import { INSTANCE } from './manifests.ts';
import { localPlace } from './place.ts';
import { type PodState, pods } from './pods.ts';
import { lookInside, lookUp, toolboxOn } from './toolbox.ts';

export const accessOf = ({ kubeconfig, namespace, tools }: KubeRecord): Access => ({ kubeconfig, namespace, tools });

/** How long an API server may take to hand over what a ledger has, ms. */
const CATCH_UP_MS = 20_000;

/** Followers that this process started; whoever closes the environment stops them. */
const followers = new Map<string, Follower>();

export async function stopFollowing(id?: string): Promise<void> {
  const mine = id === undefined ? [...followers.keys()] : [id];
  await Promise.all(
    mine.map(async (key) => {
      const follower = followers.get(key);
      followers.delete(key);
      await follower?.stop();
    }),
  );
}

/** Makes a lab of a pod that is ready. */
export async function labOf(
  record: KubeRecord,
  pod: PodState,
  { hasTools, runs, down }: { hasTools: boolean; runs: Lab['runs']; down(id: string): Promise<boolean> },
  signal?: AbortSignal,
): Promise<Lab> {
  const access = accessOf(record);
  const toolbox = hasTools ? await toolboxOn(access, pod.node, signal) : '';
  const look = (what: 'maps' | 'brief') =>
    hasTools ? lookUp(access, toolbox, pod.containerId, what, signal) : lookInside(access, pod.name, signal);
  const seen = await look('brief');
  const truth = truthOf(loadWorkload(record.workload), record.pace, record.variant, record.seed);
  const spec: LabSpec = {
    workload: record.workload,
    variant: record.variant,
    pace: record.pace,
    lifetime: record.lifetime,
    ...(record.seed === undefined ? {} : { seed: record.seed }),
  };
  const { innerPid } = seen;
  const target: Target = {
    // Tools run in the pod's pid namespace: its own pid is theirs.
    pid: innerPid,
    startTime: pod.containerId.split('/').at(-1)?.slice(0, 16) ?? '',
    innerPid,
    comm: 'stealth-leaker',
    libc: `/proc/${innerPid}/root${seen.libc ?? ''}`,
    healthPort: 8080,
    metricsPort: 9090,
    logFile: `deployment/${record.deployment}`,
    startedAt: record.startedAt,
    kube: {
      namespace: access.namespace,
      deployment: record.deployment,
      pod: pod.name,
      container: 'leaker',
      containerId: pod.containerId,
      node: pod.node,
      nodePid: seen.nodePid,
      toolbox,
      tools: access.tools,
      restarts: pod.restarts,
      lastEnd: pod.ended,
    },
  };
  const following = async (): Promise<Follower> => {
    let follower = followers.get(record.id);
    // A stream that broke off is taken up again, but only in the container that this lab began with.
    if (!follower?.live() && (!follower || (await healthOf(access, record.deployment, pod)).ok)) {
      follower = follow(access, pod.name);
      followers.set(record.id, follower);
    }
    const hung = setTimeout(() => void follower?.stop(), CATCH_UP_MS);
    await follower.caughtUp;
    clearTimeout(hung);
    return follower;
  };
  return {
    id: record.id,
    environment: record.environment,
    spec,
    place: localPlace(access),
    truth,
    runs,
    target,
    typed: (argv, where) => ({ argv: target.kube ? typedInPod(target.kube, argv, where) : [...argv], elevated: false }),
    async subjects() {
      const { maps } = await look('maps').catch(() => ({ maps: [] }));
      const owns =
        maps.length === 0
          ? null
          : (address: string) => maps.some(({ from, to }) => BigInt(address) >= from && BigInt(address) < to);
      return {
        pid: innerPid,
        innerPid,
        ...(seen.nodePid > 0 ? { nodePid: seen.nodePid } : {}),
        ...(seen.mntns === null ? {} : { mntns: seen.mntns }),
        libc: target.libc,
        owns,
      };
    },
    // As long as its ledger is being read, its container lives.
    health: async () =>
      followers.get(record.id)?.live() ? { ok: true, reason: null } : healthOf(access, record.deployment, pod),
    allocated: async () => (await following()).ledger.allocations,
    async allocations(atLeast, signal_) {
      await (await following()).until((ledger) => ledger.allocations >= atLeast, signal_);
    },
    // The toolbox has mounted it for itself.
    require: async () => true,
    async down() {
      await down(record.id);
    },
  };
}

/** How the container that a lab began with fares; a pod that Kubernetes started again is another target. */
async function healthOf(access: Access, deployment: string, began: PodState): Promise<Health> {
  try {
    const now = await pods(access, access.namespace, `${INSTANCE}=${deployment}`);
    const same = now.find((p) => p.name === began.name);
    if (!same || same.deleting) return { ok: false, reason: 'deleted' };
    if (
      same.containerId === began.containerId &&
      same.waiting === '' &&
      same.phase === 'Running' &&
      same.restarts === began.restarts
    )
      return { ok: true, reason: null };
    // In order it ends when its time is over.
    const reason = ({ OOMKilled: 'oom-killed', Completed: 'stopped' } as const)[same.ended] ?? 'died';
    return { ok: false, reason };
  } catch (error) {
    if (error instanceof WorkshopError) return { ok: false, reason: 'unreachable' };
    throw error;
  }
}
