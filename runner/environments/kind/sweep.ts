import { removeRecord } from '../lab-records.ts';
import type { Provider } from '../kube/environment.ts';
import { isOrphan } from '../kube/record.ts';
import { alive } from '../../process.ts';
import { removeImages } from './claims.ts';
import { deleteCluster, nodeOf } from './cluster.ts';
import { type ClusterRecord, clusters, removeCluster } from './record.ts';

/** A cluster takes its labs along, whether or not it still answers; images go with the last one. */
export const sweep: Provider['sweep'] = async ({ all, tell }, { attempt, failed }, labs, remove) => {
  const known = clusters();
  const kept = known.filter((c) => !all && ((c.lifetime === 'session' && alive(c.owner)) || labs.kept.length > 0));
  const going = known.filter((c) => !kept.includes(c));
  const within = (c: ClusterRecord) => labs.going.filter((r) => r.kubeconfig === c.kubeconfig);
  const along = going.flatMap(within);
  await remove(labs.going.filter((r) => !along.includes(r)));
  for (const cluster of going)
    await attempt(async () => {
      const { name } = cluster;
      const mine = within(cluster);
      if (await nodeOf(name)) tell({ state: 'removing', of: 'cluster', id: name, what: name });
      const there = await removeKind(cluster);
      for (const lab of mine) {
        removeRecord(lab.id);
        const what = `${lab.namespace}/${lab.deployment}`;
        tell({ state: there ? 'along' : 'gone', of: 'lab', id: lab.id, what, orphan: isOrphan(lab) });
      }
      tell({ state: there ? 'removed' : 'gone', of: 'cluster', id: name, what: name });
    });
  for (const { name, owner } of kept) tell({ state: 'kept', of: 'cluster', id: name, what: String(owner.pid) });
  // Images of sessions that are over, too: they were kept for the next.
  if (kept.length === 0 && !failed()) await attempt(() => removeImages(known.flatMap((c) => c.images)));
};

/** Takes a cluster away; its record goes last, so that what fails can be tried again. Resolves to whether there was one. */
export async function removeKind(record: ClusterRecord): Promise<boolean> {
  const there = await deleteCluster(record);
  removeCluster(record);
  return there;
}
