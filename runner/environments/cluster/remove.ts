import { WorkshopError } from '../../errors.ts';
import { ask, failure } from '../kube/kubectl.ts';
import { accessOf, type PartRecord, removePart } from './record.ts';
import { leave, leftToOthers, othersIn } from './sharing.ts';

/** How long a namespace may take to go, s. */
const GONE_S = 120;

/**
 * Takes away what we made, and nothing that was there; the record goes last. A toolbox that others use stays, and the last of
 * them takes it away. Resolves to whether there was anything of ours, and to what shows that others use the toolbox.
 */
export async function removeOurs(part: PartRecord): Promise<{ there: boolean; others: string[] }> {
  const access = accessOf(part);
  let there = false;
  const remove = async (...what: string[]) => {
    const args = ['delete', ...what, '--ignore-not-found', '--wait=true', `--timeout=${GONE_S}s`];
    const said = await ask(access, args, { timeoutMs: (GONE_S + 10) * 1000 });
    if (said.code !== 0) throw failure(said, args);
    there ||= /\bdeleted\b/.test(said.out);
  };
  const made = part.made.includes('tools-namespace')
    ? 'tools-namespace'
    : part.made.includes('toolbox')
      ? 'toolbox'
      : null;
  const goes = made ?? (await leftToOthers(access));
  const others = goes ? await othersIn(access) : [];
  if (goes && others.length === 0) {
    try {
      // A namespace takes what is in it along; a toolbox alone was put into a namespace that was there.
      await (goes === 'toolbox' ? remove('-n', part.tools, 'daemonset', 'toolbox') : remove('namespace', part.tools));
    } catch (error) {
      // Who did not make it may not be allowed to take it away.
      if (made || !(error instanceof WorkshopError) || error.errorName !== 'kube.forbidden') throw error;
    }
  } else if (made) await leave(access, made);
  // Somebody who shares the namespace may have a lab in it: then it stays, and only our part of it goes.
  const labs = await ask(
    access,
    ['-n', part.namespace, 'get', 'deployments', '-l', 'app.kubernetes.io/part-of=ebpf-workshop', '-o', 'name'],
    { timeoutMs: 30_000 },
  );
  if (part.made.includes('namespace') && (labs.code !== 0 || labs.out.trim() === ''))
    await remove('namespace', part.namespace);
  removePart();
  return { there, others: made ? others : [] };
}
