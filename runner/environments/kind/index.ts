import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { WorkshopError } from '../../errors.ts';
import { capture } from '../../exec.ts';
import { alive, thisProcess } from '../../process.ts';
import type { Finding } from '../../model/finding.ts';
import type { Opening } from '../../model/environment.ts';
import { kubeEnvironment } from '../kube/environment.ts';
import type { Access } from '../kube/kubectl.ts';
import { install } from '../kube/install.ts';
import { kubeLabs } from '../kube/record.ts';
import { staged } from '../stages.ts';
import { restore } from './bundle.ts';
import { answers, createCluster, deleteCluster, load, loaded, nodeOf, wake } from './cluster.ts';
import { dockerAnswers, dockerFailure } from '../kube/docker.ts';
import { buildImage, IMAGES, type ImageName, imageThere, refOf } from '../kube/images.ts';
import { claim } from './claims.ts';
import { type ClusterRecord, readCluster, updateCluster, writeCluster } from './record.ts';
import { removeKind, sweep } from './sweep.ts';
import { clusterName, KIND_NEEDS, kubeconfig } from './settings.ts';

const NAMES = Object.keys(IMAGES) as ImageName[];

declare module '../../model/kinds.ts' {
  interface Environments {
    kind: true;
  }
}

/** A cluster of the workshop's own, in Docker. */
export const kind = kubeEnvironment({
  kind: 'kind',
  suits: async () => ((await dockerAnswers()) ? 'best' : 'not-now'),
  needs: () => KIND_NEEDS,
  access: () => {
    const record = readCluster(clusterName());
    if (!record || !existsSync(record.kubeconfig))
      throw new WorkshopError('kube.not-open', { up: 'npm run workshop -- up --env kind' });
    return accessOf(record);
  },
  shut: () => {
    const record = readCluster(clusterName());
    if (record && existsSync(record.kubeconfig)) return null;
    return async () => [await engine()];
  },
  images: () => ({ leaker: refOf('leaker'), toolbox: refOf('toolbox') }),
  gone: async () => (await nodeOf(clusterName())) === null,

  async open(how) {
    const said = await capture(['docker', 'info', '--format', '{{.ServerVersion}}'], { timeoutMs: 10_000 });
    if (said.code !== 0) throw dockerFailure(said.error ?? said.text, ['info']);
    const record = await ours(how);
    const access = accessOf(record);
    const { signal, onStage } = how;
    const stage = staged(onStage);
    if (how.bundle) await stage('bundle', 30_000, () => restore(how.bundle as string, signal));
    // The cluster and both images don't depend on one another.
    const started = await Promise.allSettled([
      cluster(record, access, stage, signal),
      ...NAMES.map(async (name) => {
        if (await imageThere(refOf(name))) stage.there(`image-${name}`);
        else await stage(`image-${name}`, IMAGES[name].usualMs, () => buildImage(name, signal));
        await claim(refOf(name));
      }),
    ]);
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    const node = await nodeOf(record.name);
    if (!node)
      throw new WorkshopError('docker.failed', { command: 'kind create cluster', detail: `no node of ${record.name}` });
    const there = await loaded(node.container, signal);
    const lacking = NAMES.map(refOf).filter((ref) => !there.has(ref));
    if (lacking.length > 0) await stage('load', 20_000, () => load(record.name, lacking, access, signal));
    // The one node is a control plane, and the learner's own.
    await install(access, refOf('toolbox'), stage, signal, 'any');
    updateCluster(record.name, { whole: true });
  },

  async close(onStage) {
    const record = readCluster(clusterName());
    // One that `up` made stays until `down`; its images stay in any case: building them takes longest.
    if (record?.lifetime !== 'session' || record.owner.pid !== process.pid) return;
    // Somebody else's lab is in there: it is theirs from now on.
    const heir = kubeLabs('kind')
      .all()
      .find((r) => r.owner.pid !== process.pid && alive(r.owner))?.owner;
    if (heir) updateCluster(record.name, { owner: heir });
    else {
      const stage = staged(onStage);
      await stage('removing', 5000, () => removeKind(record));
    }
  },

  sweep,

  async leftovers() {
    const record = readCluster(clusterName());
    if (record?.lifetime !== 'session' || record.owner.pid !== process.pid) return [];
    return [`cluster ${record.name}`];
  },
});

/** Docker itself: installed is not yet running, nor open to this user. */
async function engine(): Promise<Finding> {
  const said = await capture(['docker', 'info', '--format', '{{.ServerVersion}}'], { timeoutMs: 10_000 });
  if (said.code === 0) return { id: 'docker', state: 'ok', seen: said.text.trim(), fix: null };
  const seen = (said.error ?? said.text).trim().split('\n').at(-1) ?? '';
  return {
    id: 'docker',
    state: 'wrong',
    seen,
    fix: /permission denied/i.test(seen)
      ? { argv: ['usermod', '-aG', 'docker', userInfo().username], elevated: true }
      : { argv: ['systemctl', 'start', 'docker'], elevated: true },
  };
}

const accessOf = (record: ClusterRecord): Access => ({
  kubeconfig: record.kubeconfig,
  namespace: 'memleak-demo',
  tools: 'memleak-tools',
});

/** The record of our cluster, new or taken over; a cluster of that name that is none of ours is left alone. */
async function ours({ lifetime }: Opening): Promise<ClusterRecord> {
  const name = clusterName();
  const mine = thisProcess();
  const known = readCluster(name);
  if (!known && (await nodeOf(name))) throw new WorkshopError('kind.name-taken', { name });
  if (known && !known.whole && known.owner.pid !== process.pid && alive(known.owner))
    throw new WorkshopError('kind.being-made', { name, pid: String(known.owner.pid) });
  const record: ClusterRecord = known ?? {
    version: 1,
    name,
    kubeconfig: kubeconfig(),
    lifetime,
    owner: mine,
    startedAt: Date.now(),
    whole: false,
    images: NAMES.map(refOf),
  };
  // What a session that is gone has left is the next one's, and what `up` wants stays.
  if (known && (lifetime === 'until-down' || !alive(known.owner))) {
    if (known.lifetime === 'session') record.lifetime = lifetime;
    record.owner = mine;
  }
  record.images = [...new Set([...record.images, ...NAMES.map(refOf)])];
  writeCluster(record);
  return record;
}

async function cluster(
  record: ClusterRecord,
  access: Access,
  stage: ReturnType<typeof staged>,
  signal?: AbortSignal,
): Promise<void> {
  const node = await nodeOf(record.name);
  if (node && record.whole && existsSync(record.kubeconfig)) {
    if (node.running && (await answers(access, 5000, signal))) return stage.there('cluster');
    if (await stage('wake', 20_000, () => wake(node.container, access, signal))) return;
    signal?.throwIfAborted();
    // Somebody's labs are in there: that it is slow is no reason to take them away.
    if (
      kubeLabs('kind')
        .all()
        .some((r) => r.kubeconfig === record.kubeconfig)
    )
      throw new WorkshopError('kube.unreachable', { detail: record.name });
  }
  await stage('cluster', 40_000, async () => {
    // Half a cluster is none.
    if (node) await deleteCluster(record);
    await createCluster(record, access, signal);
  });
}
